// SPDX-License-Identifier: GPL-3.0-or-later
//
// Range-checked access to the keys of one JSON object; every error names file and key. Internal to storage.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace secateur {

struct IntRange {
    std::int64_t least = 0;
    std::int64_t most = 0;
};
inline constexpr IntRange kPositions{1, std::numeric_limits<int>::max()};

// A key that holds null counts as absent, as in HF's configurations.
class ConfigFields {
public:
    // `place` is what stands before a key in messages: "" at the top, "secateur.layers[3]." below.
    ConfigFields(const nlohmann::json& object, std::string file, std::string place = {});

    [[nodiscard]] bool has(const char* key) const;
    [[nodiscard]] const nlohmann::json* find(const char* key) const;  // null when absent
    [[nodiscard]] int integer(const char* key, IntRange range) const;
    [[nodiscard]] int integer(const char* key, IntRange range, int fallback) const;
    [[nodiscard]] double positive(const char* key) const;  // finite and above 0
    [[nodiscard]] double positive(const char* key, double fallback) const;
    [[nodiscard]] double number(const char* key, double fallback) const;  // finite
    [[nodiscard]] bool boolean(const char* key, bool fallback) const;
    [[nodiscard]] std::string text(const char* key, const std::string& fallback) const;
    [[nodiscard]] ConfigFields object(const char* key) const;

    // "FILE: "key" ..." as an error of the given code.
    [[noreturn]] void refuse(const std::string& key, const std::string& problem,
                             ErrorCode code = ErrorCode::InvalidArgument, const std::string& hint = {}) const;
    [[nodiscard]] int checkedInteger(const nlohmann::json& value, const std::string& key,
                                     IntRange range) const;
    [[nodiscard]] const std::string& file() const noexcept { return file_; }

private:
    const nlohmann::json& object_;
    std::string file_;
    std::string place_;
};

}  // namespace secateur
