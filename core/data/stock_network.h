// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the classes that transformers ships can load.
#pragma once

#include "core/data/network_config.h"

namespace secateur {

// The network as the stock layout can say it, for the compressor to write: transformers knows biases for all
// layers or none and for whole sublayers (attention_bias: q, k, v and o; mlp_bias: gate, up and down), so
// flags are raised to that, and Qwen2 and Mistral without a sliding window become Llama when they need flags
// that they lack. Every tensor that the result has and `network` lacks must be written as zeros. Throws
// Unsupported, saying why and what else to use: ragged widths, sublayers without units, biases or mixed
// sliding windows that the architecture has no place for.
[[nodiscard]] NetworkConfig stockNetwork(const NetworkConfig& network);

}  // namespace secateur
