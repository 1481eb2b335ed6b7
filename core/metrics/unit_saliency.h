// SPDX-License-Identifier: GPL-3.0-or-later
//
// The saliencies of all rows and columns that units are made of: one pass backwards, window by window.
#pragma once

#include <ATen/ATen.h>

#include "core/metrics/gradient_pass.h"

namespace secateur {

// One value for each entry of the dimension that is left when `dimension` is summed over (0: of a column, 1:
// of a row). weight, gradient, squares (A of core/data/saliency.h): [out, in] f32. Sums in float64.
[[nodiscard]] at::Tensor saliencyOf(Saliency saliency, const at::Tensor& weight, const at::Tensor& gradient,
                                    const at::Tensor& squares, int dimension);

// Fills saliency of the layers of `analysis`, which are those of the network in order, and its gradients.
// Memory as in gradient_pass.h, with two more values a weight of one layer.
void measureSaliency(WeightSource& weights, const TokenWindows& windows, std::int64_t stateBytes,
                     Analysis& analysis, JobContext& context);

}  // namespace secateur
