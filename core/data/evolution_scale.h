// SPDX-License-Identifier: GPL-3.0-or-later
//
// How much an EvoPress search does (methods-2.md M3): what searches by, and forecasts go by. Any thread.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace secateur {

inline constexpr int kFirstSets = 64;         // random sets to begin with
inline constexpr int kChildren = 32;          // of a generation
inline constexpr std::size_t kSurvivors = 2;  // of these, which meet their parent

// Generations where nobody names them: k (n - k) / 1.5, rounded up, at least 1.
[[nodiscard]] inline int usualGenerations(int layers, int count) {
    return std::max(1, static_cast<int>(std::ceil(count * (layers - count) / 1.5)));
}

}  // namespace secateur
