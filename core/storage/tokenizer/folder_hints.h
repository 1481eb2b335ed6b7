// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the files beside a tokenizer say about it: tokenizer_config.json, special_tokens_map.json,
// added_tokens.json and config.json, merged the way transformers merges them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/storage/tokenizer/added_tokens.h"

namespace secateur::tokenizer {

struct FolderHints {
    bool alone = true;  // nothing lies beside the tokenizer: no file says that AutoTokenizer would open it
    std::vector<AddedToken> declared;  // tokens with ids; a token that is new gets the next free id instead
    std::vector<AddedToken> named;     // BOS, EOS and other special tokens by name; their ids say nothing
    std::optional<std::string> bos;    // "bos_token"
    std::optional<std::string> eos;
    std::optional<std::int32_t> bosId;  // "bos_token_id" of config.json
    std::string tokenizerClass;         // without "Fast" at its end; empty when no file names it
    std::string modelType;              // of config.json
    std::optional<bool> legacy;
    std::optional<bool> addPrefixSpace;
};

// Files that are not there say nothing. Throws Corrupt for damaged ones.
[[nodiscard]] FolderHints readFolderHints(const std::filesystem::path& folder);

// `key` of the folder's config.json: an id, or the first id of a list. None without file or id.
[[nodiscard]] std::optional<std::int32_t> configuredId(const std::filesystem::path& folder,
                                                       const std::string& key);

}  // namespace secateur::tokenizer
