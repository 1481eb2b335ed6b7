// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/token_text.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"

namespace secateur {

namespace {

// Bytes of the character that a lead byte begins; 0 for bytes that begin none of several bytes.
std::size_t longCharacter(char byte) {
    const auto lead = static_cast<unsigned char>(byte);
    return lead >= 0xF0 && lead <= 0xF4 ? 4 : lead >= 0xE0 ? (lead < 0xF0 ? 3 : 0) : lead >= 0xC2 ? 2 : 0;
}

bool continues(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

// Bytes at the end that begin a character whose end is missing.
std::size_t unfinished(std::string_view bytes) {
    for (std::size_t back = 1; back <= std::min<std::size_t>(3, bytes.size()); ++back) {
        const char byte = bytes[bytes.size() - back];
        if (continues(byte)) continue;
        return longCharacter(byte) > back ? back : 0;
    }
    return 0;
}

std::string readable(std::string_view bytes) {
    std::string text;
    std::size_t from = 0;
    const auto flush = [&](std::size_t to) { text += printableWhole(bytes.substr(from, to - from)); };
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const char* name = bytes[i] == '\n'   ? "\\n"
                           : bytes[i] == '\r' ? "\\r"
                           : bytes[i] == '\t' ? "\\t"
                                              : nullptr;
        if (name == nullptr) continue;
        flush(i);
        text += name;
        from = i + 1;
    }
    flush(bytes.size());
    return text;
}

// Notes the character that begins at the end of token `first` in all tokens that have a part of it.
void joinCharacter(std::span<const std::string> bytes, std::size_t first, std::size_t begun,
                   std::vector<TokenText>& texts) {
    std::string character = bytes[first].substr(bytes[first].size() - begun);
    const std::size_t length = longCharacter(character.front());
    std::size_t last = first;
    while (character.size() < length && ++last < bytes.size() && !bytes[last].empty()) {
        for (std::size_t i = 0; i < bytes[last].size() && character.size() < length; ++i) {
            if (!continues(bytes[last][i])) return;
            character += bytes[last][i];
        }
    }
    // What is shown as it is, is a character; what is escaped is none, or none to be seen.
    if (character.size() < length || printableWhole(character) != character) return;
    for (std::size_t i = first; i <= last; ++i) texts[i].partOf = character;
}

}  // namespace

std::vector<TokenText> tokenTexts(std::span<const std::int32_t> ids, std::span<const std::string> bytes) {
    std::vector<TokenText> texts(ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const bool known = i < bytes.size() && !bytes[i].empty();
        texts[i].text = known ? readable(bytes[i]) : "#" + std::to_string(ids[i]);
        texts[i].endsLine = known && bytes[i].back() == '\n';
    }
    for (std::size_t i = 0; i < std::min(ids.size(), bytes.size()); ++i)
        if (const std::size_t begun = unfinished(bytes[i]); begun > 0) joinCharacter(bytes, i, begun, texts);
    return texts;
}

std::string TextStream::add(std::string_view bytes) {
    std::string text = std::exchange(held_, {});
    text += bytes;
    const std::size_t rest = unfinished(text);
    held_ = text.substr(text.size() - rest);
    text.resize(text.size() - rest);
    return text;
}

std::string TextStream::finish() {
    return std::exchange(held_, {});
}

}  // namespace secateur
