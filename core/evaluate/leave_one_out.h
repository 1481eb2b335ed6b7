// SPDX-License-Identifier: GPL-3.0-or-later
//
// Perplexity without one layer, one attention or one MLP sublayer (Shortened LLaMA 2402.02834, FinerCut
// 2405.18218). All variants share the dense prefix below what they leave out: a sweep over L layers costs
// about L / 2 passes, not L.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/job_context.h"
#include "core/data/analysis.h"
#include "core/data/tokens.h"
#include "core/evaluate/subnetworks.h"
#include "core/model/decoder.h"
#include "core/model/weights.h"

namespace secateur {

struct LeaveOneOutParts {
    bool layers = true;
    bool sublayers = true;
};

struct LeaveOneOutRun {
    LeaveOneOut values;
    SubnetworkWork work;
};

// One entry for each layer of the network. `stateBytes` bounds the residual streams of all variants; windows
// are taken in turns that fit.
[[nodiscard]] LeaveOneOutRun leaveOneOut(WeightSource& weights, const TokenWindows& windows,
                                         LeaveOneOutParts parts, std::int64_t stateBytes,
                                         JobContext& context);

}  // namespace secateur
