// SPDX-License-Identifier: GPL-3.0-or-later
//
// The printable characters that byte-level BPE writes bytes as (GPT-2's table): printable Latin-1 stands for
// itself, the other 68 bytes are U+0100 onward in order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace secateur::tokenizer {

[[nodiscard]] const std::string& characterOfByte(std::uint8_t byte);  // UTF-8, one character
[[nodiscard]] std::optional<std::uint8_t> byteOfCharacter(char32_t codePoint) noexcept;

[[nodiscard]] std::string bytesToCharacters(std::string_view bytes);
// nullopt when a character stands for no byte.
[[nodiscard]] std::optional<std::string> charactersToBytes(std::string_view text);

}  // namespace secateur::tokenizer
