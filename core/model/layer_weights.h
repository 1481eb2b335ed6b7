// SPDX-License-Identifier: GPL-3.0-or-later
//
// The tensors of one decoder layer, and the table that says which there are, what they are called in a
// checkpoint, and where they lie here.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "core/data/network_config.h"
#include "core/model/linear.h"

namespace secateur {

// What of a layer is meant, or runs.
enum class Sublayers { Attention, Mlp, Both };

// Undefined where the layer has no such tensor. From a LayerSource: as stored, on the host. From a
// WeightSource: linears in the place's products dtype, norms in f32.
struct LayerWeights {
    at::Tensor inputNorm;     // [D]
    at::Tensor qNorm, kNorm;  // [head_dim]
    at::Tensor mlpNorm;       // [D]
    Linear q, k, v, o;  // q [heads * head_dim, D], k and v [kv_heads * head_dim, D], o [D, heads * head_dim]
    Linear gate, up, down;  // gate and up [intermediate, D], down [D, intermediate]

    [[nodiscard]] Linear& linear(LinearName name);
    [[nodiscard]] const Linear& linear(LinearName name) const;
};

struct LayerTensor {
    enum class Kind { Norm, Weight, Bias };
    Sublayers sublayer;  // that reads it; not Both
    const char* module;  // "self_attn.q_proj"
    Kind kind;
    at::Tensor LayerWeights::*norm;  // of norms, else null
    Linear LayerWeights::*linear;    // of weights and biases, else null
    bool (*present)(const NetworkConfig& network, const LayerConfig& layer);

    [[nodiscard]] std::string nameIn(int position) const;
    // The weight of a linear that is the product of two is stored as two tensors, A and B.
    [[nodiscard]] std::vector<std::string> storedNames(int position, const LayerConfig& layer) const;
    [[nodiscard]] at::Tensor& in(LayerWeights& layer) const;
    [[nodiscard]] const at::Tensor& in(const LayerWeights& layer) const;
    [[nodiscard]] bool belongsTo(Sublayers part) const { return part == Sublayers::Both || part == sublayer; }
};

// In the order in which a layer uses them.
[[nodiscard]] std::span<const LayerTensor> layerTensors();

}  // namespace secateur
