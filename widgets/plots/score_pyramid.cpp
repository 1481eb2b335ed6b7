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

// The one of the two that is there, when only one is.
float maximumOf(float a, float b) {
    return a >= b || std::isnan(b) ? a : b;
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
    std::size_t total = 0;
    for (const auto& row : rows) {
        widths_.push_back(static_cast<int>(row.size()));
        total += row.size();
    }
    Level base;
    base.values.reserve(total);
    for (const auto& row : rows) base.values.insert(base.values.end(), row.begin(), row.end());
    levels_.push_back(std::move(base));
    build();
}

ScorePyramid::ScorePyramid(std::vector<float> values, std::vector<int> widths, Reduction reduction)
    : reduction_(reduction), widths_(std::move(widths)) {
    levels_.push_back({std::move(values), {}});
    build();
}

void ScorePyramid::build() {
    auto& begin = levels_.front().begin;
    begin.push_back(0);
    for (int width : widths_) {
        maxWidth_ = std::max(maxWidth_, width);
        begin.push_back(begin.back() + static_cast<std::size_t>(width));
    }
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
        const std::size_t pairs = count / 2;
        if (reduction_ == Reduction::Maximum) {
            for (std::size_t i = 0; i < pairs; ++i) to[i] = maximumOf(from[2 * i], from[2 * i + 1]);
        } else {
            for (std::size_t i = 0; i < pairs; ++i) to[i] = meanOf(from[2 * i], from[2 * i + 1], 1, 1);
        }
        if (count % 2 != 0) {
            to[pairs] = from[count - 1];
        } else if (pairs > 0 &&
                   reduction_ ==
                       Reduction::Mean) {  // the last cell below may hold fewer units than the others
            const int rest = width(row) - static_cast<int>(count - 1) * cellUnits;
            to[pairs - 1] = meanOf(from[count - 2], from[count - 1], cellUnits, rest);
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
    if (from >= width(row)) return kAbsent;
    const double scale = std::ldexp(1.0, -level);
    return reduce(cells(level, row), static_cast<long>(std::floor(from * scale)),
                  static_cast<long>(std::ceil(to * scale)));
}

float ScorePyramid::reduce(std::span<const float> cells, long first, long last) const {
    first = std::max(first, 0L);
    last = std::min(last, static_cast<long>(cells.size()));
    if (first >= last) return kAbsent;
    float result = cells[static_cast<std::size_t>(first)];
    for (long i = first + 1; i < last; ++i) {
        const float value = cells[static_cast<std::size_t>(i)];
        result = reduction_ == Reduction::Maximum ? maximumOf(result, value)
                                                  : meanOf(result, value, static_cast<int>(i - first), 1);
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
