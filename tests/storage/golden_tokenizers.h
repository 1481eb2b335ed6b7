// SPDX-License-Identifier: GPL-3.0-or-later
//
// The tokenizers of tests/golden, and how tests read the files beside them.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <nlohmann/json.hpp>

namespace secateur {

[[nodiscard]] inline std::filesystem::path goldenTokenizer(const std::string& name) {
    return std::filesystem::path(SECATEUR_GOLDEN_DIR) / "tokenizers" / name;
}

[[nodiscard]] inline std::string readText(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

[[nodiscard]] inline nlohmann::json readJson(const std::filesystem::path& file) {
    return nlohmann::json::parse(readText(file));
}

}  // namespace secateur
