// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer/added_tokens.h"

#include <algorithm>

#include "core/base/utf8.h"
#include "core/storage/tokenizer/json_value.h"

namespace secateur::tokenizer {

namespace {

constexpr std::size_t kMaxTokenBytes = 4096;  // keeps the search linear in practice

bool isWordCharacter(std::string_view text, std::size_t position) {
    static const Regex word("[" + std::string(kRustWord) + "]");
    Match match;
    return word.find(text.substr(position, sequenceLength(text[position])), 0, match);
}

bool standsAlone(std::string_view text, std::size_t begin, std::size_t end) {
    const bool startsWord = begin > 0 && isWordCharacter(text, previousStart(text, begin));
    const bool endsWord = end < text.size() && isWordCharacter(text, end);
    return !startsWord && !endsWord;
}

}  // namespace

void TokenMatcher::add(std::string_view text, const AddedToken* token) {
    if (text.empty()) return;
    starts_[static_cast<unsigned char>(text.front())] = true;
    std::uint32_t at = 0;
    for (const char c : text) {
        const Node* known = step(nodes_[at], c);
        if (known != nullptr) {
            at = static_cast<std::uint32_t>(known - nodes_.data());
            continue;
        }
        const auto fresh = static_cast<std::uint32_t>(nodes_.size());
        nodes_[at].next.emplace_back(c, fresh);
        nodes_.emplace_back();
        at = fresh;
    }
    nodes_[at].token = token;
}

const TokenMatcher::Node* TokenMatcher::step(const Node& node, char c) const {
    for (const auto& [label, target] : node.next) {
        if (label == c) return &nodes_[target];
    }
    return nullptr;
}

TextSegment TokenMatcher::longestAt(std::string_view text, std::size_t begin) const {
    TextSegment found{nullptr, begin, begin};
    const Node* node = &nodes_.front();
    for (std::size_t i = begin; i < text.size(); ++i) {
        node = step(*node, text[i]);
        if (node == nullptr) break;
        if (node->token != nullptr) found = {node->token, begin, i + 1};
    }
    return found;
}

std::vector<TextSegment> TokenMatcher::cut(std::string_view text) const {
    std::vector<TextSegment> segments;
    std::size_t done = 0;
    for (std::size_t i = 0; i < text.size();) {
        TextSegment found;
        if (starts_[static_cast<unsigned char>(text[i])]) found = longestAt(text, i);
        if (found.token == nullptr) {
            ++i;
            continue;
        }
        i = found.end;
        if (found.token->singleWord && !standsAlone(text, found.begin, found.end)) continue;
        if (found.token->lstrip) {
            found.begin = std::max(found.begin - trailingSpace(text.substr(0, found.begin)),
                                   std::min(done, found.begin));
        }
        if (found.token->rstrip) found.end += leadingSpace(text.substr(found.end));
        if (done < found.begin) segments.push_back({nullptr, done, found.begin});
        segments.push_back(found);
        done = found.end;
    }
    if (done < text.size()) segments.push_back({nullptr, done, text.size()});
    return segments;
}

void AddedTokens::read(const JsonValue& list, const Vocabulary& vocabulary) {
    for (const JsonValue& entry : list.items()) add(entry, vocabulary);
}

void AddedTokens::declare(AddedToken token, std::optional<std::int32_t> known, std::size_t modelSize) {
    if (token.content.empty() || token.content.size() > kMaxTokenBytes) return;
    const auto added = id(token.content);
    const auto size = static_cast<std::int32_t>(modelSize);
    token.id = added ? *added : known ? *known : std::max(size, largestId_ + 1);
    largestId_ = std::max(largestId_, token.id);
    contents_.insert_or_assign(token.content, token.id);
    tokens_.insert_or_assign(token.id, std::move(token));
}

void AddedTokens::index(const Normalizers& normalizers) {
    for (const auto& [id, token] : tokens_) {
        std::string content = token.content;
        if (token.normalized) {
            for (const auto& normalizer : normalizers) normalizer->apply(content);
        }
        (token.normalized ? normalized_ : raw_).add(content, &token);
    }
}

void AddedTokens::add(const JsonValue& entry, const Vocabulary& vocabulary) {
    AddedToken token;
    token.content = entry.get("content").string();
    token.id = entry.get("id").tokenId();
    token.special = entry.boolOr("special", false);
    token.normalized = entry.boolOr("normalized", !token.special);
    token.lstrip = entry.boolOr("lstrip", false);
    token.rstrip = entry.boolOr("rstrip", false);
    token.singleWord = entry.boolOr("single_word", false);
    if (token.content.empty() || id(token.content)) return;
    if (token.content.size() > kMaxTokenBytes) entry.fail(ErrorCode::Corrupt, "is longer than 4096 bytes");
    const auto known = vocabulary.id(token.content);
    const std::string* other = vocabulary.token(token.id);
    const bool contradicts = known ? *known != token.id : other != nullptr;
    if (contradicts || find(token.id) != nullptr) {
        entry.fail(ErrorCode::Corrupt, "gives \"" + token.content + "\" the id " + std::to_string(token.id) +
                                           ", which contradicts the vocabulary or another added token");
    }
    largestId_ = std::max(largestId_, token.id);
    contents_.emplace(token.content, token.id);
    tokens_.emplace(token.id, std::move(token));
}

const AddedToken* AddedTokens::find(std::int32_t id) const {
    const auto found = tokens_.find(id);
    return found == tokens_.end() ? nullptr : &found->second;
}

std::optional<std::int32_t> AddedTokens::id(std::string_view content) const {
    const auto found = contents_.find(content);
    if (found == contents_.end()) return std::nullopt;
    return found->second;
}

}  // namespace secateur::tokenizer
