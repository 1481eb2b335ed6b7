// SPDX-License-Identifier: GPL-3.0-or-later
//
// One decoder layer, and what may be done to it while it runs: watched through an observer, edited through
// masks. Functions of their arguments; no state.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <ATen/ATen.h>

#include "core/data/network_config.h"
#include "core/model/device.h"
#include "core/model/rope.h"
#include "core/model/weights.h"

namespace secateur {

// Sees the inputs of the two linears that write to the residual stream. Called once per layer and batch of
// windows, in order.
class ActivationObserver {
public:
    virtual ~ActivationObserver() = default;
    // x: input of o_proj, [batch, seq, heads * head_dim], products dtype
    virtual void attentionOutput(int position, const at::Tensor& x) = 0;
    // x: input of down_proj, [batch, seq, intermediate_size]
    virtual void mlpIntermediate(int position, const at::Tensor& x) = 0;
};

// A plan's effect on one layer, as masks: removed inputs of o_proj and down_proj are zeroed and the biases
// added. Equal to slicing the weights, but needs no new weights. Undefined tensors change nothing.
struct LayerEdit {
    bool skipAttention = false;  // the branch contributes nothing, not even a bias
    bool skipMlp = false;
    at::Tensor attentionMask;  // [heads * head_dim], products dtype, 1 = kept
    at::Tensor mlpMask;        // [intermediate_size]
    at::Tensor oBias;          // [D], f32
    at::Tensor downBias;       // [D], f32
    LayerShares shares;        // what its weights are made of; whoever loads them looks here
    [[nodiscard]] bool skipLayer() const noexcept { return skipAttention && skipMlp; }
};

// Keys and values of the tokens so far, for generating one token after another.
struct KvCache {
    struct Layer {
        at::Tensor keys;  // [batch, positions, kv_heads, head_dim], products dtype
        at::Tensor values;
    };
    std::vector<Layer> layers;
};

// What stays the same for all layers of a pass.
struct PassContext {
    const NetworkConfig& config;
    const ComputePlace& place;
    RopeTable rope;  // for seqLen positions
    at::Tensor
        slidingMask;  // [seq, seq] bool, true = visible; defined when a layer's window is shorter than seq
    ActivationObserver* observer = nullptr;  // may be null
    // May be null. Else the tokens of a pass follow those of the passes before it: the first pass may have
    // any number, the later ones have one each, and `rope` holds their positions alone.
    KvCache* cache = nullptr;
    // Set in training: the number of this pass. Adapters drop other inputs in every pass, and the same again
    // when a layer is computed anew.
    std::optional<std::uint64_t> draw;
};
[[nodiscard]] PassContext makePassContext(const NetworkConfig& config, const ComputePlace& place, int seqLen);

// hidden: [batch, seq, D], f32, updated in place; while gradients are recorded it becomes a new tensor
// instead. `position` is passed on to the observer.
void runAttention(const PassContext& pass, int position, const LayerWeights& weights, const LayerEdit* edit,
                  at::Tensor& hidden);
void runMlp(const PassContext& pass, int position, const LayerWeights& weights, const LayerEdit* edit,
            at::Tensor& hidden);
void runLayer(const PassContext& pass, int position, const LayerWeights& weights, const LayerEdit* edit,
              at::Tensor& hidden);

// x: [..., D] f32; weight [D] f32; computed in f32, returned in `dtype`.
[[nodiscard]] at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps,
                                 at::ScalarType dtype);

}  // namespace secateur
