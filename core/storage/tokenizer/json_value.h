// SPDX-License-Identifier: GPL-3.0-or-later
//
// A JSON file whose values know where they stand, so that every complaint names the file and the JSON path.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/storage/bounded_json.h"

namespace secateur::tokenizer {

inline constexpr std::int32_t kMaxTokenId = (1 << 24) - 1;  // 60 times the largest vocabulary in use

// A view of one value; valid as long as its JsonFile lives. "Missing" below means absent or null.
class JsonValue {
public:
    JsonValue(const nlohmann::json& value, const std::string& file, std::string path);

    [[nodiscard]] const nlohmann::json& raw() const noexcept { return *value_; }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    // Members of an object. All throw Corrupt when this is not an object; get() also when the key is missing.
    [[nodiscard]] std::optional<JsonValue> find(const std::string& key) const;
    [[nodiscard]] JsonValue get(const std::string& key) const;
    [[nodiscard]] std::string stringOr(const std::string& key, const std::string& fallback) const;
    [[nodiscard]] bool boolOr(const std::string& key, bool fallback) const;

    // The value itself; throw Corrupt when it has another type or range.
    [[nodiscard]] std::vector<JsonValue> items() const;
    [[nodiscard]] const std::string& string() const;
    [[nodiscard]] bool isObject() const noexcept;
    [[nodiscard]] bool boolean() const;
    [[nodiscard]] std::int64_t integer(std::int64_t low, std::int64_t high) const;
    [[nodiscard]] bool isTokenId() const noexcept;
    [[nodiscard]] std::int32_t tokenId() const { return static_cast<std::int32_t>(integer(0, kMaxTokenId)); }
    [[nodiscard]] char32_t character() const;  // a string of one code point

    [[nodiscard]] std::string place() const;  // "FILE: PATH"
    // Throws with the message "FILE: PATH WHAT"
    [[noreturn]] void fail(ErrorCode code, const std::string& what, const std::string& hint = {}) const;
    [[noreturn]] void unsupported(const std::string& what) const;

private:
    const nlohmann::json* value_;
    const std::string* file_;
    std::string path_;
};

class JsonFile {
public:
    // Throws NotFound when it cannot be read, Corrupt when it is not JSON in this dialect, is nested more
    // than 64 deep or larger than 512 MiB.
    explicit JsonFile(const std::filesystem::path& file, JsonDialect dialect = JsonDialect::Strict);
    // The same from memory; `name` stands for the file in messages.
    JsonFile(std::string name, std::string_view text, JsonDialect dialect = JsonDialect::Strict);
    ~JsonFile();
    [[nodiscard]] JsonValue root() const;

private:
    std::string name_;
    std::unique_ptr<nlohmann::json> value_;
};

}  // namespace secateur::tokenizer
