// SPDX-License-Identifier: GPL-3.0-or-later
//
// Searches that look at the network again after every removal: SLEB's greedy choice of layers by loss
// (arXiv 2402.09025, algorithms.md 5.3) and FinerCut's of sublayers by the distance of the final outputs
// (arXiv 2405.18218, algorithms.md 5.8). The candidates of one step share their prefixes.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <ATen/ATen.h>

#include "core/base/job_context.h"
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

// Layers that the greedy search may remove at most: the first and the last stay.
[[nodiscard]] int greedyLimit(const NetworkConfig& network);
// Removes `count` layers one by one, each time the one whose removal leaves the lowest perplexity (the
// step's value); of equal ones the lowest. Throws InvalidArgument for more than greedyLimit().
[[nodiscard]] ChopSearch greedySearch(WeightSource& weights, const TokenWindows& windows, int count,
                                      std::int64_t stateBytes, JobContext& context,
                                      const SearchCallback& onStep = {});

// Attention and MLP sublayers that there are.
[[nodiscard]] int sublayerCount(const NetworkConfig& network);
// Removes `count` sublayers one by one, each time the one whose removal moves the final residual stream
// least away from the original network's: mean over tokens of arccos(cos(x, x')) / pi, before the final norm
// (the step's value). Of equal ones the lowest layer, attention first. Throws InvalidArgument when no
// sublayer would be left.
[[nodiscard]] ChopSearch sublayerSearch(WeightSource& weights, const TokenWindows& windows, int count,
                                        std::int64_t stateBytes, JobContext& context,
                                        const SearchCallback& onStep = {});

}  // namespace secateur
