// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/sorted_scores.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "widgets/plots/score_pyramid.h"  // rankedOrder

namespace secateur {

namespace {

constexpr float kLargest = std::numeric_limits<float>::max();

SortedScores::Row sortedRow(const LayerScores& layer, UnitKind kind) {
    const auto scores = unitScores(layer, kind, UnitValues::Standardised);
    SortedScores::Row row{layer.layer, static_cast<int>(scores.size()), {}};
    row.scores.reserve(scores.size());
    const std::vector<std::uint32_t> highestFirst = rankedOrder(scores);
    for (auto unit = highestFirst.rbegin(); unit != highestFirst.rend(); ++unit)
        if (!std::isnan(scores[*unit])) row.scores.push_back(scores[*unit]);
    return row;
}

// Whole numbers in the order of the floats, and back.
std::uint32_t floatPlace(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    return bits & 0x80000000U ? ~bits : bits | 0x80000000U;
}
float floatAt(std::uint32_t place) {
    return std::bit_cast<float>(place & 0x80000000U ? place & 0x7FFFFFFFU : ~place);
}

}  // namespace

std::size_t SortedScores::Row::below(double score) const {
    return static_cast<std::size_t>(std::lower_bound(scores.begin(), scores.end(), score) - scores.begin());
}

std::size_t SortedScores::Row::notAbove(double score) const {
    return static_cast<std::size_t>(std::upper_bound(scores.begin(), scores.end(), score) - scores.begin());
}

SortedScores::SortedScores(const ScoreTable& table) {
    for (const LayerScores& layer : table.layers) {
        channels_.push_back(sortedRow(layer, UnitKind::Channels));
        groups_.push_back(sortedRow(layer, UnitKind::Groups));
    }
}

ScoreEnds endsOf(const std::vector<const SortedScores::Row*>& rows, double shareAbove) {
    std::size_t count = 0;
    float least = kLargest;
    float most = -kLargest;
    for (const SortedScores::Row* row : rows) {
        const std::size_t first = row->below(-kLargest);
        const std::size_t end = row->notAbove(kLargest);
        if (first == end) continue;
        count += end - first;
        least = std::min(least, row->scores[first]);
        most = std::max(most, row->scores[end - 1]);
    }
    if (count == 0) return {};
    // The smallest value that so many are not above, by halving what it may be.
    const auto wanted =
        static_cast<std::size_t>(std::lround((1.0 - shareAbove) * static_cast<double>(count - 1)));
    std::uint32_t low = floatPlace(least);
    std::uint32_t high = floatPlace(most);
    while (low < high) {
        const std::uint32_t middle = low + (high - low) / 2;
        const double value = floatAt(middle);
        std::size_t notAbove = 0;
        for (const SortedScores::Row* row : rows) notAbove += row->notAbove(value) - row->below(-kLargest);
        if (notAbove > wanted)
            high = middle;
        else
            low = middle + 1;
    }
    return {least, floatAt(low)};
}

}  // namespace secateur
