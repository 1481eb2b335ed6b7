// SPDX-License-Identifier: GPL-3.0-or-later
//
// What single tokens stand for: one after another they are the text, whatever the tokenizer splits.
#include <gtest/gtest.h>

#include "core/storage/tokenizer.h"
#include "tests/storage/golden_tokenizers.h"

namespace secateur {
namespace {

class TokenBytes : public testing::TestWithParam<const char*> {
protected:
    std::unique_ptr<Tokenizer> tokenizer_ = Tokenizer::open(goldenTokenizer(GetParam()));
    [[nodiscard]] std::string joined(const std::string& text) const {
        std::string bytes;
        for (const std::int32_t id : tokenizer_->encode(text, false)) bytes += tokenizer_->bytesOf(id);
        return bytes;
    }
};

INSTANTIATE_TEST_SUITE_P(Golden, TokenBytes,
                         testing::Values("gpt2-style", "llama3-style", "qwen2-style", "llama2-style",
                                         "mistral-metaspace-style", "sentencepiece-bpe"),
                         [](const auto& info) {
                             std::string name = info.param;
                             std::erase(name, '-');
                             return name;
                         });

TEST_P(TokenBytes, AreTheTextOneAfterAnother) {
    for (const std::string text :
         {"Once upon a time, there was a fox.", "line\nbreak", "na\xC3\xAFve caf\xC3\xA9",
          "\xE2\x82\xAC 5 \xF0\x9F\x8C\xB3 \xE6\xA8\xB9", "two  spaces"}) {
        std::string bytes = joined(text);
        // Some tokenizers begin a text with a space of their own.
        if (bytes.starts_with(' ')) bytes.erase(0, 1);
        EXPECT_EQ(bytes, text);
    }
}

TEST_P(TokenBytes, OfIdsWithoutTokenAreNone) {
    EXPECT_EQ(tokenizer_->bytesOf(-1), "");
    EXPECT_EQ(tokenizer_->bytesOf(tokenizer_->vocabSize() + 5), "");
    const auto bos = tokenizer_->bosId();
    EXPECT_NE(tokenizer_->bytesOf(bos.value_or(0)), "");
}

}  // namespace
}  // namespace secateur
