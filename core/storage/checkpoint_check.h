// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whether the tensors of a checkpoint are those that its config.json promises. Internal to storage.
#pragma once

#include <string>
#include <vector>

#include "core/data/tensor_table.h"
#include "core/storage/weight_files.h"

namespace secateur {

// Every tensor of the table is there with its shape and a float dtype, and nothing is there that the
// configuration rules out (a layer too many, a bias whose flag is off). Buffers such as rotary_emb.inv_freq
// are tolerated; other tensors without a place in the network give warnings, which are returned. `configFile`
// names config.json in errors. Throws InvalidArgument naming key and tensor, Unsupported (dtype, quantized
// weights), or NotFound and Corrupt for what an index promises.
[[nodiscard]] std::vector<std::string> checkTensors(const NetworkConfig& config,
                                                    const std::vector<TensorSpec>& table,
                                                    const MappedWeights& files,
                                                    const std::string& configFile);

// A tied configuration beside weights that say more: the one matrix under the name of the output head becomes
// the embedding; a head that differs from the embedding counts, and `config` is no longer tied. Returns
// warnings.
[[nodiscard]] std::vector<std::string> settleSharedMatrix(NetworkConfig& config, MappedWeights& files,
                                                          const std::string& configFile);

}  // namespace secateur
