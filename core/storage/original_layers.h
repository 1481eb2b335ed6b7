// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which layers of the ORIGINAL checkpoint the layers of a compressed one are, kept in config.json so that it
// outlives healing, copying and further compression (docs/formats/per-layer-checkpoint.md). Internal to
// storage.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/data/network_config.h"

namespace secateur {

inline constexpr const char* kOriginalLayersKey = "secateur_original_layers";  // of stock layouts
inline constexpr int kMostOriginalLayers = 10'000;

// Sets originalLayer of every layer and originalLayers from what config.json says; layers without a word are
// their own originals. A number may occur twice, as layers may be repeated. What does not fit is ignored, as
// other programs copy keys that they do not know: the sentence that says so is returned, else nothing.
[[nodiscard]] std::vector<std::string> readOriginalLayers(const nlohmann::json& config,
                                                          const std::string& file, NetworkConfig& network);

// The numbers of the `layers` layers of a configuration, in order; 0, 1, 2 ... without (fitting) ones.
[[nodiscard]] std::vector<int> originalLayersOf(const nlohmann::json& config, std::size_t layers);

// Adds the key for a stock layout, where a layer is not its own original.
void writeOriginalLayers(nlohmann::json& config, const NetworkConfig& network);

}  // namespace secateur
