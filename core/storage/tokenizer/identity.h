// SPDX-License-Identifier: GPL-3.0-or-later
//
// What gives a tokenizer's ids their meaning, in one canonical form: two files that say the same in other
// words (a merge as "a b" or as ["a", "b"], keys left out or at their default, another order of keys) have
// the same form. Post-processors, decoders and chat templates do not belong to it.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/storage/tokenizer/json_value.h"

namespace sentencepiece {
class SentencePieceProcessor;
}

namespace secateur::tokenizer {

struct Identity {
    std::string kind;                            // "json" or "sentencepiece"
    std::map<std::int32_t, std::string> pieces;  // by id, added tokens among them
    nlohmann::json merges;                       // [[left, right], ...] in order; null without
    nlohmann::json rest;  // options of the model, added tokens, normalizer, pre-tokenizer

    [[nodiscard]] std::string fingerprint() const;  // sha256 in hex
};

// Throws Corrupt as the readers of tokenizers do.
[[nodiscard]] Identity identityOf(const JsonValue& root);
[[nodiscard]] Identity identityOf(const sentencepiece::SentencePieceProcessor& processor,
                                  std::string_view normalizer);

// Where two tokenizers differ, as the end of a sentence ("id 5 is ... here and ... there"); empty when they
// give the same ids. Of tokenizers of different kinds the pieces alone are compared.
[[nodiscard]] std::string differenceOf(const Identity& one, const Identity& other);

}  // namespace secateur::tokenizer
