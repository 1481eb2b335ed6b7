// SPDX-License-Identifier: GPL-3.0-or-later
//
// The tokenizers of tests/golden, and how tests read the files beside them.
#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "tests/read_text.h"

namespace secateur {

[[nodiscard]] inline std::filesystem::path goldenTokenizer(const std::string& name) {
    return std::filesystem::path(SECATEUR_GOLDEN_DIR) / "tokenizers" / name;
}

[[nodiscard]] inline nlohmann::json readJson(const std::filesystem::path& file) {
    return nlohmann::json::parse(test::readText(file));
}

}  // namespace secateur
