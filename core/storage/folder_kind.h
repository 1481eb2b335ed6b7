// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a folder is that is no checkpoint as transformers saves it, for errors that say what is there and what
// to do with it. Internal to storage.
#pragma once

#include <filesystem>
#include <string>

namespace secateur {

// The hint that goes with every refusal of pickled weights.
[[nodiscard]] std::string pickleHint();
[[nodiscard]] bool isPickle(const std::string& fileName);

// Throws NotFound for a path that does not exist, Unsupported or InvalidArgument for one that is a file.
void requireFolder(const std::filesystem::path& path);
// For a folder without config.json: an adapter, a cache of the Hub, another program's format, or a folder
// whose subfolders are checkpoints. Throws Unsupported for other formats, else NotFound.
[[noreturn]] void refuseFolderWithoutConfig(const std::filesystem::path& folder);
// For a folder with config.json and without weights that are read. Throws as above.
[[noreturn]] void refuseFolderWithoutSafetensors(const std::filesystem::path& folder);

}  // namespace secateur
