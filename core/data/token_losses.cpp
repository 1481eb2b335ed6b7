// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/token_losses.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace secateur {

namespace {

void add(LossSum& sum, const TokenLossReport& report, std::size_t index) {
    ++sum.tokens;
    sum.dense += report.dense[index];
    sum.planned += report.planned[index];
}

}  // namespace

TokenLoss tokenLoss(const TokenLossReport& report, int window, int position) {
    const std::size_t index =
        static_cast<std::size_t>(window) * static_cast<std::size_t>(report.scored()) + (position - 1);
    return {window, position, report.dense.at(index), report.planned.at(index)};
}

const TokenText& tokenText(const TokenLossReport& report, int window, int position) {
    return report.texts.at(static_cast<std::size_t>(window) * report.seqLen + position);
}

std::vector<TokenLoss> worstTokens(const TokenLossReport& report, int most, Worst by) {
    std::vector<std::size_t> order(report.dense.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto badness = [&](std::size_t i) {
        return by == Worst::Change ? report.planned[i] - report.dense[i] : report.planned[i];
    };
    const auto worse = [&](std::size_t a, std::size_t b) {
        const float ofA = badness(a), ofB = badness(b);
        return ofA != ofB ? ofA > ofB : a < b;
    };
    const std::size_t count = std::min(order.size(), static_cast<std::size_t>(std::max(most, 0)));
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(), worse);
    order.resize(count);
    std::vector<TokenLoss> worst;
    const auto scored = static_cast<std::size_t>(std::max(report.scored(), 1));
    for (const std::size_t index : order)
        worst.push_back(
            tokenLoss(report, static_cast<int>(index / scored), static_cast<int>(index % scored) + 1));
    return worst;
}

LossSum windowSum(const TokenLossReport& report, int window) {
    LossSum sum;
    const auto scored = static_cast<std::size_t>(report.scored());
    for (std::size_t i = 0; i < scored; ++i) add(sum, report, static_cast<std::size_t>(window) * scored + i);
    return sum;
}

LossSum documentSum(const TokenLossReport& report, const JudgedDocument& document) {
    LossSum sum;
    for (std::int64_t token = document.first; token <= document.last; ++token) {
        const std::int64_t window = token / report.seqLen, position = token % report.seqLen;
        if (position > 0) add(sum, report, static_cast<std::size_t>(window * report.scored() + position - 1));
    }
    return sum;
}

LossSum wholeSum(const TokenLossReport& report) {
    LossSum sum;
    for (std::size_t i = 0; i < report.dense.size(); ++i) add(sum, report, i);
    return sum;
}

float usualChange(const TokenLossReport& report, double share) {
    constexpr float kLeast = 0.01F;
    std::vector<float> sizes(report.dense.size());
    for (std::size_t i = 0; i < sizes.size(); ++i) sizes[i] = std::abs(report.planned[i] - report.dense[i]);
    if (sizes.empty()) return kLeast;
    const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(sizes.size() - 1));
    std::nth_element(sizes.begin(), sizes.begin() + at, sizes.end());
    return std::max(kLeast, sizes[static_cast<std::size_t>(at)]);
}

}  // namespace secateur
