// SPDX-License-Identifier: GPL-3.0-or-later
//
// Ragged rows of values and copies of them at half, a quarter, ... of the resolution, so that a screen pixel
// never has to look at more than a few of them. Cell j of level k covers units [j * 2^k, (j + 1) * 2^k) of
// its row, the last cell only what is left of the row. NaN counts as absent. Immutable once built; may be
// read from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "widgets/plots/unit_map.h"

namespace secateur {

class ScorePyramid {
public:
    ScorePyramid() = default;
    // Copies the rows; rows may be empty.
    ScorePyramid(const std::vector<std::span<const float>>& rows, Reduction reduction);
    // The rows one after the other.
    ScorePyramid(std::vector<float> values, std::vector<int> widths, Reduction reduction);

    [[nodiscard]] int rows() const noexcept { return static_cast<int>(widths_.size()); }
    [[nodiscard]] int width(int row) const {
        return widths_[static_cast<std::size_t>(row)];
    }  // units of the row
    [[nodiscard]] int maxWidth() const noexcept { return maxWidth_; }
    [[nodiscard]] int levels() const noexcept { return static_cast<int>(levels_.size()); }
    [[nodiscard]] std::span<const float> cells(int level, int row) const;

    // The coarsest level whose cells are not wider than that.
    [[nodiscard]] int levelFor(double unitsPerPixel) const noexcept;
    // Reduction of the cells of `level` that units [from, to) touch; NaN beyond the row and where all are
    // absent.
    [[nodiscard]] float sample(int level, int row, double from, double to) const;
    // Reduction of cells [first, last) of a row of one level, as far as they are there; NaN when none is.
    [[nodiscard]] float reduce(std::span<const float> cells, long first, long last) const;

private:
    struct Level {
        std::vector<float> values;
        std::vector<std::size_t> begin;  // of each row, and one past the last
    };
    void build();
    void addLevel();

    Reduction reduction_ = Reduction::Maximum;
    std::vector<int> widths_;
    int maxWidth_ = 0;
    std::vector<Level> levels_;
};

// Indices of the values, highest first, equal ones in their order, NaN last. Linear time.
[[nodiscard]] std::vector<std::uint32_t> rankedOrder(std::span<const float> values);
// 1 + the number of values that come before `index` in that order.
[[nodiscard]] int rankOf(std::span<const float> values, int index);

}  // namespace secateur
