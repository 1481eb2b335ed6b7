// SPDX-License-Identifier: GPL-3.0-or-later
//
// A measurement of a whole network on the units that a plan left of it, to be held against a measurement of
// what was left. Pure; any thread.
#pragma once

#include "core/data/analysis.h"
#include "core/data/network_state.h"

namespace secateur {

// Both measured layers of the same numbers, with as many KV groups and channels each.
[[nodiscard]] bool sameShape(const Analysis& a, const Analysis& b);

// The network that was measured, as far as its measurement tells: layers and their widths. Everything else is
// that of `like`, a network that was made from it.
[[nodiscard]] NetworkConfig measuredNetwork(const Analysis& analysis, const NetworkConfig& like);

// What was measured of the layers and units that are left, in their order. Angular distances are those over
// each layer that is left; others are NaN. Throws InvalidArgument where layers or widths are not those of
// `left.opened`.
[[nodiscard]] Analysis narrowedTo(const Analysis& whole, const NetworkState& left);

}  // namespace secateur
