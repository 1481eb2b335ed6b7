// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/utf8.h"

#include <cstdint>
#include <cstring>

namespace secateur {

namespace {

struct Sequence {
    std::size_t length = 1;  // of the whole code point, or of the broken part
    bool valid = false;
};

bool isContinuation(unsigned char byte) noexcept {
    return (byte & 0xC0) == 0x80;
}

// Allowed values of the second byte (Unicode table 3-7): excludes overlong forms, surrogates and values above
// U+10FFFF.
bool secondByteFits(unsigned char lead, unsigned char second) noexcept {
    switch (lead) {
        case 0xE0:
            return second >= 0xA0 && second <= 0xBF;
        case 0xED:
            return second >= 0x80 && second <= 0x9F;
        case 0xF0:
            return second >= 0x90 && second <= 0xBF;
        case 0xF4:
            return second >= 0x80 && second <= 0x8F;
        default:
            return isContinuation(second);
    }
}

Sequence sequenceAt(std::string_view text, std::size_t position) noexcept {
    const auto byteAt = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byteAt(position);
    if (lead < 0x80) return {1, true};
    if (lead < 0xC2 || lead > 0xF4) return {1, false};
    const std::size_t length = sequenceLength(text[position]);
    if (position + 1 >= text.size() || !secondByteFits(lead, byteAt(position + 1))) return {1, false};
    for (std::size_t i = 2; i < length; ++i) {
        if (position + i >= text.size() || !isContinuation(byteAt(position + i))) return {i, false};
    }
    return {length, true};
}

std::size_t skipAscii(std::string_view text, std::size_t position) noexcept {
    while (position + 8 <= text.size()) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + position, 8);
        if ((word & 0x8080808080808080u) != 0) break;
        position += 8;
    }
    while (position < text.size() && static_cast<unsigned char>(text[position]) < 0x80) ++position;
    return position;
}

}  // namespace

std::optional<std::size_t> firstInvalidUtf8(std::string_view text) noexcept {
    for (std::size_t i = skipAscii(text, 0); i < text.size(); i = skipAscii(text, i)) {
        const Sequence sequence = sequenceAt(text, i);
        if (!sequence.valid) return i;
        i += sequence.length;
    }
    return std::nullopt;
}

std::string repairUtf8(std::string_view text) {
    std::string repaired;
    repaired.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const Sequence sequence = sequenceAt(text, i);
        repaired += sequence.valid ? text.substr(i, sequence.length) : std::string_view("\xEF\xBF\xBD");
        i += sequence.length;
    }
    return repaired;
}

void appendUtf8(std::string& text, char32_t codePoint) {
    const auto put = [&](char32_t byte) { text += static_cast<char>(byte); };
    if (codePoint < 0x80) {
        put(codePoint);
    } else if (codePoint < 0x800) {
        put(0xC0 | codePoint >> 6);
        put(0x80 | (codePoint & 0x3F));
    } else if (codePoint < 0x10000) {
        put(0xE0 | codePoint >> 12);
        put(0x80 | (codePoint >> 6 & 0x3F));
        put(0x80 | (codePoint & 0x3F));
    } else {
        put(0xF0 | codePoint >> 18);
        put(0x80 | (codePoint >> 12 & 0x3F));
        put(0x80 | (codePoint >> 6 & 0x3F));
        put(0x80 | (codePoint & 0x3F));
    }
}

char32_t nextCodePoint(std::string_view text, std::size_t& position) noexcept {
    const std::size_t length = sequenceLength(text[position]);
    const auto lead = static_cast<unsigned char>(text[position++]);
    if (length == 1) return lead;
    char32_t codePoint = lead & (0x7Fu >> length);
    for (std::size_t i = 1; i < length; ++i) codePoint = codePoint << 6 | (text[position++] & 0x3F);
    return codePoint;
}

std::size_t previousStart(std::string_view text, std::size_t position) noexcept {
    do --position;
    while (position > 0 && isContinuation(static_cast<unsigned char>(text[position])));
    return position;
}

bool isWhiteSpace(char32_t c) noexcept {
    if (c < 0x80) return c == ' ' || (c >= '\t' && c <= '\r');
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

std::size_t leadingSpace(std::string_view text) noexcept {
    std::size_t length = 0;
    for (std::size_t i = 0; i < text.size() && isWhiteSpace(nextCodePoint(text, i));) length = i;
    return length;
}

std::size_t trailingSpace(std::string_view text) noexcept {
    std::size_t start = text.size();
    while (start > 0) {
        std::size_t position = previousStart(text, start);
        const std::size_t candidate = position;
        if (!isWhiteSpace(nextCodePoint(text, position))) break;
        start = candidate;
    }
    return text.size() - start;
}

}  // namespace secateur
