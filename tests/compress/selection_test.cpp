// SPDX-License-Identifier: GPL-3.0-or-later
//
// Partitioning and ranking mark what a stable sort would, also among equal scores, NaN and infinities.
#include "core/compress/numeric/selection.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <gmock/gmock.h>

namespace secateur {
namespace {

// Whole numbers, so that many are equal, with something odd in every row.
at::Tensor scoresWithTies(std::int64_t rows, std::int64_t columns) {
    at::Tensor scores = at::empty({rows, columns});
    auto* values = scores.mutable_data_ptr<float>();
    for (std::int64_t i = 0; i < scores.numel(); ++i)
        values[i] = static_cast<float>((i * 7919 + i / 13) % 11);
    for (std::int64_t row = 0; row < rows; ++row) {
        values[row * columns + row % columns] = std::numeric_limits<float>::quiet_NaN();
        values[row * columns + (row * 3 + 1) % columns] = std::numeric_limits<float>::infinity();
    }
    return scores;
}

bool comesBefore(float left, float right) {
    return left < right || (std::isnan(right) && !std::isnan(left) && !std::isinf(left));
}

std::vector<bool> smallestBySorting(const at::Tensor& scores, std::int64_t length, std::int64_t count) {
    std::vector<bool> marks(static_cast<std::size_t>(scores.numel()));
    const auto* values = scores.const_data_ptr<float>();
    std::vector<std::int64_t> order(static_cast<std::size_t>(length));
    for (std::int64_t first = 0; first < scores.numel(); first += length) {
        std::iota(order.begin(), order.end(), first);
        std::stable_sort(order.begin(), order.end(),
                         [&](std::int64_t a, std::int64_t b) { return comesBefore(values[a], values[b]); });
        for (std::int64_t i = 0; i < count; ++i)
            marks[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])] = true;
    }
    return marks;
}

std::vector<bool> isMarked(const at::Tensor& mask) {
    const auto* first = mask.const_data_ptr<bool>();
    return std::vector<bool>(first, first + mask.numel());
}

TEST(Selection, RowsAreMarkedAsSortingMarksThem) {
    const at::Tensor scores = scoresWithTies(37, 53);
    for (const double share : {0.0, 0.01, 0.3, 0.5, 0.77, 0.999}) {
        const auto count = static_cast<std::int64_t>(53 * share);
        EXPECT_EQ(isMarked(smallestOfRows(scores, share)), smallestBySorting(scores, 53, count)) << share;
    }
}

TEST(Selection, GroupsAreMarkedAsSortingMarksThem) {
    const at::Tensor scores = scoresWithTies(19, 64);
    for (const SparsePattern pattern : {SparsePattern{2, 4}, SparsePattern{1, 2}, SparsePattern{5, 8},
                                        SparsePattern{3, 16}, SparsePattern{20, 32}})
        EXPECT_EQ(isMarked(smallestOfGroups(scores, pattern)),
                  smallestBySorting(scores, pattern.of, pattern.zeros))
            << pattern.zeros << ":" << pattern.of;
}

TEST(Selection, MarksOfScoresThatAreAViewBelongToTheView) {
    const at::Tensor turned = scoresWithTies(48, 21).t();
    EXPECT_EQ(isMarked(smallestOfRows(turned, 0.5)), smallestBySorting(turned.contiguous(), 48, 24));
    EXPECT_EQ(isMarked(smallestOfGroups(turned, {2, 4})), smallestBySorting(turned.contiguous(), 4, 2));
}

}  // namespace
}  // namespace secateur
