// SPDX-License-Identifier: GPL-3.0-or-later
//
// Ids and decoded text of hard strings, as HF tokenizers and sentencepiece give them.
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/storage/tokenizer.h"
#include "tests/storage/golden_tokenizers.h"

namespace secateur {
namespace {

namespace fs = std::filesystem;
using Ids = std::vector<std::int32_t>;

class GoldenTokenizer : public testing::TestWithParam<const char*> {
protected:
    fs::path folder_ = fs::path(SECATEUR_GOLDEN_DIR) / "tokenizers" / GetParam();
    std::unique_ptr<Tokenizer> tokenizer_ = Tokenizer::open(folder_);
    nlohmann::json samples_ = readJson(folder_ / "expected.json").at("samples");
};

TEST_P(GoldenTokenizer, GivesTheReferenceIds) {
    ASSERT_GE(samples_.size(), 89u);
    for (const auto& sample : samples_) {
        const auto text = sample.at("text").get<std::string>();
        EXPECT_EQ(tokenizer_->encode(text, true), sample.at("ids").get<Ids>())
            << "sample " << sample.at("text");
        EXPECT_EQ(tokenizer_->encode(text, false), sample.at("ids_no_special").get<Ids>())
            << "sample " << sample.at("text");
    }
}

TEST_P(GoldenTokenizer, DecodesToTheReferenceText) {
    for (const auto& sample : samples_) {
        EXPECT_EQ(tokenizer_->decode(sample.at("ids_no_special").get<Ids>(), false),
                  sample.at("decoded").get<std::string>())
            << "sample " << sample.at("text");
    }
}

INSTANTIATE_TEST_SUITE_P(Kinds, GoldenTokenizer,
                         testing::Values("llama3-style", "qwen2-style", "gpt2-style", "llama2-style",
                                         "mistral-metaspace-style", "sentencepiece-bpe",
                                         "sentencepiece-unigram"),
                         [](const auto& kind) {
                             std::string name = kind.param;
                             std::erase(name, '-');
                             return name;
                         });

TEST(TokenizerOpen, KnowsBosAndVocabularyOfTheGoldenTokenizers) {
    const fs::path folder = fs::path(SECATEUR_GOLDEN_DIR) / "tokenizers";
    EXPECT_EQ(Tokenizer::open(folder / "llama3-style")->bosId(), 0);
    EXPECT_EQ(Tokenizer::open(folder / "llama2-style")->bosId(), 1);
    EXPECT_EQ(Tokenizer::open(folder / "sentencepiece-bpe")->bosId(), 1);
    EXPECT_EQ(Tokenizer::open(folder / "gpt2-style")->bosId(), std::nullopt);
    EXPECT_EQ(Tokenizer::open(folder / "qwen2-style")->vocabSize(), 900);
    EXPECT_EQ(Tokenizer::open(folder / "sentencepiece-unigram")->vocabSize(), 900);
}

TEST(TokenizerDecode, ShowsSpecialTokensOnDemand) {
    const fs::path folder = fs::path(SECATEUR_GOLDEN_DIR) / "tokenizers";
    const auto llama3 = Tokenizer::open(folder / "llama3-style");
    const Ids ids = llama3->encode("hi", true);
    EXPECT_EQ(llama3->decode(ids, true), "hi");
    EXPECT_EQ(llama3->decode(ids, false), "<|begin_of_text|>hi");
    const auto pieces = Tokenizer::open(folder / "sentencepiece-bpe");
    EXPECT_EQ(pieces->decode(pieces->encode("hi", true), false), "<s>hi");
}

TEST(TokenizerDecode, PassesOverIdsWithoutToken) {
    for (const char* kind : {"gpt2-style", "sentencepiece-bpe"}) {
        const auto tokenizer = Tokenizer::open(fs::path(SECATEUR_GOLDEN_DIR) / "tokenizers" / kind);
        Ids ids = tokenizer->encode("abc", false);
        ids.insert(ids.begin(), {-1, 900, 2'000'000'000});
        EXPECT_EQ(tokenizer->decode(ids), "abc") << kind;
    }
}

TEST(DemoTokenizer, RoundTripsItsSampleText) {
    const fs::path resources = fs::path(SECATEUR_SOURCE_DIR) / "resources/demo";
    const auto tokenizer = Tokenizer::open(resources / "sprout-12");
    const std::string text = test::readText(resources / "sample.txt").substr(0, 200'000);
    ASSERT_GT(text.size(), 10'000u);
    const Ids ids = tokenizer->encode(text, false);
    EXPECT_LT(ids.size(), text.size() / 3);
    EXPECT_EQ(tokenizer->decode(ids, false), text);
    EXPECT_EQ(tokenizer->vocabSize(), 1536);
    EXPECT_EQ(tokenizer->bosId(), 0);
}

}  // namespace
}  // namespace secateur
