// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace secateur::tokenizer {

class JsonValue;

// What the "post_processor" of tokenizer.json puts around a text: BOS, EOS and the like.
struct PostProcessor {
    std::vector<std::int32_t> before;
    std::vector<std::int32_t> behind;
};

// TemplateProcessing (single texts), RobertaProcessing, BertProcessing, ByteLevel (changes no ids) and
// Sequence. Throws Unsupported or Corrupt.
[[nodiscard]] PostProcessor readPostProcessor(const JsonValue& component);

}  // namespace secateur::tokenizer
