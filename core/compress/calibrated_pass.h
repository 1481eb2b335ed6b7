// SPDX-License-Identifier: GPL-3.0-or-later
//
// Recipe methods that look at activations: layer by layer, all linears of a layer are decided on the inputs
// that the layers below give as the step leaves them, before any of the layer changes (golden/README.md).
#pragma once

#include <memory>
#include <vector>

#include "core/compress/method.h"
#include "core/compress/step_sources.h"
#include "core/data/tokens.h"
#include "core/model/weights.h"

namespace secateur {

// Runs the windows through `before`, and returns what the step leaves of it, with the shapes of `after`.
// Memory besides weights: the residual stream of all windows and what the step made, both in the pass's
// WorkMemory, and the Gram matrices of one layer where they are small, else one at a time. `options`: of each
// layer.
[[nodiscard]] std::shared_ptr<LayerSource> calibratedSource(std::shared_ptr<LayerSource> before,
                                                            NetworkConfig after, const RecipeStep& step,
                                                            const std::vector<OptionValues>& options,
                                                            const RecipeMethod& method, const StepPass& pass,
                                                            JobContext& context);

}  // namespace secateur
