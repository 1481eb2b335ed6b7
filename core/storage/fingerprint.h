// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a checkpoint is known by in plans and analyses. Internal to storage.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/data/tensor_table.h"
#include "core/storage/checkpoint.h"

namespace secateur {

// "sha256:..." over the configuration (what the network computes with, in a fixed text form), and for every
// tensor of the network, by name: name, dtype, shape, first and last 4 KiB. Independent of folder names, of
// sharding, of the keys a config.json uses, and of tensors that the network does not use.
[[nodiscard]] std::string checkpointFingerprint(
    const NetworkConfig& config, const std::vector<TensorSpec>& table,
    const std::function<const TensorView&(const std::string&)>& tensor);

}  // namespace secateur
