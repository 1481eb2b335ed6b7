// SPDX-License-Identifier: GPL-3.0-or-later
//
// The weight files of a checkpoint folder, mapped, and their tensors under the names that HF gives them,
// whatever the files call them. Internal to storage.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/data/tensor_table.h"
#include "core/storage/checkpoint.h"

namespace secateur {

// A tensor and the file it lies in.
struct PlacedTensor {
    const TensorView* view = nullptr;
    std::filesystem::path file;
};

// A tensor of a dtype that nothing here computes with.
struct UnreadTensor {
    std::string dtype;
    std::filesystem::path file;
};

struct MappedWeights {
    std::map<std::string, std::unique_ptr<SafetensorsFile>> files;  // by file name
    std::map<std::string, PlacedTensor> tensors;
    std::map<std::string, UnreadTensor> unread;
    std::map<std::string, std::string> promised;  // tensor -> the shard that an index names, without it
    std::filesystem::path index;                  // empty without one
    std::vector<std::string> warnings;
};

// "layers.0.mlp.up_proj.weight" and "model.model.layers.0.mlp.up_proj.weight" are both
// "model.layers.0.mlp.up_proj.weight"; names that belong to no decoder stay as they are.
[[nodiscard]] std::string hfTensorName(const std::string& name);

// Maps model.safetensors, or the shards that an index names, or numbered shards without one. An index may be
// out of step with its shards as long as all tensors of the table are in one of them. Throws NotFound or
// Unsupported for a folder without safetensors, saying what is there instead, and what SafetensorsFile
// throws.
[[nodiscard]] MappedWeights openWeightFiles(const std::filesystem::path& folder,
                                            const std::vector<TensorSpec>& table);

}  // namespace secateur
