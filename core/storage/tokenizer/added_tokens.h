// SPDX-License-Identifier: GPL-3.0-or-later
//
// The "added_tokens" of tokenizer.json and those that files beside it declare: tokens, mostly special ones,
// that are found in the text before anything else is done to it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/storage/tokenizer/normalizer.h"
#include "core/storage/tokenizer/regex.h"
#include "core/storage/tokenizer/vocabulary.h"

namespace secateur::tokenizer {

struct AddedToken {
    std::string content;
    std::int32_t id = 0;
    bool special = false;
    bool normalized = false;  // looked for in the normalized text
    bool lstrip = false;      // takes the white space on its left along
    bool rstrip = false;
    bool singleWord = false;  // only between characters that do not belong to words
};

// A stretch of text, or a token found in it.
struct TextSegment {
    const AddedToken* token = nullptr;
    std::size_t begin = 0;
    std::size_t end = 0;
};

// Finds the leftmost, of these the longest, of a set of strings.
class TokenMatcher {
public:
    void add(std::string_view text, const AddedToken* token);
    [[nodiscard]] std::vector<TextSegment> cut(std::string_view text) const;

private:
    struct Node {
        const AddedToken* token = nullptr;
        std::vector<std::pair<char, std::uint32_t>> next;
    };
    [[nodiscard]] const Node* step(const Node& node, char c) const;
    [[nodiscard]] TextSegment longestAt(std::string_view text, std::size_t begin) const;

    std::vector<Node> nodes_{Node{}};
    std::array<bool, 256> starts_{};
};

class AddedTokens {
public:
    AddedTokens() = default;
    AddedTokens(AddedTokens&&) = default;
    AddedTokens& operator=(AddedTokens&&) = default;

    // Adds the list of a tokenizer.json. Throws Corrupt for ids that contradict the vocabulary or one
    // another.
    void read(const JsonValue& list, const Vocabulary& vocabulary);
    // Adds a token as HF tokenizers does, whatever id it claims: one that is known keeps its id and takes
    // these flags, another gets the next id behind all there are. `known` looks its text up among the model's
    // `modelSize` tokens.
    void declare(AddedToken token, std::optional<std::int32_t> known, std::size_t modelSize);
    // Makes what was added findable. To be called once, behind all others.
    void index(const Normalizers& normalizers);

    [[nodiscard]] const std::map<std::int32_t, AddedToken>& all() const noexcept { return tokens_; }
    [[nodiscard]] const AddedToken* find(std::int32_t id) const;
    [[nodiscard]] std::optional<std::int32_t> id(std::string_view content) const;
    [[nodiscard]] std::int32_t largestId() const noexcept { return largestId_; }  // -1 when there are none

    [[nodiscard]] std::vector<TextSegment> cutRaw(std::string_view text) const { return raw_.cut(text); }
    [[nodiscard]] std::vector<TextSegment> cutNormalized(std::string_view text) const {
        return normalized_.cut(text);
    }

private:
    void add(const JsonValue& entry, const Vocabulary& vocabulary);

    std::map<std::int32_t, AddedToken> tokens_;
    TokenIds contents_;
    std::int32_t largestId_ = -1;
    TokenMatcher raw_;
    TokenMatcher normalized_;
};

}  // namespace secateur::tokenizer
