// SPDX-License-Identifier: GPL-3.0-or-later
//
// The files of a checkpoint folder that belong to it whatever happens to the weights. Internal to storage.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace secateur {

inline constexpr std::uint64_t kMaxCompanionBytes = 512'000'000;

// Tokenizer files, chat templates (also those of the folder additional_chat_templates), generation config,
// licence and notices that are in `folder`, by name.
[[nodiscard]] std::vector<std::filesystem::path> companionFiles(const std::filesystem::path& folder);

}  // namespace secateur
