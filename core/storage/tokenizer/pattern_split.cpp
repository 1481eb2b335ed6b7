// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer/pattern_split.h"

#include <array>
#include <utility>

#include "core/storage/tokenizer/json_value.h"

namespace secateur::tokenizer {

namespace {

void give(std::string_view text, std::size_t begin, std::size_t end, bool first, PieceSink& sink) {
    if (begin != end) sink.take(text.substr(begin, end - begin), first && begin == 0);
}

// Whether a part joins the one before it. Merging looks at neighbours only, so one part is held back at most.
bool joins(SplitBehavior behavior, bool match, bool previousMatch) {
    switch (behavior) {
        case SplitBehavior::MergedWithPrevious:
            return match && !previousMatch;
        case SplitBehavior::MergedWithNext:
            return !match && previousMatch;
        case SplitBehavior::Contiguous:
            return match == previousMatch;
        default:
            return false;
    }
}

}  // namespace

SplitBehavior splitBehavior(const JsonValue& component) {
    static constexpr std::array<std::pair<std::string_view, SplitBehavior>, 5> kNames{{
        {"Isolated", SplitBehavior::Isolated},
        {"Removed", SplitBehavior::Removed},
        {"MergedWithPrevious", SplitBehavior::MergedWithPrevious},
        {"MergedWithNext", SplitBehavior::MergedWithNext},
        {"Contiguous", SplitBehavior::Contiguous},
    }};
    const JsonValue value = component.get("behavior");
    for (const auto& [name, behavior] : kNames) {
        if (name == value.string()) return behavior;
    }
    value.unsupported("is \"" + value.string() + "\"");
}

// Visits (begin, end, isMatch) of matches and of what lies between them, from left to right.
template <typename Visit>
void PatternSplit::forEachPart(std::string_view text, Visit&& visit) const {
    std::size_t done = 0;
    regex_.forEach(text, [&](const Match& match) {
        if (done != match.begin) visit(done, match.begin, invert_);
        visit(match.begin, match.end, !invert_);
        done = match.end;
    });
    if (done != text.size()) visit(done, text.size(), invert_);
}

void PatternSplit::split(std::string_view text, bool first, PieceSink& sink) const {
    if (behavior_ != SplitBehavior::Isolated && behavior_ != SplitBehavior::Removed)
        return mergeRuns(text, first, sink);
    const bool keepsMatches = behavior_ == SplitBehavior::Isolated;
    forEachPart(text, [&](std::size_t begin, std::size_t end, bool match) {
        if (keepsMatches || !match) give(text, begin, end, first, sink);
    });
}

void PatternSplit::mergeRuns(std::string_view text, bool first, PieceSink& sink) const {
    std::size_t heldBegin = 0;
    std::size_t heldEnd = 0;
    bool held = false;
    bool previousMatch = false;
    forEachPart(text, [&](std::size_t begin, std::size_t end, bool match) {
        if (held && !joins(behavior_, match, previousMatch)) {
            give(text, heldBegin, heldEnd, first, sink);
            held = false;
        }
        if (!held) heldBegin = begin;
        heldEnd = end;
        held = true;
        previousMatch = match;
    });
    if (held) give(text, heldBegin, heldEnd, first, sink);
}

}  // namespace secateur::tokenizer
