// SPDX-License-Identifier: GPL-3.0-or-later
//
// Searches that look at the network again after every removal: greedy choices by loss, of layers (SLEB, arXiv
// 2402.09025, algorithms.md 5.3), of sublayers (BlockPruner, arXiv 2406.10594) and of attention sublayers
// (2SSP's second stage, arXiv 2501.17771; methods-2.md M5), and FinerCut's of sublayers by the distance of
// the final outputs (arXiv 2405.18218, algorithms.md 5.8). The candidates of one step share their prefixes.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <ATen/ATen.h>

#include "core/base/job_context.h"
#include "core/data/chop_strategy.h"
#include "core/data/tokens.h"
#include "core/evaluate/subnetworks.h"
#include "core/model/weights.h"

namespace secateur {

struct SearchStep {
    int position = 0;
    SublayerCut cut;          // what goes at that position
    double value = 0.0;       // what it was chosen by, with everything gone that was chosen before
    at::Tensor windowLoss{};  // of searches by loss: mean loss of every window then, [windows, 1] f64
};

struct ChopSearch {
    std::vector<SearchStep> steps;  // in the order of removal
    SubnetworkWork work;
};
// Called after every step. May be empty.
using SearchCallback = std::function<void(const SearchStep&)>;

// Units that there are, and that the greedy search may remove at most: the first and the last layer stay
// where whole layers go, and one sublayer where sublayers go.
[[nodiscard]] int unitCount(const NetworkConfig& network, ChopUnit unit);
[[nodiscard]] int greedyLimit(const NetworkConfig& network, ChopUnit unit);
// Removes `count` units one by one, each time the one whose removal leaves the lowest perplexity (the step's
// value); of equal ones that of the lowest layer, attention first. Throws InvalidArgument for more than
// greedyLimit().
[[nodiscard]] ChopSearch greedySearch(WeightSource& weights, const TokenWindows& windows, ChopUnit unit,
                                      int count, std::int64_t stateBytes, JobContext& context,
                                      const SearchCallback& onStep = {});

// Removes `count` sublayers one by one, each time the one whose removal moves the final residual stream
// least away from the original network's: mean over tokens of arccos(cos(x, x')) / pi, before the final norm
// (the step's value). Of equal ones the lowest layer, attention first. Throws InvalidArgument when no
// sublayer would be left.
[[nodiscard]] ChopSearch sublayerSearch(WeightSource& weights, const TokenWindows& windows, int count,
                                        std::int64_t stateBytes, JobContext& context,
                                        const SearchCallback& onStep = {});

}  // namespace secateur
