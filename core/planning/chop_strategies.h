// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which layers a strategy removes from a network that may have been chopped before.
#pragma once

#include <string>
#include <vector>

#include "core/data/analysis.h"

namespace secateur {

// Like chooseLayers of planner.h; `numbers`: ORIGINAL numbers of the layers there are, in execution order.
// Strategies that need scores want an analysis of exactly these layers.
[[nodiscard]] std::vector<int> chooseAmong(const std::string& strategy, const std::vector<int>& numbers,
                                           int count, const Analysis* analysis);

// Whether the strategy ranks layers by an analysis, rather than by position.
[[nodiscard]] bool choosesByScore(const std::string& strategy);

}  // namespace secateur
