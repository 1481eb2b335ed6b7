// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which safetensors files a checkpoint folder consists of, and which tensor lies in which. Internal to
// storage.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace secateur {

inline constexpr const char* kSingleFileName = "model.safetensors";
inline constexpr const char* kIndexFileName = "model.safetensors.index.json";

// The "weight_map" of an index: tensor -> file name inside the folder, without "./" before it. `file` names
// the index in errors. Throws Corrupt for anything that is not such a map, InvalidArgument for names that
// would leave the folder, Unsupported for pickled shards.
[[nodiscard]] std::map<std::string, std::string> parseShardIndex(std::string_view text,
                                                                 const std::string& file);

}  // namespace secateur
