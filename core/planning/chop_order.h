// SPDX-License-Identifier: GPL-3.0-or-later
//
// From what a search or a score over the network found to the chop of a plan. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/data/chop_strategy.h"
#include "core/data/network_config.h"
#include "core/data/plan_request.h"

namespace secateur {

// Layers by ascending score; of equal ones the lowest first. `numbers`: ORIGINAL numbers, one per value.
// Throws InvalidArgument for a score that is not a number.
[[nodiscard]] RemovalOrder orderByScore(const std::string& strategy, const std::vector<float>& scores,
                                        const std::vector<int>& numbers);

// ORIGINAL numbers of a network's layers, by position.
[[nodiscard]] std::vector<int> layerNumbers(const NetworkConfig& network);

// Entries of the order that `count` layers are; two each where sublayers of both kinds go.
[[nodiscard]] int partsFor(const RemovalOrder& order, int count);

// The chop of `count` layers as explicit lists, ascending, which say what chose them. A layer that loses both
// sublayers goes as a whole. Throws InvalidArgument when the order is shorter.
[[nodiscard]] ChopRequest chopFromOrder(const RemovalOrder& order, int count);

// The request with its strategy's choice made; sublayers that it lists besides stay listed.
[[nodiscard]] ChopRequest settled(const ChopRequest& request, const RemovalOrder& order);

// The layers that a merge folds into others, ascending.
[[nodiscard]] std::vector<int> foldedLayers(const LayerMerge& merge);

// The chop that folds layers into others, ascending, and says what chose it.
[[nodiscard]] ChopRequest chopFromMerge(const std::string& strategy, LayerMerge merge);

}  // namespace secateur
