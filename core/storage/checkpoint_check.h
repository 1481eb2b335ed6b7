// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whether the tensors of a checkpoint are those that its config.json promises. Internal to storage.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/storage/checkpoint.h"
#include "core/storage/tensor_table.h"

namespace secateur {

// A tensor and the file it lies in.
struct PlacedTensor {
    const TensorView* view = nullptr;
    std::filesystem::path file;
};

// Every tensor of the table is there with its shape and a float dtype, and nothing is there that the
// configuration rules out (a layer too many, a bias whose flag is off). Tensors that have nothing to do with
// the decoder, such as rotary_emb.inv_freq, are tolerated. `configFile` names config.json in errors. Throws
// InvalidArgument naming key and tensor, or Unsupported (dtype).
void checkTensors(const NetworkConfig& config, const std::vector<TensorSpec>& table,
                  const std::map<std::string, PlacedTensor>& tensors, const std::string& configFile);

}  // namespace secateur
