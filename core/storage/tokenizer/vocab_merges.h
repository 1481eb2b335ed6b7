// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include <nlohmann/json.hpp>

#include "core/storage/tokenizer/folder_hints.h"

namespace secateur::tokenizer {

// What the tokenizer.json of a folder that has vocab.json and merges.txt instead would say: the normalizer
// and the pre-tokenizer are those of the tokenizer class that tokenizer_config.json names (GPT2Tokenizer and
// Qwen2Tokenizer) or that goes with the model type. Adds the special tokens that the class takes for granted
// to `hints`. Throws Corrupt for damaged files and Unsupported for other classes.
[[nodiscard]] nlohmann::json readVocabMerges(const std::filesystem::path& folder, FolderHints& hints);

}  // namespace secateur::tokenizer
