// SPDX-License-Identifier: GPL-3.0-or-later
//
// A pass for methods that prune as they go (Wanda-sp, algorithms.md 2.2): every layer is measured on the
// stream that the already pruned layers leave; both its linears are scored before either is pruned, and the
// layer then runs again with its masks.
#pragma once

#include <functional>

#include "core/base/job_context.h"
#include "core/data/analysis.h"
#include "core/data/tokens.h"
#include "core/data/unit_set.h"
#include "core/model/weights.h"

namespace secateur {

struct LayerMasks {
    UnitMask kvGroups;  // over the units that the layer has; empty: all stay
    UnitMask channels;
};
// Decides what a layer keeps from its statistics.
using DecideLayer = std::function<LayerMasks(int position, const LayerAnalysis& layer)>;

// Decides for every layer in order, and goes on with what it leaves.
void sequentialPass(WeightSource& weights, const TokenWindows& windows, const DecideLayer& decide,
                    JobContext& context);

}  // namespace secateur
