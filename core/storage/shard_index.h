// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which safetensors files a checkpoint folder consists of, and which tensor lies in which. Internal to
// storage.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace secateur {

inline constexpr const char* kSingleFileName = "model.safetensors";
inline constexpr const char* kIndexFileName = "model.safetensors.index.json";

// The "weight_map" of an index: tensor -> file name inside the folder. `file` names the index in errors.
// Throws Corrupt for anything that is not such a map, InvalidArgument for names that would leave the folder,
// Unsupported for pickled shards.
[[nodiscard]] std::map<std::string, std::string> parseShardIndex(std::string_view text,
                                                                 const std::string& file);

// The hint that goes with every refusal of pickled weights.
[[nodiscard]] std::string pickleHint();
[[nodiscard]] bool isPickle(const std::string& fileName);
// Throws Unsupported when the folder has pickled weights, else NotFound; for a folder without safetensors.
[[noreturn]] void refuseFolderWithoutSafetensors(const std::filesystem::path& folder);

}  // namespace secateur
