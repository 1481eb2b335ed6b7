// SPDX-License-Identifier: GPL-3.0-or-later
//
// A word's first symbols, and their merging: by scanning for short words, by a queue of candidates for long
// ones.
#include <algorithm>
#include <limits>

#include "core/base/error.h"
#include "core/base/utf8.h"
#include "core/storage/tokenizer/bpe_model.h"
#include "core/storage/tokenizer/byte_alphabet.h"

namespace secateur::tokenizer {

void BpeModel::startBytes(std::string_view word, BpeWorkspace& work) const {
    if (!subwordPrefix_.empty() || !wordSuffix_.empty())
        return startCharacters(bytesToCharacters(word), work);
    for (const char c : word) {
        const auto byte = static_cast<std::uint8_t>(c);
        if (byteIds_[byte] >= 0) {
            pushKnown(byteIds_[byte], work);
        } else {
            pushUnknown(characterOfByte(byte), work);
        }
    }
}

void BpeModel::startCharacters(std::string_view word, BpeWorkspace& work) const {
    for (std::size_t i = 0; i < word.size();) {
        const std::string_view character = word.substr(i, sequenceLength(word[i]));
        const bool last = i + character.size() == word.size();
        const std::int32_t id = characterId(character, i == 0, last);
        if (id >= 0) {
            pushKnown(id, work);
        } else if (subwordPrefix_.empty() && wordSuffix_.empty()) {
            pushUnknown(character, work);
        } else {
            const std::string prefix = i == 0 ? "" : subwordPrefix_;
            pushUnknown(prefix + std::string(character) + (last ? wordSuffix_ : ""), work);
        }
        i += character.size();
    }
}

std::int32_t BpeModel::characterId(std::string_view character, bool first, bool last) const {
    const bool prefixed = !first && !subwordPrefix_.empty();
    const bool suffixed = last && !wordSuffix_.empty();
    if (prefixed || suffixed) {
        std::string token = prefixed ? subwordPrefix_ : "";
        token += character;
        if (suffixed) token += wordSuffix_;
        return vocabulary_.id(token).value_or(-1);
    }
    std::size_t position = 0;
    const char32_t codePoint = nextCodePoint(character, position);
    if (codePoint < characterIds_.size()) return characterIds_[codePoint];
    return vocabulary_.id(character).value_or(-1);
}

void BpeModel::pushKnown(std::int32_t id, BpeWorkspace& work) const {
    if (work.unknownPending) work.symbols.push_back(*unknownId_);
    work.unknownPending = false;
    work.symbols.push_back(id);
}

// An unknown character becomes its bytes' tokens; without them the unknown token, one for a run if fused;
// without that, nothing.
void BpeModel::pushUnknown(std::string_view character, BpeWorkspace& work) const {
    if (byteFallback_) {
        const auto idOf = [&](char c) { return fallbackIds_[static_cast<std::uint8_t>(c)]; };
        if (std::all_of(character.begin(), character.end(), [&](char c) { return idOf(c) >= 0; })) {
            for (const char c : character) work.symbols.push_back(idOf(c));
            return;
        }
    }
    if (!unknownMissing_.empty()) throw Error(ErrorCode::Corrupt, unknownMissing_);
    if (!unknownId_) return;
    if (work.unknownPending && !fuseUnknown_) work.symbols.push_back(*unknownId_);
    work.unknownPending = true;
}

void BpeModel::mergeShort(BpeWorkspace& work) const {
    auto& symbols = work.symbols;
    auto& ranks = work.ranks;
    if (symbols.size() < 2) return;
    ranks.resize(symbols.size() - 1);
    for (std::size_t i = 0; i < ranks.size(); ++i) ranks[i] = merges_.rank(symbols[i], symbols[i + 1]);
    while (!ranks.empty()) {
        const auto best = std::min_element(ranks.begin(), ranks.end());
        if (*best == MergeTable::kNoMerge) return;
        const auto at = static_cast<std::size_t>(best - ranks.begin());
        symbols[at] = merges_.merged(*best);
        symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(at) + 1);
        ranks.erase(best);
        if (at > 0) ranks[at - 1] = merges_.rank(symbols[at - 1], symbols[at]);
        if (at < ranks.size()) ranks[at] = merges_.rank(symbols[at], symbols[at + 1]);
    }
}

// Candidates are rank << 32 | position, the smallest first. A candidate whose rank is no longer that of the
// pair at its position is out of date.
void BpeModel::mergeLong(BpeWorkspace& work) const {
    auto& [cache, symbols, pending, ranks, previous, next, queue] = work;
    const std::size_t count = symbols.size();
    constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
    if (count >= kNone)
        throw Error(ErrorCode::InvalidArgument, "the text has a piece longer than 4 GB without a break");
    ranks.assign(count, MergeTable::kNoMerge);
    previous.resize(count);
    next.resize(count);
    queue.clear();
    const auto candidate = [&](std::uint32_t at) {
        const bool last = next[at] == kNone;
        ranks[at] = last ? MergeTable::kNoMerge : merges_.rank(symbols[at], symbols[next[at]]);
        if (ranks[at] != MergeTable::kNoMerge)
            queue.push_back(static_cast<std::uint64_t>(ranks[at]) << 32 | at);
        return ranks[at] != MergeTable::kNoMerge;
    };
    for (std::uint32_t i = 0; i < count; ++i) {
        previous[i] = i == 0 ? kNone : i - 1;
        next[i] = i + 1 == count ? kNone : i + 1;
    }
    for (std::uint32_t i = 0; i < count; ++i) candidate(i);
    std::make_heap(queue.begin(), queue.end(), std::greater<>());
    while (!queue.empty()) {
        std::pop_heap(queue.begin(), queue.end(), std::greater<>());
        const auto at = static_cast<std::uint32_t>(queue.back());
        const auto rank = static_cast<std::uint32_t>(queue.back() >> 32);
        queue.pop_back();
        if (ranks[at] != rank) continue;
        const std::uint32_t gone = next[at];
        symbols[at] = merges_.merged(rank);
        symbols[gone] = -1;
        ranks[gone] = MergeTable::kNoMerge;
        next[at] = next[gone];
        if (next[at] != kNone) previous[next[at]] = at;
        if (candidate(at)) std::push_heap(queue.begin(), queue.end(), std::greater<>());
        if (previous[at] != kNone && candidate(previous[at]))
            std::push_heap(queue.begin(), queue.end(), std::greater<>());
    }
    symbols.erase(std::remove(symbols.begin(), symbols.end(), -1), symbols.end());
}

}  // namespace secateur::tokenizer
