// SPDX-License-Identifier: GPL-3.0-or-later
//
// How much a whole layer weighs, by its weights alone or by their effect on the loss (Shortened LLaMA, arXiv
// 2402.02834, algorithms.md 5.4). Over the layer's matrices and norms; biases, embeddings, the final norm and
// the output head do not count.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/job_context.h"
#include "core/data/tokens.h"
#include "core/model/weights.h"

namespace secateur {

// Sum of |w|, one value per position.
[[nodiscard]] std::vector<float> blockMagnitudes(WeightSource& weights, JobContext& context);

struct BlockTaylor {
    std::vector<float> values;  // per position
    int windows = 0;            // leading windows that were used: as many as fit
    double loss = 0.0;          // mean over these windows of their mean loss, nats
};

// Sum over weights of |sum over batches of w * dL/dw|, the inner sum signed, with L the mean over windows of
// their mean loss. See gradient_pass.h for memory, windows and `weights`.
[[nodiscard]] BlockTaylor blockTaylor(WeightSource& weights, const TokenWindows& windows,
                                      std::int64_t stateBytes, JobContext& context);

}  // namespace secateur
