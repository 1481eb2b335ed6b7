// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a comparison of chop strategies will take, before it runs: what its progress is divided by, and what
// the window says beside its start. Pure functions of values; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/data/analysis.h"
#include "core/data/chop_strategy.h"

namespace secateur {

// In passes of the whole text through one layer; an output head counts as one. Strategies that choose by
// position or by a given analysis are counted exactly (with shared prefixes), the others roughly.
struct ChopForecast {
    int networks = 0;               // whose perplexity is compared, the dense one not counted
    std::vector<double> choosing;   // of each strategy, before anything is measured
    std::vector<double> lots;       // of each lot, what is chosen at once; the dense network with the first
    std::vector<double> searching;  // of each strategy, those that know a perplexity as they choose
    [[nodiscard]] double total() const;
};

// Counts whose networks are measured together, smallest counts first. One lot shares the most; where curves
// shall grow there are a few.
[[nodiscard]] std::vector<std::vector<int>> chopLots(const std::vector<int>& counts, bool growing);

// Every number of layers that can be chopped from so many: all but one.
[[nodiscard]] std::vector<int> allChopCounts(int layers);
// Counts out of `counts` that a strategy can remove from so many layers.
[[nodiscard]] std::vector<int> chopCounts(const ChopStrategy& strategy, const std::vector<int>& counts,
                                          int layers);
// Whether a strategy's perplexities are known as soon as it has chosen, one count after the other.
[[nodiscard]] bool searchesChops(const ChopStrategy& strategy);

// `numbers`: ORIGINAL numbers of the layers there are, in execution order. Counts of the lots: ascending,
// each between 1 and one less than there are layers. `analysis` may be null.
[[nodiscard]] ChopForecast forecastChops(const std::vector<ChopStrategy>& strategies,
                                         const std::vector<std::vector<int>>& lots,
                                         const std::vector<int>& numbers, const Analysis* analysis);

}  // namespace secateur
