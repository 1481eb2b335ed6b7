// SPDX-License-Identifier: GPL-3.0-or-later
//
// A pass over many windows, layer by layer: every layer's weights are loaded once and applied to all windows,
// so that memory is one layer plus the residual stream.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include <ATen/ATen.h>

#include "core/base/job_context.h"
#include "core/data/tokens.h"
#include "core/model/decoder.h"
#include "core/model/weights.h"

namespace secateur {

// Windows that are run together: enough rows for the matrix product, few enough for caches and temporaries.
[[nodiscard]] int windowsPerBatch(const ComputePlace& place, int seqLen);

// Rows of logits computed at a time where all classes are needed at once: bounds the [rows, vocab] temporary
// to about 64 MB of f32.
[[nodiscard]] std::int64_t logitRows(std::int64_t vocabulary);

// Residual stream of the first `count` windows from `first`: [count, seq, D], f32, on the place's device, in
// the WorkMemory of `weights`.
[[nodiscard]] at::Tensor embed(WeightSource& weights, const TokenWindows& windows, int first, int count);

// What a layer made of one batch of windows, [some, seq, D].
using BatchCallback = std::function<void(const at::Tensor& before, const at::Tensor& after)>;

// Runs layer `position`, or a part of it, over hidden [windows, seq, D] in place, batch by batch. Calls
// `context.advanceBy` after each batch, with its tokens for a layer and half of them for a part, and throws
// Corrupt naming the layer when the stream becomes NaN or Inf.
void runLayerOverWindows(const PassContext& pass, const LayerWeights& layer, int position, at::Tensor& hidden,
                         JobContext& context, Sublayers part = Sublayers::Both,
                         const BatchCallback& compare = {});

// Calls `compare` for the streams before and after a layer, with the batches of runLayerOverWindows.
void compareBatches(const PassContext& pass, const at::Tensor& before, const at::Tensor& after,
                    const BatchCallback& compare);

// The same as runLayerOverWindows for what pass.observer sees alone: hidden stays as it is, and memory is one
// batch. `which`: the windows to run, int64 [some]; undefined: all.
void watchLayerOverWindows(const PassContext& pass, const LayerWeights& layer, int position,
                           const at::Tensor& hidden, JobContext& context, Sublayers part = Sublayers::Both,
                           const at::Tensor& which = {});

// Keeps the inputs of every k-th layer: the least k with which the residual streams of all windows fit into
// `bytes`.
[[nodiscard]] int streamStride(const NetworkConfig& config, const TokenWindows& windows, std::int64_t bytes);

// Negative log-likelihood of every next token: [windows, seq - 1], f32 on the host. hidden is left as it is.
[[nodiscard]] at::Tensor tokenLosses(WeightSource& weights, const TokenWindows& windows, int first,
                                     const at::Tensor& hidden, JobContext& context);

// Logits of one window's residual stream [seq, D]: [seq, vocab], f32 on the host.
[[nodiscard]] at::Tensor logitsOf(WeightSource& weights, const at::Tensor& hidden);

// Standard error over windows of the mean loss of a window; none for one window.
[[nodiscard]] std::optional<double> errorOfMeanLoss(const at::Tensor& losses);
// exp of the mean over windows of the mean loss of a window.
[[nodiscard]] double perplexityOf(const at::Tensor& losses);

}  // namespace secateur
