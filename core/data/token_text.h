// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tokens as people read them. A token is a few bytes, which need not be whole characters: byte-level
// vocabularies split characters over tokens. Pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace secateur {

struct TokenText {
    // UTF-8 without control characters: line breaks and tabs as "\n", "\r" and "\t", other controls and bytes
    // that are a part of a character alone as "\xNN". "#7" for a token whose bytes are not known.
    std::string text;
    std::string partOf;     // the character that the token's bytes are a part of; empty for whole characters
    bool endsLine = false;  // its bytes end in a line break
    bool operator==(const TokenText&) const = default;
};

// Tokens that follow one another. `bytes`: what each stands for, empty where that is not known, in the order
// of `ids`.
[[nodiscard]] std::vector<TokenText> tokenTexts(std::span<const std::int32_t> ids,
                                                std::span<const std::string> bytes);

// A text that arrives in pieces of bytes: what was added, but for the beginning of a character whose end is
// still to come. Bytes that can be no part of one pass through as they are.
class TextStream {
public:
    // Returns what can be shown now.
    [[nodiscard]] std::string add(std::string_view bytes);
    // The beginning of a character whose end never came.
    [[nodiscard]] std::string finish();

private:
    std::string held_;
};

}  // namespace secateur
