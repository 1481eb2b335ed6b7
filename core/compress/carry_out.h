// SPDX-License-Identifier: GPL-3.0-or-later
//
// A step turns a source into a source. Previews, measuring, applying and training all run what this returns.
// Thread rule: the compute thread alone.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/base/job_context.h"
#include "core/data/analysis.h"
#include "core/data/network_state.h"
#include "core/data/plan.h"
#include "core/data/tokens.h"
#include "core/model/device.h"
#include "core/model/layer_source.h"
#include "core/model/weights.h"
#include "core/model/work_memory.h"

namespace secateur {

// What steps that look at activations look at.
struct Calibration {
    const TokenWindows* windows = nullptr;  // null: there is no calibration text
    const TokenWindows* meansWindows =
        nullptr;  // for the means of a width step alone; may be the text that is evaluated
    // Of the network before the step, for the means of a width step; null: measured from the windows.
    std::shared_ptr<const Analysis> analysis;
    Statistics statistics = Statistics::Exact;
    std::function<std::shared_ptr<const Analysis>(WeightSource&, JobContext&)> measure;  // from meansWindows
    ComputePlace place;
    std::shared_ptr<WorkMemory> memory;  // see StepPass
    std::string key;                     // equal for equal texts and analyses
};

// True when the step cannot be carried out without the calibration text, or (width) without an analysis or a
// text.
[[nodiscard]] bool needsText(const PlanStep& step);
[[nodiscard]] bool needsMeans(const PlanStep& step);

// What `step` leaves of `before`. `effect`: of the step on the network that `before` is. Throws
// InvalidArgument when the calibration lacks what the step needs, and what the methods throw; Unsupported for
// a heal step, which the session carries out.
[[nodiscard]] std::shared_ptr<LayerSource> sourceAfter(std::shared_ptr<LayerSource> before,
                                                       const PlanStep& step, StepEffect effect,
                                                       const NetworkState& stateBefore,
                                                       const Calibration& calibration, JobContext& context);

}  // namespace secateur
