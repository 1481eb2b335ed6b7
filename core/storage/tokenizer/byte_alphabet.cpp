// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer/byte_alphabet.h"

#include <array>

#include "core/base/utf8.h"

namespace secateur::tokenizer {

namespace {

constexpr char32_t kFirstMoved = 0x100;
constexpr std::size_t kMovedCount = 68;

constexpr bool standsForItself(unsigned byte) {
    return (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || (byte >= 0xAE && byte <= 0xFF);
}

struct Alphabet {
    std::array<std::string, 256> characters;
    std::array<std::uint8_t, kMovedCount> movedBytes{};

    Alphabet() {
        std::size_t moved = 0;
        for (unsigned byte = 0; byte < 256; ++byte) {
            char32_t codePoint = byte;
            if (!standsForItself(byte)) {
                codePoint = kFirstMoved + static_cast<char32_t>(moved);
                movedBytes[moved++] = static_cast<std::uint8_t>(byte);
            }
            appendUtf8(characters[byte], codePoint);
        }
    }
};

const Alphabet& alphabet() {
    static const Alphabet instance;
    return instance;
}

}  // namespace

const std::string& characterOfByte(std::uint8_t byte) {
    return alphabet().characters[byte];
}

std::optional<std::uint8_t> byteOfCharacter(char32_t codePoint) noexcept {
    if (codePoint < 0x100) {
        if (!standsForItself(codePoint)) return std::nullopt;
        return static_cast<std::uint8_t>(codePoint);
    }
    if (codePoint >= kFirstMoved + kMovedCount) return std::nullopt;
    return alphabet().movedBytes[codePoint - kFirstMoved];
}

std::string bytesToCharacters(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size() + bytes.size() / 4);
    for (const char byte : bytes) text += characterOfByte(static_cast<std::uint8_t>(byte));
    return text;
}

std::optional<std::string> charactersToBytes(std::string_view text) {
    std::string bytes;
    bytes.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = byteOfCharacter(nextCodePoint(text, i));
        if (!byte) return std::nullopt;
        bytes += static_cast<char>(*byte);
    }
    return bytes;
}

}  // namespace secateur::tokenizer
