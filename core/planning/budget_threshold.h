// SPDX-License-Identifier: GPL-3.0-or-later
//
// The cut of AL-AM: units of different cost compete for one budget.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace secateur {

// Units that cost the same, row after row.
struct UnitPool {
    std::vector<std::span<const float>> rows;
    std::int64_t cost = 1;
};

[[nodiscard]] std::int64_t totalCost(const std::vector<UnitPool>& pools);

// Over all units sorted by descending score (ties: as they come, pool after pool): the score at the smallest
// k that minimises |cost of the first k units - keepBudget|, k >= 1. Costs are whole numbers, so the answer
// does not depend on the order of summing. Scores must not be NaN; infinities are fine. O(units): no full
// sort, because a slider waits for it. Pools must hold at least one unit.
[[nodiscard]] float budgetThreshold(const std::vector<UnitPool>& pools, double keepBudget);

}  // namespace secateur
