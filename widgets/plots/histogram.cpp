// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/histogram.h"

#include <algorithm>
#include <cmath>

namespace secateur {

Histogram::Histogram(double from, double to, int bins)
    : low(from), width(to > from ? (to - from) / bins : 1.0), counts(static_cast<std::size_t>(bins), 0) {}

int Histogram::binOf(double value) const {
    const double place = std::floor((value - low) / width);
    return static_cast<int>(std::clamp(place, 0.0, static_cast<double>(bins() - 1)));
}

}  // namespace secateur
