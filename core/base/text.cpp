// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

namespace secateur {
namespace {

struct CodePoint {
    std::uint32_t value = 0;
    std::size_t bytes = 0;  // 0: the text does not begin with UTF-8
};

// The first code point by Unicode's table of well-formed byte sequences (no overlong forms, no surrogates).
CodePoint firstCodePoint(std::string_view text) {
    const auto byteAt = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byteAt(0);
    if (lead < 0x80) return {lead, 1};
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
    std::uint32_t value = lead & (0xFFu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byteAt(i) & 0xC0) != 0x80) return {};
        value = value << 6 | (byteAt(i) & 0x3Fu);
    }
    const std::uint32_t least = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80;
    if (value < least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return {};
    return {value, length};
}

struct Range {
    std::uint32_t first;
    std::uint32_t last;
};

// Format characters that turn, hide or split what stands around them.
constexpr std::array kInvisible = {
    Range{0x00AD, 0x00AD}, Range{0x034F, 0x034F},   Range{0x061C, 0x061C},   Range{0x115F, 0x1160},
    Range{0x180B, 0x180F}, Range{0x200B, 0x200F},   Range{0x2028, 0x202E},   Range{0x2060, 0x206F},
    Range{0x3164, 0x3164}, Range{0xFEFF, 0xFEFF},   Range{0xFFA0, 0xFFA0},   Range{0xFFF0, 0xFFFB},
    Range{0xFFFE, 0xFFFF}, Range{0x1D173, 0x1D17A}, Range{0xE0000, 0xE0FFF},
};

bool isControl(std::uint32_t c) {
    return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

bool isInvisible(std::uint32_t c) {
    return std::any_of(kInvisible.begin(), kInvisible.end(),
                       [c](const Range& range) { return c >= range.first && c <= range.last; });
}

void appendHex(std::string& text, std::uint32_t value, int digits) {
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
        text += "0123456789abcdef"[value >> shift & 0xF];
}

void appendByte(std::string& text, unsigned value) {
    text += "\\x";
    appendHex(text, value, 2);
}

void appendCodePoint(std::string& text, std::uint32_t value) {
    text += value > 0xFFFF ? "\\U" : "\\u";
    appendHex(text, value, value > 0xFFFF ? 8 : 4);
}

// JSON knows UTF-16 units alone.
void appendJsonEscape(std::string& text, std::uint32_t value) {
    const auto unit = [&](std::uint32_t u) {
        text += "\\u";
        appendHex(text, u, 4);
    };
    if (value <= 0xFFFF) return unit(value);
    unit(0xD800 + ((value - 0x10000) >> 10));
    unit(0xDC00 + ((value - 0x10000) & 0x3FF));
}

}  // namespace

std::string printable(std::string_view text, std::size_t most, LineBreaks breaks) {
    std::string result;
    result.reserve(std::min(text.size(), most) + 8);
    for (std::size_t count = 0; !text.empty(); ++count) {
        if (count == most) return result + "...";
        const CodePoint c = firstCodePoint(text);
        if (c.bytes == 0)
            appendByte(result, static_cast<unsigned char>(text.front()));
        else if (isControl(c.value) && !(c.value == '\n' && breaks == LineBreaks::Keep))
            appendByte(result, c.value);
        else if (isInvisible(c.value))
            appendCodePoint(result, c.value);
        else
            result += text.substr(0, c.bytes);
        text.remove_prefix(std::max<std::size_t>(c.bytes, 1));
    }
    return result;
}

std::string printableWhole(std::string_view text, LineBreaks breaks) {
    return printable(text, std::numeric_limits<std::size_t>::max(), breaks);
}

std::string printableJson(std::string_view json) {
    std::string result;
    result.reserve(json.size());
    while (!json.empty()) {
        const CodePoint c = firstCodePoint(json);
        const std::size_t length = std::max<std::size_t>(c.bytes, 1);
        // What is below a blank stands between values, as JSON escapes it inside strings itself.
        if (c.bytes == 0)
            result += "\xEF\xBF\xBD";
        else if (c.value >= 0x20 && (isControl(c.value) || isInvisible(c.value)))
            appendJsonEscape(result, c.value);
        else
            result += json.substr(0, length);
        json.remove_prefix(length);
    }
    return result;
}

std::string shellWord(const std::string& word) {
    constexpr std::string_view kPlain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:=,+@%-";
    if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
    std::string quoted = "'";
    for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

}  // namespace secateur
