// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace secateur::tokenizer {

class JsonValue;

// Keys that can be looked up by string_view.
struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
        return std::hash<std::string_view>{}(text);
    }
};
using TokenIds = std::unordered_map<std::string, std::int32_t, StringHash, std::equal_to<>>;

// Tokens <-> ids, one to one; ids may have gaps.
class Vocabulary {
public:
    // The "vocab" object {token: id}. Throws Corrupt for ids that are not whole, out of range or used twice.
    explicit Vocabulary(const JsonValue& vocab);

    [[nodiscard]] std::optional<std::int32_t> id(std::string_view token) const;
    [[nodiscard]] const std::string* token(std::int32_t id) const;  // null for an id without token
    [[nodiscard]] const TokenIds& ids() const noexcept { return ids_; }
    [[nodiscard]] std::int32_t largestId() const noexcept { return largestId_; }  // -1 when empty

private:
    TokenIds ids_;
    std::unordered_map<std::int32_t, const std::string*> tokens_;
    std::int32_t largestId_ = -1;
};

}  // namespace secateur::tokenizer
