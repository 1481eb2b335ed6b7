// SPDX-License-Identifier: GPL-3.0-or-later
//
// The tokenizers of other people's models, on the text they were trained on.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include <gtest/gtest.h>

#include "core/base/utf8.h"
#include "core/storage/token_source.h"
#include "core/storage/tokenizer.h"

namespace secateur {
namespace {

namespace fs = std::filesystem;

// The text without the characters (ASCII ones or not) that the vocabulary lacks, whose token <unk> has id 0.
std::string withoutUnknown(const Tokenizer& tokenizer, const std::string& text) {
    std::map<std::string, bool> known;
    std::string kept;
    for (std::size_t i = 0; i < text.size();) {
        const std::string character = text.substr(i, sequenceLength(text[i]));
        const auto [entry, isNew] = known.emplace(character, true);
        if (isNew) {
            const auto ids = tokenizer.encode(character, false);
            entry->second = std::find(ids.begin(), ids.end(), 0) == ids.end();
        }
        if (entry->second) kept += character;
        i += character.size();
    }
    return kept;
}

class SharedTokenizer : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        if (!fs::exists(shared_)) GTEST_SKIP() << "there is no " << shared_;
    }
    fs::path shared_ = SECATEUR_SHARED_DIR;
    fs::path folder_ = shared_ / "models" / GetParam();
    fs::path stories_ = shared_ / "text/tinystories_valid_sample.txt";
};

TEST_P(SharedTokenizer, RoundTripsTheStories) {
    std::ifstream stream(stories_, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    ASSERT_GT(text.size(), 700'000u);
    const auto tokenizer = Tokenizer::open(folder_);
    EXPECT_EQ(tokenizer->bosId(), 1);
    const auto ids = tokenizer->encode(text, true);
    EXPECT_EQ(ids.front(), 1);
    EXPECT_EQ(tokenizer->decode(ids), withoutUnknown(*tokenizer, text));
}

// The goldens' windows were cut from this text by HF tokenizers.
TEST_P(SharedTokenizer, GivesTheIdsOfTheGoldenWindows) {
    TextSource text;
    text.textFile = stories_;
    const auto stream = readTokens(text, folder_, false).ids;
    for (const char* name : {"calibration", "evaluation"}) {
        TextSource source;
        source.tokensFile = folder_ / "golden/tokens.safetensors";
        source.tokensName = name;
        const auto golden = readTokens(source, folder_, false).ids;
        constexpr std::ptrdiff_t kWindow = 128;
        ASSERT_EQ(golden.size() % kWindow, 0u);
        for (auto at = golden.begin(); at != golden.end(); at += kWindow) {
            const auto found = std::search(stream.begin(), stream.end(), at, at + kWindow);
            EXPECT_NE(found, stream.end()) << name << ", window " << (at - golden.begin()) / kWindow;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Models, SharedTokenizer, testing::Values("stories260K", "babyllama-char-940k"),
                         [](const auto& model) {
                             std::string name = model.param;
                             std::erase(name, '-');
                             return name;
                         });

}  // namespace
}  // namespace secateur
