// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace secateur::tokenizer {

// What is wrong with a serialized sentencepiece model that the library itself would not notice: its character
// map is a trie whose links it follows unchecked. Empty when nothing is.
[[nodiscard]] std::string checkSentencePieceModel(std::string_view bytes);

// The serialized normalizer of a model that the check found good; empty when it has none.
[[nodiscard]] std::string_view normalizerOfSentencePieceModel(std::string_view bytes);

}  // namespace secateur::tokenizer
