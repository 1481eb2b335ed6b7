// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/companion_files.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace secateur {
namespace {

namespace fs = std::filesystem;

constexpr std::array kNames = {
    "tokenizer.json",
    "tokenizer.model",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "vocab.txt",
    "chat_template.jinja",
    "chat_template.json",
    "spiece.model",
    "sentencepiece.bpe.model",
    "tekken.json",
    "generation_config.json",
};
// Where transformers keeps chat templates beside the default one.
constexpr const char* kTemplatesFolder = "additional_chat_templates";
constexpr std::array kLegalBeginnings = {"license", "licence", "copying", "notice", "use_policy"};

bool isCompanion(std::string name) {
    if (std::find(kNames.begin(), kNames.end(), name) != kNames.end()) return true;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::any_of(kLegalBeginnings.begin(), kLegalBeginnings.end(),
                       [&](const char* beginning) { return name.starts_with(beginning); });
}

}  // namespace

std::vector<fs::path> companionFiles(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        if (entry.is_regular_file(ignored) && isCompanion(entry.path().filename().string()))
            files.push_back(entry.path());
    for (const auto& entry : fs::directory_iterator(folder / kTemplatesFolder, ignored))
        if (entry.is_regular_file(ignored) && entry.path().extension() == ".jinja")
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace secateur
