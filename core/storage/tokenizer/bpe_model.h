// SPDX-License-Identifier: GPL-3.0-or-later
//
// The "model" of tokenizer.json: byte-pair encoding. A piece starts as characters (or bytes), then the
// adjacent pair that comes first in the list of merges is joined, again and again, the leftmost of equals
// first.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/storage/tokenizer/merge_table.h"
#include "core/storage/tokenizer/vocabulary.h"
#include "core/storage/tokenizer/word_cache.h"

namespace secateur::tokenizer {

// Buffers of one encoding; kept from piece to piece.
struct BpeWorkspace {
    WordCache* cache = nullptr;  // may be absent
    std::vector<std::int32_t> symbols;
    bool unknownPending = false;
    std::vector<std::uint32_t> ranks;
    std::vector<std::uint32_t> previous;
    std::vector<std::uint32_t> next;
    std::vector<std::uint64_t> queue;
};

// Thread rule: encode() may be called from several threads, each with a workspace of its own.
class BpeModel {
public:
    // `bytes`: pieces come as raw bytes that the vocabulary writes in the byte alphabet. Throws Corrupt
    // (damaged, or merges that name unknown tokens) or Unsupported (other models, dropout).
    BpeModel(const JsonValue& model, bool bytes);

    [[nodiscard]] const Vocabulary& vocabulary() const noexcept { return vocabulary_; }
    void encode(std::string_view piece, BpeWorkspace& work, std::vector<std::int32_t>& ids) const;

private:
    void readOptions(const JsonValue& model);
    void readMerges(const JsonValue& merges);
    void addMerge(const JsonValue& merges, std::size_t index, std::string_view left, std::string_view right);
    void indexCharacters();

    void encodeWord(std::string_view word, BpeWorkspace& work, std::vector<std::int32_t>& ids) const;
    void startBytes(std::string_view word, BpeWorkspace& work) const;
    void startCharacters(std::string_view word, BpeWorkspace& work) const;
    [[nodiscard]] std::int32_t characterId(std::string_view character, bool first, bool last) const;
    void pushKnown(std::int32_t id, BpeWorkspace& work) const;
    void pushUnknown(std::string_view character, BpeWorkspace& work) const;
    void mergeShort(BpeWorkspace& work) const;
    void mergeLong(BpeWorkspace& work) const;

    Vocabulary vocabulary_;
    MergeTable merges_{0};
    bool bytes_;
    bool fuseUnknown_ = false;
    bool byteFallback_ = false;
    bool ignoreMerges_ = false;  // a piece that is a token as it stands is not taken apart
    std::string subwordPrefix_;  // put before every character of a word but the first
    std::string wordSuffix_;     // put behind the last
    std::optional<std::int32_t> unknownId_;
    std::string unknownMissing_;                   // the complaint for an unk_token that the vocabulary lacks
    bool cutsAtMarker_ = false;                    // no merge reaches from anything into U+2581
    std::vector<std::int32_t> characterIds_;       // [code point below 0x10000], -1 = not in the vocabulary
    std::array<std::int32_t, 256> byteIds_{};      // of the byte alphabet's characters
    std::array<std::int32_t, 256> fallbackIds_{};  // of <0x00> to <0xFF>
};

}  // namespace secateur::tokenizer
