// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/storage/tokenizer/regex.h"

namespace secateur::tokenizer {

// What becomes of the text that a pattern matches.
enum class SplitBehavior {
    Isolated,            // pieces of their own
    Removed,             // dropped
    MergedWithPrevious,  // the end of the piece before
    MergedWithNext,      // the start of the piece behind
    Contiguous,          // runs of adjacent matches are one piece
};

[[nodiscard]] SplitBehavior splitBehavior(const JsonValue& component);  // of its "behavior"

// Takes pieces of text as they are cut. `first`: the piece begins where the whole text begins.
class PieceSink {
public:
    virtual ~PieceSink() = default;
    virtual void take(std::string_view piece, bool first) = 0;
};

// Cuts text at the matches of an expression. Empty pieces are not passed on.
class PatternSplit {
public:
    // `invert`: the expression says what lies between the matches.
    PatternSplit(Regex regex, SplitBehavior behavior, bool invert)
        : regex_(std::move(regex)), behavior_(behavior), invert_(invert) {}
    void split(std::string_view text, bool first, PieceSink& sink) const;

private:
    template <typename Visit>
    void forEachPart(std::string_view text, Visit&& visit) const;
    void mergeRuns(std::string_view text, bool first, PieceSink& sink) const;

    Regex regex_;
    SplitBehavior behavior_;
    bool invert_;
};

}  // namespace secateur::tokenizer
