// SPDX-License-Identifier: GPL-3.0-or-later
//
// How far what one network predicts is from what another does. Thread rule: the compute thread alone.
#pragma once

#include <cstdint>

#include <ATen/ATen.h>

#include "core/base/job_context.h"
#include "core/data/evaluation.h"
#include "core/data/tokens.h"
#include "core/model/weights.h"

namespace secateur {

// Sums over the predictions of one window: KL(one || other), and how often the likeliest tokens agree.
struct DivergenceSums {
    double divergence = 0.0;
    double agreeing = 0.0;
};
// hidden: residual streams after the last layer, [seq, D]; all positions but the last predict. Softmaxes are
// computed in float64.
[[nodiscard]] DivergenceSums divergenceSums(WeightSource& one, const at::Tensor& hiddenOne,
                                            WeightSource& other, const at::Tensor& hiddenOther);

// KL(first || second) and the agreement of the likeliest tokens over the predictions that a perplexity of
// these windows scores: every window on its own, all positions but the last. Softmaxes are computed in
// float64. Both networks must have the same vocabulary. `streamBytes`: of each network's residual streams at
// a time.
[[nodiscard]] Divergence divergenceOf(WeightSource& first, WeightSource& second, const TokenWindows& windows,
                                      std::int64_t streamBytes, JobContext& context);

}  // namespace secateur
