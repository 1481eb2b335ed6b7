// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/score_pyramid.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

namespace secateur {

namespace {

constexpr float kAbsent = std::numeric_limits<float>::quiet_NaN();

float maximumOf(float a, float b) {
    if (std::isnan(a)) return b;
    return b > a ? b : a;
}

// Cells of `weightA` and `weightB` units.
float meanOf(float a, float b, int weightA, int weightB) {
    if (std::isnan(a)) return b;
    if (std::isnan(b)) return a;
    const auto total = static_cast<float>(weightA + weightB);
    return (a * static_cast<float>(weightA) + b * static_cast<float>(weightB)) / total;
}

// Ascending keys for descending values; NaN last.
std::uint32_t descendingKey(float value) {
    if (std::isnan(value)) return std::numeric_limits<std::uint32_t>::max();
    const auto bits = std::bit_cast<std::uint32_t>(value == 0.0F ? 0.0F : value);
    return bits & 0x80000000U ? bits : ~(bits | 0x80000000U);
}

}  // namespace

ScorePyramid::ScorePyramid(const std::vector<std::span<const float>>& rows, Reduction reduction)
    : reduction_(reduction) {
    Level base;
    base.begin.push_back(0);
    for (const auto& row : rows) {
        widths_.push_back(static_cast<int>(row.size()));
        maxWidth_ = std::max(maxWidth_, widths_.back());
        base.begin.push_back(base.begin.back() + row.size());
    }
    base.values.reserve(base.begin.back());
    for (const auto& row : rows) base.values.insert(base.values.end(), row.begin(), row.end());
    levels_.push_back(std::move(base));
    for (int cells = maxWidth_; cells > 1; cells = (cells + 1) / 2) addLevel();
}

void ScorePyramid::addLevel() {
    const int cellUnits = 1 << (levels_.size() - 1);  // units in a whole cell of the level below
    const Level& below = levels_.back();
    Level level;
    level.begin.push_back(0);
    for (int row = 0; row < rows(); ++row) {
        const auto r = static_cast<std::size_t>(row);
        level.begin.push_back(level.begin.back() + (below.begin[r + 1] - below.begin[r] + 1) / 2);
    }
    level.values.resize(level.begin.back());
    for (int row = 0; row < rows(); ++row) {
        const auto r = static_cast<std::size_t>(row);
        const float* from = below.values.data() + below.begin[r];
        const std::size_t count = below.begin[r + 1] - below.begin[r];
        float* to = level.values.data() + level.begin[r];
        for (std::size_t i = 0; i < count; i += 2) {
            if (i + 1 == count) {
                to[i / 2] = from[i];
            } else if (reduction_ == Reduction::Maximum) {
                to[i / 2] = maximumOf(from[i], from[i + 1]);
            } else {
                const int second = std::min(cellUnits, width(row) - static_cast<int>(i + 1) * cellUnits);
                to[i / 2] = meanOf(from[i], from[i + 1], cellUnits, second);
            }
        }
    }
    levels_.push_back(std::move(level));
}

std::span<const float> ScorePyramid::cells(int level, int row) const {
    const Level& l = levels_[static_cast<std::size_t>(level)];
    const auto r = static_cast<std::size_t>(row);
    return std::span(l.values).subspan(l.begin[r], l.begin[r + 1] - l.begin[r]);
}

int ScorePyramid::levelFor(double unitsPerPixel) const noexcept {
    int level = 0;
    while (level + 1 < levels() && std::ldexp(1.0, level + 1) <= unitsPerPixel) ++level;
    return level;
}

float ScorePyramid::sample(int level, int row, double from, double to) const {
    const std::span<const float> values = cells(level, row);
    const double scale = std::ldexp(1.0, -level);
    const auto first = static_cast<long>(std::floor(std::max(from, 0.0) * scale));
    const auto last = std::min(static_cast<long>(std::ceil(to * scale)), static_cast<long>(values.size()));
    if (first >= last || from >= width(row)) return kAbsent;
    float result = values[static_cast<std::size_t>(first)];
    for (long i = first + 1; i < last; ++i) {
        const float value = values[static_cast<std::size_t>(i)];
        const auto before = static_cast<int>(i - first);
        result =
            reduction_ == Reduction::Maximum ? maximumOf(result, value) : meanOf(result, value, before, 1);
    }
    return result;
}

// Radix sort in three passes of 11 bits: stable, and several times faster than comparing when a layer has 28
// thousand channels.
std::vector<std::uint32_t> rankedOrder(std::span<const float> values) {
    using Item = std::pair<std::uint32_t, std::uint32_t>;
    std::vector<Item> items(values.size());
    std::vector<Item> other(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        items[i] = {descendingKey(values[i]), static_cast<std::uint32_t>(i)};
    for (int shift = 0; shift < 32; shift += 11) {
        std::array<std::size_t, 2048> place{};
        const auto digit = [shift](const Item& item) { return (item.first >> shift) & 2047U; };
        for (const Item& item : items) ++place[digit(item)];
        std::size_t sum = 0;
        for (std::size_t& p : place) sum += std::exchange(p, sum);
        for (const Item& item : items) other[place[digit(item)]++] = item;
        items.swap(other);
    }
    std::vector<std::uint32_t> order(values.size());
    std::transform(items.begin(), items.end(), order.begin(), [](const Item& item) { return item.second; });
    return order;
}

int rankOf(std::span<const float> values, int index) {
    const std::uint32_t own = descendingKey(values[static_cast<std::size_t>(index)]);
    int rank = 1;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::uint32_t key = descendingKey(values[i]);
        rank += key < own || (key == own && static_cast<int>(i) < index);
    }
    return rank;
}

}  // namespace secateur
