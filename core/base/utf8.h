// SPDX-License-Identifier: GPL-3.0-or-later
//
// UTF-8 as the readers need it: where it breaks, one code point at a time, and a lossy repair of decoded
// bytes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace secateur {

// Byte offset of the first sequence that is not UTF-8 (overlong forms, surrogates and values above U+10FFFF
// included).
[[nodiscard]] std::optional<std::size_t> firstInvalidUtf8(std::string_view text) noexcept;

// The text with every maximal broken sequence replaced by U+FFFD, as browsers and Rust's from_utf8_lossy do.
[[nodiscard]] std::string repairUtf8(std::string_view text);

void appendUtf8(std::string& text, char32_t codePoint);

// Bytes of the sequence that `lead` starts; `lead` belongs to valid UTF-8.
[[nodiscard]] constexpr std::size_t sequenceLength(char lead) noexcept {
    const auto byte = static_cast<unsigned char>(lead);
    return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

// The code point at `position` of valid UTF-8; moves `position` behind it.
[[nodiscard]] char32_t nextCodePoint(std::string_view text, std::size_t& position) noexcept;

// Start of the code point that ends before `position` of valid UTF-8; `position` > 0.
[[nodiscard]] std::size_t previousStart(std::string_view text, std::size_t position) noexcept;

// Unicode's White_Space property.
[[nodiscard]] bool isWhiteSpace(char32_t codePoint) noexcept;

// Length in bytes of the white space that valid UTF-8 begins or ends with.
[[nodiscard]] std::size_t leadingSpace(std::string_view text) noexcept;
[[nodiscard]] std::size_t trailingSpace(std::string_view text) noexcept;

}  // namespace secateur
