// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace secateur::tokenizer {

class JsonValue;

inline constexpr std::string_view kSpaceMarker = "\xE2\x96\x81";  // U+2581, a space in many vocabularies

// The Metaspace component of pre-tokenizers and decoders: spaces are written as a visible character, usually
// U+2581.
struct Metaspace {
    enum class Prepend { Always, First, Never };

    explicit Metaspace(const JsonValue& component);
    // Spaces replaced; the character put in front as the scheme says.
    [[nodiscard]] std::string mark(std::string_view text, bool first) const;

    std::string replacement;  // one character
    Prepend prepend = Prepend::Always;
    bool split = true;
};

}  // namespace secateur::tokenizer
