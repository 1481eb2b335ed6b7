// SPDX-License-Identifier: GPL-3.0-or-later
//
// A block of layers that goes is stood for by the MLP before it (ReplaceMe, arXiv 2505.02819; methods-2.md
// M4). With M [tokens, D] the output of that MLP, H_s and H_e the residual stream before and after the block:
//     T = (M'M)^-1 M' (H_e - H_s + M),   down_proj <- T'W,   its bias <- T'b
// so that the stream after the MLP is as near to H_e as a linear map of M brings it. No parameter is added.
#pragma once

#include <memory>

#include <ATen/ATen.h>

#include "core/base/job_context.h"
#include "core/compress/step_sources.h"
#include "core/data/network_state.h"
#include "core/data/plan.h"

namespace secateur {

struct LinearMap {
    at::Tensor map;      // T [D, D] f64
    double ridge = 0.0;  // added to the diagonal of M'M, as a share of its mean, where it cannot be factored
};
// gram: M'M [D, D] f64; cross: M'Y [D, D] f64, Y what M shall become. Throws InvalidArgument, its message
// after `where`, for a Gram matrix that no ridge below 1 makes factorable.
[[nodiscard]] LinearMap fittedMap(const at::Tensor& gram, const at::Tensor& cross, const std::string& where);

// `before` with the MLPs before the blocks that `effect` of a chop leaves out fitted on the pass's windows;
// the layers of the blocks are still there. Says how much of what each block does the fit leaves undone.
// Memory: one residual stream more.
[[nodiscard]] std::shared_ptr<LayerSource> replacedSource(std::shared_ptr<LayerSource> before,
                                                          const StepEffect& effect, const StepPass& pass,
                                                          JobContext& context);

}  // namespace secateur
