// SPDX-License-Identifier: GPL-3.0-or-later
//
// HF's config.json <-> NetworkConfig, for Llama, Mistral, Qwen2 and Qwen3: the keys of transformers 4
// (rope_theta, rope_scaling, torch_dtype) and 5 (rope_parameters, dtype), and our own per-layer form
// (docs/formats/per-layer-checkpoint.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/data/network_config.h"
#include "core/storage/checkpoint_writer.h"

namespace secateur {

// `file` names the file in errors. Layers have the numbers of the ORIGINAL that the configuration keeps
// (core/storage/original_layers.h); without them a checkpoint is its own ORIGINAL.
// Throws Corrupt (not JSON), InvalidArgument (a value missing, out of range or at odds with another, naming
// the key) or Unsupported (architecture, activation, rope kind, quantized weights).
// `warnings`, where given, gets a sentence for every key that is ignored though it might mean something.
[[nodiscard]] NetworkConfig readHfConfig(std::string_view text, const std::string& file,
                                         std::vector<std::string>* warnings = nullptr);

// The text of config.json, as CheckpointWriter::writeConfig describes it. Throws what stockNetwork throws.
[[nodiscard]] std::string writeHfConfig(const NetworkConfig& network, Dtype dtype, HfLayout layout,
                                        const std::string& baseConfigJson);

}  // namespace secateur
