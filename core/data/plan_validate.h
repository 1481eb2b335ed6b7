// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whether a plan fits the network it is for. Layers are looked up by their ORIGINAL number, so that networks
// which were chopped before can be planned again.
#pragma once

#include <string>

#include "core/data/network_config.h"
#include "core/data/plan.h"

namespace secateur {

// Layers of the ORIGINAL checkpoint; layer numbers lie below it.
[[nodiscard]] int originalLayerCount(const NetworkConfig& network);

// The layer with this ORIGINAL number; null when the network has none.
[[nodiscard]] const LayerConfig* findLayer(const NetworkConfig& network, int originalLayer);

// Whether two layers differ in nothing but their numbers, as layers that are folded into each other must.
[[nodiscard]] bool sameShape(const LayerConfig& one, LayerConfig other);

// Throws InvalidArgument, naming `origin` and the JSON path, for layers out of range, chopped or named twice,
// a keep entry for what an earlier step removed, masks of another length, ratios outside [0, 1), and an
// emptied network. A later width step keeps what both it and earlier ones keep.
void checkPlan(const Plan& plan, const NetworkConfig& network, const std::string& origin);

}  // namespace secateur
