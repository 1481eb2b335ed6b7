// SPDX-License-Identifier: GPL-3.0-or-later
//
// The tensors of a network as HF names and shapes them: which exist is a matter of the configuration alone.
// Readers check checkpoints against this table; writers see from it what a configuration needs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/data/network_config.h"

namespace secateur {

enum class TensorPart { Embedding, Attention, Mlp, NormsAndBiases, OutputHead };

struct TensorSpec {
    std::string name;
    std::vector<std::int64_t> shape;
    std::vector<const char*> keys;  // for each dimension, the keys of config.json that give it
    TensorPart part = TensorPart::Embedding;
};

// In the order in which the network runs: embedding, layers, final norm, output head (absent when tied).
// Modules without units are absent but for their output bias.
[[nodiscard]] std::vector<TensorSpec> networkTensors(const NetworkConfig& config);

// Names of tensors as HF writes them, e.g. weightName(3, "self_attn.q_proj") ->
// "model.layers.3.self_attn.q_proj.weight".
[[nodiscard]] std::string weightName(int layer, const std::string& module);
[[nodiscard]] std::string biasName(int layer, const std::string& module);
// Factor 0 or 1 of a linear that is the product of two: "self_attn.q_proj" -> "self_attn.q_proj.a".
[[nodiscard]] std::string factorModule(const std::string& module, std::size_t factor);
inline constexpr const char* kEmbeddingName = "model.embed_tokens.weight";
inline constexpr const char* kFinalNormName = "model.norm.weight";
inline constexpr const char* kOutputHeadName = "lm_head.weight";

}  // namespace secateur
