// SPDX-License-Identifier: GPL-3.0-or-later
//
// Thousands of damaged tokenizers, the same in every run: bytes flipped, cut out, put in, and the end cut
// off.
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "tests/fuzz/mutator.h"
#include "tests/storage/golden_tokenizers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

using secateur::test::Mutator;

// Most bytes of a tokenizer are vocabulary; damage to the head, where the components are described, is the
// more telling.
std::string damaged(const std::string& valid, Mutator& mutator, std::size_t round) {
    const std::size_t head = std::min<std::size_t>(valid.size(), 3000);
    if (round % 3 == 0) return mutator.damage(valid);
    if (round % 3 == 1) return mutator.damage(valid.substr(0, head)) + valid.substr(head);
    return valid.substr(0, valid.size() - head) + mutator.damage(valid.substr(valid.size() - head));
}

class DamagedTokenizer : public testing::TestWithParam<const char*> {};

TEST_P(DamagedTokenizer, EndsInAnErrorAtWorst) {
    const std::string valid = secateur::test::readText(secateur::goldenTokenizer(GetParam()));
    ASSERT_FALSE(valid.empty());
    Mutator mutator(7);
    for (std::size_t round = 0; round < 1000; ++round) {
        const std::string bytes = damaged(valid, mutator, round);
        EXPECT_NO_THROW(
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()))
            << "round " << round;
    }
}

INSTANTIATE_TEST_SUITE_P(Kinds, DamagedTokenizer,
                         testing::Values("llama3-style/tokenizer.json", "qwen2-style/tokenizer.json",
                                         "llama2-style/tokenizer.json",
                                         "mistral-metaspace-style/tokenizer.json",
                                         "sentencepiece-bpe/tokenizer.model",
                                         "sentencepiece-unigram/tokenizer.model"),
                         [](const auto& kind) {
                             std::string name = fs::path(kind.param).parent_path();
                             std::erase(name, '-');
                             return name;
                         });

}  // namespace
