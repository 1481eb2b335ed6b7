// SPDX-License-Identifier: GPL-3.0-or-later
//
// Minimum widths and rounding: what holds for every layer, whatever the structure decides.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/data/unit_set.h"

namespace secateur {

// The best `count` scores become kAlwaysKept (all, when there are fewer); ties go to the lowest index.
void keepBest(std::vector<float>& scores, int count);

// The number of channels a narrowed layer ends up with: the nearest multiple of `roundTo` (halves up) in
// [roundTo, units] that is not below `minimum`; `units` when there is none. A layer that keeps all is left
// alone.
[[nodiscard]] int roundedCount(int kept, int units, int roundTo, int minimum);

// Adds the best units left out, or drops the worst kept, until `count` are kept. Ties: the lowest index
// stays.
void adjustCount(UnitMask& mask, std::span<const float> scores, int count);

// A mask over the units that are left as one over all units that `left` is over.
[[nodiscard]] std::optional<UnitMask> spread(const std::optional<UnitMask>& mask, const UnitMask& left);

}  // namespace secateur
