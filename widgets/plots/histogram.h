// SPDX-License-Identifier: GPL-3.0-or-later
//
// Scores counted in bins of equal width. The first and last bin also take what lies beyond the ends.
#pragma once

#include <vector>

namespace secateur {

struct Histogram {
    double low = 0.0;
    double width = 1.0;  // of one bin
    std::vector<int> counts;

    Histogram() = default;
    Histogram(double from, double to, int bins);

    void add(double value) { ++counts[static_cast<std::size_t>(binOf(value))]; }
    [[nodiscard]] int binOf(double value) const;
    [[nodiscard]] int bins() const noexcept { return static_cast<int>(counts.size()); }
    [[nodiscard]] double left(int bin) const { return low + bin * width; }
    [[nodiscard]] double middle(int bin) const { return left(bin) + width / 2; }
};

}  // namespace secateur
