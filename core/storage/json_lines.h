// SPDX-License-Identifier: GPL-3.0-or-later
//
// The objects of a .jsonl file's text, a line each. Internal to storage.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace secateur {

// `where` names file and line for messages; `line` counts from 1. Values need not be objects.
using OnJsonLine =
    std::function<void(const nlohmann::json& value, const std::string& where, std::int64_t line)>;

// Passes over lines of nothing but space. Throws Corrupt naming the line for text that is not JSON, and what
// `onLine` throws.
void forEachJsonLine(const std::filesystem::path& file, std::string_view text, const OnJsonLine& onLine);

}  // namespace secateur
