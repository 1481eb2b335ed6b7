// SPDX-License-Identifier: GPL-3.0-or-later
//
// A pass for methods that prune as they go (Wanda-sp, algorithms.md 2.2): every layer is measured on the
// stream that the already pruned layers leave; both its linears are scored before either is pruned, and the
// layer then runs again with its masks.
#pragma once

#include <functional>
#include <vector>

#include "core/base/job_context.h"
#include "core/data/analysis.h"
#include "core/data/tokens.h"
#include "core/data/unit_set.h"
#include "core/model/plan_edits.h"
#include "core/model/weights.h"

namespace secateur {

struct LayerMasks {
    UnitMask kvGroups;
    UnitMask channels;
};
// Decides what a layer keeps from its statistics.
using DecideLayer = std::function<LayerMasks(int position, const LayerAnalysis& layer)>;

// `chop`: layers and sublayers that are gone before the pass begins. Returns one entry per position; empty
// masks where nothing is left to prune.
[[nodiscard]] std::vector<LayerMasks> sequentialPass(WeightSource& weights, const TokenWindows& windows,
                                                     const PlanEdits& chop, const DecideLayer& decide,
                                                     JobContext& context);

}  // namespace secateur
