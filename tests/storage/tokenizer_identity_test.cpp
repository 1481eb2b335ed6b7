// SPDX-License-Identifier: GPL-3.0-or-later
//
// When two folders' tokenizers are the same: by what their ids mean, not by their sizes or their files'
// bytes.
#include <fstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "core/storage/tokenizer.h"
#include "tests/storage/golden_tokenizers.h"
#include "tests/storage/temporary_folder.h"

namespace secateur {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class TokenizerIdentity : public testing::Test {
protected:
    // A folder with the changed tokenizer of `kind`.
    fs::path changed(const std::function<void(json&)>& change, const std::string& kind = "qwen2-style") {
        std::ifstream stream(goldenTokenizer(kind) / "tokenizer.json");
        json document = json::parse(stream);
        change(document);
        scratch_.write("tokenizer.json", document.dump());
        return scratch_.path();
    }
    void expectSame(const fs::path& one, const fs::path& other) {
        EXPECT_EQ(tokenizerFingerprint(one), tokenizerFingerprint(other));
        EXPECT_EQ(tokenizerDifference(one, other), "");
    }
    void expectDifferent(const fs::path& one, const fs::path& other, const std::string& says) {
        EXPECT_NE(tokenizerFingerprint(one), tokenizerFingerprint(other));
        EXPECT_THAT(tokenizerDifference(one, other), HasSubstr(says));
        EXPECT_NE(tokenizerDifference(other, one), "");
    }
    const TemporaryFolder scratch_;
};

TEST_F(TokenizerIdentity, IsTheSameForFilesThatSayTheSameInOtherWords) {
    const fs::path other = changed([](json& document) {
        for (json& merge : document["model"]["merges"]) {
            if (merge.is_array()) {
                merge = merge[0].get<std::string>() + " " + merge[1].get<std::string>();
            } else {
                const auto text = merge.get<std::string>();
                merge = json{text.substr(0, text.find(' ')), text.substr(text.find(' ') + 1)};
            }
        }
        document["model"].erase("dropout");
        document["padding"] = {{"pad_id", 0}};
        document["post_processor"] = nullptr;
        document["decoder"] = nullptr;
    });
    EXPECT_EQ(tokenizerFingerprint(other).size(), 64u);
    expectSame(goldenTokenizer("qwen2-style"), other);
}

TEST_F(TokenizerIdentity, TellsRenumberedIdsApart) {
    const fs::path other = changed([](json& document) {
        auto& vocabulary = document["model"]["vocab"];
        std::swap(vocabulary["a"], vocabulary["b"]);
    });
    expectDifferent(goldenTokenizer("qwen2-style"), other, "\"a\"");
    EXPECT_THAT(tokenizerDifference(goldenTokenizer("qwen2-style"), other),
                AllOf(HasSubstr("id "), HasSubstr("\"b\"")));
}

TEST_F(TokenizerIdentity, TellsMergesAddedTokensAndComponentsApart) {
    const fs::path qwen = goldenTokenizer("qwen2-style");
    expectDifferent(qwen, changed([](json& document) {
                        auto& merges = document["model"]["merges"];
                        std::swap(merges[0], merges[1]);
                    }),
                    "merges");
    expectDifferent(qwen, changed([](json& document) {
                        document["added_tokens"].push_back({{"id", 5000}, {"content", "<extra>"}});
                    }),
                    "\"<extra>\"");
    expectDifferent(qwen, changed([](json& document) {
                        auto& token = document["added_tokens"][0];
                        token["lstrip"] = !token["lstrip"].get<bool>();
                    }),
                    "added tokens");
    expectDifferent(qwen, changed([](json& document) {
                        document["normalizer"] = {{"type", "NFKD"}};
                    }),
                    "normalizers");
    expectDifferent(qwen, changed([](json& document) {
                        document["pre_tokenizer"] = {{"type", "Digits"}};
                    }),
                    "pre-tokenizers");
    expectDifferent(qwen, changed([](json& document) { document["model"]["ignore_merges"] = true; }),
                    "models");
}

TEST_F(TokenizerIdentity, ComparesSentencePieceModelsAndPiecesAcrossKinds) {
    scratch_.write("tokenizer.model", [] {
        std::ifstream stream(goldenTokenizer("sentencepiece-bpe") / "tokenizer.model", std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(stream), {});
    }());
    expectSame(goldenTokenizer("sentencepiece-bpe"), scratch_.path());
    expectDifferent(goldenTokenizer("sentencepiece-bpe"), goldenTokenizer("sentencepiece-unigram"), "id ");
    expectDifferent(goldenTokenizer("sentencepiece-bpe"), goldenTokenizer("gpt2-style"), "id ");
}

TEST_F(TokenizerIdentity, IsEmptyWithoutTokenizer) {
    EXPECT_EQ(tokenizerFingerprint(scratch_.path()), "");
    EXPECT_EQ(
        errorOf([&] { return tokenizerDifference(goldenTokenizer("gpt2-style"), scratch_.path()); }).code(),
        ErrorCode::NotFound);
}

}  // namespace
}  // namespace secateur
