// SPDX-License-Identifier: GPL-3.0-or-later
//
// EvoPress's search for the set of layers or sublayers to remove (Sieberling et al., arXiv 2410.14649;
// methods-2.md M3): one parent, whose children exchange a few units that go for units that stay, and rounds
// of selection over more and more tokens. The candidates of a round share their prefixes. Thread rule: the
// compute thread alone.
#pragma once

#include <cstdint>
#include <functional>

#include "core/base/job_context.h"
#include "core/data/chop_strategy.h"
#include "core/data/tokens.h"
#include "core/evaluate/subnetworks.h"
#include "core/model/weights.h"

namespace secateur {

struct EvolutionSearch {
    Subnetwork best;
    double fitness = 0.0;  // of the best, on the tokens of the last round that it took part in
    int generations = 0;   // that were finished
    bool stopped = false;  // before the last one
    SubnetworkWork work;
};

// Removes `count` attention and as many MLP sublayers (ChopUnit::Sublayers) or `count` whole layers. Fitness
// is the mean divergence KL(dense || cut) of a prediction, or the perplexity. The same seed gives the same
// search. A stop after the first selection ends the search with what is best then; before it, it is thrown.
// Throws InvalidArgument where there are not more units of a kind than `count`.
[[nodiscard]] EvolutionSearch evolutionSearch(WeightSource& weights, const TokenWindows& windows,
                                              ChopUnit unit, int count, const EvolutionWishes& wishes,
                                              std::int64_t stateBytes, JobContext& context);

}  // namespace secateur
