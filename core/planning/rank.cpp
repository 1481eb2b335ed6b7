// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/rank.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/planning/planner.h"

namespace secateur {

std::vector<double> ranksOf(std::span<const float> values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return values[i]; });
    std::vector<double> ranks(values.size());
    for (std::size_t first = 0, last = 0; first < order.size(); first = last) {
        while (last < order.size() && values[order[last]] == values[order[first]]) ++last;
        const double shared = (static_cast<double>(first + 1) + static_cast<double>(last)) / 2.0;
        for (std::size_t i = first; i < last; ++i) ranks[order[i]] = shared;
    }
    return ranks;
}

std::optional<double> rankAgreement(std::span<const float> a, std::span<const float> b) {
    const auto finite = [](float value) { return std::isfinite(value); };
    if (a.size() != b.size() || a.size() < 3 || !std::ranges::all_of(a, finite) ||
        !std::ranges::all_of(b, finite))
        return std::nullopt;
    const std::vector<double> first = ranksOf(a), second = ranksOf(b);
    const double mean = (static_cast<double>(a.size()) + 1.0) / 2.0;
    double together = 0.0, squareA = 0.0, squareB = 0.0;
    for (std::size_t i = 0; i < first.size(); ++i) {
        together += (first[i] - mean) * (second[i] - mean);
        squareA += (first[i] - mean) * (first[i] - mean);
        squareB += (second[i] - mean) * (second[i] - mean);
    }
    if (squareA == 0.0 || squareB == 0.0) return std::nullopt;
    return together / std::sqrt(squareA * squareB);
}

std::optional<double> agreementWithLeaveOneOut(const Analysis& analysis, const char* metric) {
    if (!analysis.leaveOneOut) return std::nullopt;
    const auto measured = findLayerMetric(analysis, metric);
    return measured ? rankAgreement(measured->values, analysis.leaveOneOut->layer) : std::nullopt;
}

}  // namespace secateur
