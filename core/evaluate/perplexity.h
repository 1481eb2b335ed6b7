// SPDX-License-Identifier: GPL-3.0-or-later
//
// Next-token losses over a text (protocols of algorithms.md 9.6).
#pragma once

#include <cstdint>

#include <ATen/ATen.h>

#include "core/base/job_context.h"
#include "core/data/tokens.h"
#include "core/model/weights.h"

namespace secateur {

// Chunked: every window on its own, its first token not scored. [windows, seq - 1], f32 on the host.
// Layer-major over as many windows at a time as fit `streamBytes` of residual stream.
[[nodiscard]] at::Tensor chunkedLosses(WeightSource& weights, const TokenWindows& windows,
                                       std::int64_t streamBytes, JobContext& context);

// Sliding: windows of seqLen every `stride` tokens over the whole stream; a token is scored once, in the
// first window that holds it, and the very first token never. The last window ends at the last token.
struct SlidingLoss {
    double sum = 0.0;
    std::int64_t scored = 0;
};
[[nodiscard]] SlidingLoss slidingLoss(WeightSource& weights, const TokenStream& stream, int seqLen,
                                      int stride, std::int64_t streamBytes, JobContext& context);

// Logits of one window, [seq, vocab], f32 on the host.
[[nodiscard]] at::Tensor windowLogits(WeightSource& weights, const TokenWindows& windows, int window,
                                      JobContext& context);

}  // namespace secateur
