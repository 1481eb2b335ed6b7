// SPDX-License-Identifier: GPL-3.0-or-later
//
// The tensors of a decoder layer: their names in a checkpoint, their places in LayerWeights, and which layers
// have them.
#pragma once

#include <span>
#include <string>

#include "core/model/weights.h"

namespace secateur {

struct LayerTensor {
    enum class Kind { Norm, Weight, Bias };
    const char* module;  // "self_attn.q_proj"
    Kind kind;
    at::Tensor LayerWeights::*tensor;
    std::optional<Adapter> LayerAdapters::*adapter;  // null unless a linear's weight
    bool (*present)(const NetworkConfig& network, const LayerConfig& layer);

    [[nodiscard]] std::string nameIn(int position) const;
};

// In the order in which a layer uses them.
[[nodiscard]] std::span<const LayerTensor> layerTensors();

}  // namespace secateur
