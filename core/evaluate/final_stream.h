// SPDX-License-Identifier: GPL-3.0-or-later
//
// What perplexities, likelihoods and divergences are read from: the residual stream after all layers. Thread
// rule: the compute thread alone.
#pragma once

#include <cstdint>

#include <ATen/ATen.h>

#include "core/base/job_context.h"
#include "core/data/tokens.h"
#include "core/model/decoder.h"
#include "core/model/weights.h"

namespace secateur {

// Of `count` windows from `first`, each on its own: [count, seq, D].
[[nodiscard]] at::Tensor finalStream(WeightSource& weights, const TokenWindows& windows, int first, int count,
                                     JobContext& context);

// The same by a pass of the caller's own.
[[nodiscard]] at::Tensor finalStream(WeightSource& weights, const PassContext& pass,
                                     const TokenWindows& windows, int first, int count, JobContext& context);

// Windows whose streams fit into so many bytes; at least 1.
[[nodiscard]] int windowsAtOnce(const NetworkConfig& config, int seqLen, std::int64_t streamBytes);

// Throws InvalidArgument where no token has another before it.
void requirePredictions(const TokenWindows& windows);

}  // namespace secateur
