// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/take_back.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace secateur {

namespace {

std::vector<double> windowMeans(const std::vector<float>& losses, int windows) {
    std::vector<double> means(static_cast<std::size_t>(windows));
    const std::size_t width = losses.size() / means.size();
    for (std::size_t i = 0; i < means.size(); ++i) {
        const auto begin = losses.begin() + static_cast<std::ptrdiff_t>(i * width);
        means[i] = std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(width), 0.0) /
                   static_cast<double>(width);
    }
    return means;
}

double meanOf(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

const char* name(TakenBack::Kind kind) {
    switch (kind) {
        case TakenBack::Kind::Step:
            return "step";
        case TakenBack::Kind::Layer:
            return "layer";
        case TakenBack::Kind::Attention:
            return "attention";
        case TakenBack::Kind::Mlp:
            return "mlp";
    }
    return "";
}

void rank(std::vector<TakeBackRow>& rows) {
    const auto key = [](const TakeBackRow& row) {
        const bool returns = row.parametersReturned > 0;
        return std::tuple(row.problem.empty() ? 0 : 1, returns ? 0 : 1,
                          -(returns ? *row.wonPerMillion() : row.wonBack));
    };
    std::ranges::stable_sort(rows, [&](const auto& a, const auto& b) { return key(a) < key(b); });
}

PerplexityDifference perplexityDifference(const std::vector<double>& a, const std::vector<double>& b) {
    PerplexityDifference difference;
    if (a.empty() || a.size() != b.size()) return difference;
    const double ofA = std::exp(meanOf(a)), ofB = std::exp(meanOf(b));
    difference.value = ofA - ofB;
    const auto windows = static_cast<double>(a.size());
    if (a.size() < 2) return difference;
    std::vector<double> parts(a.size());
    for (std::size_t i = 0; i < parts.size(); ++i) parts[i] = ofA * a[i] - ofB * b[i];
    const double mean = meanOf(parts);
    double squares = 0.0;
    for (const double part : parts) squares += (part - mean) * (part - mean);
    difference.standardError = std::sqrt(squares / (windows - 1.0) / windows);
    return difference;
}

PerplexityDifference perplexityDifference(const std::vector<float>& a, const std::vector<float>& b,
                                          int windows) {
    if (windows < 1 || a.size() != b.size() || a.size() < static_cast<std::size_t>(windows)) return {};
    return perplexityDifference(windowMeans(a, windows), windowMeans(b, windows));
}

}  // namespace secateur
