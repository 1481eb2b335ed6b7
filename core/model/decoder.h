// SPDX-License-Identifier: GPL-3.0-or-later
//
// One decoder layer, watched through an observer while it runs. Functions of their arguments; no state.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <ATen/ATen.h>

#include "core/data/network_config.h"
#include "core/model/device.h"
#include "core/model/layer_weights.h"
#include "core/model/rope.h"

namespace secateur {

// Sees the inputs of the linears. Called once per layer, site and batch of windows, in order.
class ActivationObserver {
public:
    virtual ~ActivationObserver() = default;
    // x: [batch, seq, channels], products dtype; to be left as it is.
    virtual void see(int position, Site site, const at::Tensor& x) = 0;
};

// Keys and values of the tokens so far, for generating one token after another. There is room for more of
// them than there are, so that the next token is written beside the others, which are not copied.
struct KvCache {
    struct Layer {
        at::Tensor keys;  // [batch, room, kv_heads, head_dim], products dtype
        at::Tensor values;
        std::int64_t seen = 0;  // positions that are filled
    };
    std::vector<Layer> layers;
};

// Windows that hold several texts each, which share what they begin with: the tokens that all have, and then
// those of one text after the other.
struct Branches {
    at::Tensor visible;    // [windows, seq, seq] bool: what each token sees; itself at least
    at::Tensor positions;  // [windows, seq] int64: where it stands in its text

    [[nodiscard]] Branches of(std::int64_t first, std::int64_t count) const {
        return {visible.narrow(0, first, count), positions.narrow(0, first, count)};
    }
};

// What stays the same for all layers of a pass.
struct PassContext {
    const NetworkConfig& config;
    const ComputePlace& place;
    RopeTable rope;  // for seqLen positions
    // [seq, seq] bool, true = visible; defined when a layer's window is shorter than seq
    at::Tensor slidingMask;
    ActivationObserver* observer = nullptr;  // may be null
    // May be null. Else the tokens of a pass follow those of the passes before it: the first pass may have
    // any number, the later ones have one each, and `rope` holds their positions alone.
    KvCache* cache = nullptr;
    // May be null. Else of the windows that run; `rope` holds the positions of the longest text.
    const Branches* branches = nullptr;
    // Set in training: the number of this pass. Adapters drop other inputs in every pass, and the same again
    // when a layer is computed anew.
    std::optional<std::uint64_t> draw;
};
[[nodiscard]] PassContext makePassContext(const NetworkConfig& config, const ComputePlace& place, int seqLen);

// hidden: [batch, seq, D], f32, updated in place; while gradients are recorded it becomes a new tensor
// instead. `position` is passed on to the observer.
void runAttention(const PassContext& pass, int position, const LayerWeights& weights, at::Tensor& hidden);
void runMlp(const PassContext& pass, int position, const LayerWeights& weights, at::Tensor& hidden);
void runLayer(const PassContext& pass, int position, const LayerWeights& weights, at::Tensor& hidden,
              Sublayers part = Sublayers::Both);

// x: [..., D] f32; weight [D] f32; computed in f32, returned in `dtype`.
[[nodiscard]] at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps,
                                 at::ScalarType dtype);

}  // namespace secateur
