// SPDX-License-Identifier: GPL-3.0-or-later
//
// The "pre_tokenizer" of tokenizer.json: cuts text into the pieces that merging never crosses.
#pragma once

#include <memory>
#include <vector>

#include "core/storage/tokenizer/pattern_split.h"

namespace secateur::tokenizer {

// One stage. Thread rule: split() may be called from several threads.
class PreTokenizer {
public:
    virtual ~PreTokenizer() = default;
    virtual void split(std::string_view text, bool first, PieceSink& sink) const = 0;
};

struct PreTokenizers {
    std::vector<std::unique_ptr<PreTokenizer>> stages;  // each cuts the pieces of the one before
    bool bytesAtEnd = false;  // the pieces' bytes are written in the byte alphabet before they are looked up

    // Cuts `text` through all stages; nothing is collected on the way, so memory stays small whatever the
    // text's size.
    void split(std::string_view text, bool first, PieceSink& sink) const;
};

// Throws Unsupported for a type it does not know, Corrupt for a damaged one.
[[nodiscard]] PreTokenizers readPreTokenizers(const JsonValue& component);

}  // namespace secateur::tokenizer
