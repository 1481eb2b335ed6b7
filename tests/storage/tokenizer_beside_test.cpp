// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tokenizers whose files say only together what the tokens are, and properties of characters: ids and matches
// as transformers and HF tokenizers give them.

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "core/storage/tokenizer.h"
#include "core/storage/tokenizer/regex.h"
#include "tests/storage/golden_tokenizers.h"
#include "tests/storage/temporary_folder.h"

namespace secateur {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using Ids = std::vector<std::int32_t>;

void expectIds(const Tokenizer& tokenizer, const json& samples) {
    for (const json& sample : samples)
        EXPECT_EQ(tokenizer.encode(sample.at("text").get<std::string>(), false), sample.at("ids").get<Ids>())
            << "sample " << sample.at("text");
}

TEST(TokenizerBeside, GivesTheIdsOfAutoTokenizer) {
    for (const char* name : {"json-config-added", "spm-added-tokens", "vocab-merges-only"}) {
        SCOPED_TRACE(name);
        const json samples = readJson(goldenTokenizer(name) / "expected.json").at("samples");
        ASSERT_GE(samples.size(), 80u);
        expectIds(*Tokenizer::open(goldenTokenizer(name)), samples);
    }
}

TEST(TokenizerBeside, TakesTokensFromEveryFileThatDeclaresThem) {
    const std::map<std::string, std::vector<std::string>> sources{
        {"json", {"json-config-added/tokenizer.json"}},
        {"model", {"spm-added-tokens/tokenizer.model"}},
        {"vocab", {"vocab-merges-only/vocab.json", "vocab-merges-only/merges.txt"}}};
    for (const json& variant : readJson(goldenTokenizer("beside.json"))) {
        const auto kind = variant.at("kind").get<std::string>();
        SCOPED_TRACE(kind + ": " + variant.at("name").get<std::string>());
        const TemporaryFolder folder;
        for (const std::string& file : sources.at(kind))
            fs::copy_file(goldenTokenizer(file), folder.path() / fs::path(file).filename());
        for (const auto& [name, content] : variant.at("files").items()) folder.write(name, content.dump());
        // AutoTokenizer opens folders of models alone; a bare tokenizer.model is sentencepiece's own.
        if (!fs::exists(folder.path() / "config.json")) folder.write("config.json", "{}");
        const auto tokenizer = Tokenizer::open(folder.path());
        expectIds(*tokenizer, variant.at("samples"));
        EXPECT_EQ(tokenizer->eosId().value_or(-1),
                  variant.at("eos").is_null() ? -1 : variant.at("eos").get<int>());
        EXPECT_EQ(tokenizer->bosId().value_or(-1),
                  variant.at("bos").is_null() ? -1 : variant.at("bos").get<int>());
        EXPECT_EQ(tokenizerFingerprint(folder.path()).size(), 64u);
    }
}

TEST(TokenizerBeside, DecodesAddedTokensAndCountsThem) {
    for (const char* name : {"json-config-added", "spm-added-tokens"}) {
        const auto tokenizer = Tokenizer::open(goldenTokenizer(name));
        const Ids ids = tokenizer->encode("hi<|im_end|>", false);
        EXPECT_EQ(ids.back(), 401);
        EXPECT_EQ(tokenizer->decode(ids, false), "hi<|im_end|>");
        EXPECT_EQ(tokenizer->decode(ids, true), "hi");
        EXPECT_EQ(tokenizer->vocabSize(), 402);
    }
}

TEST(TokenizerBeside, ReadsWhatPythonReads) {
    const TemporaryFolder folder;
    fs::copy_file(goldenTokenizer("json-config-added/tokenizer.json"), folder.path() / "tokenizer.json");
    folder.write(
        "tokenizer_config.json",
        R"({"eos_token": "a", "model_max_length": Infinity, "x": NaN, "eos_token": "<|endoftext|>"})");
    EXPECT_EQ(Tokenizer::open(folder.path())->eosId(), 0);
    folder.write("tokenizer_config.json", R"({"added_tokens_decoder": {"x": {"content": "a"}}})");
    EXPECT_THAT(errorOf([&] { return Tokenizer::open(folder.path()); }).message(),
                HasSubstr("added_tokens_decoder.x"));
}

TEST(TokenizerBeside, SaysWhatAFileReallyIs) {
    const TemporaryFolder folder;
    folder.write("tokenizer.model", "IQ== 0\nIg== 1\nIw== 2\n");
    const Error tiktoken = errorOf([&] { return Tokenizer::open(folder.path()); });
    EXPECT_EQ(tiktoken.code(), ErrorCode::Unsupported);
    EXPECT_THAT(tiktoken.message(), HasSubstr("tiktoken"));
    for (const char* name : {"tokenizer.model", "tokenizer.json"}) {
        folder.write(name,
                     "version https://git-lfs.github.com/spec/v1\noid "
                     "sha256:9e556afd44213b6bd1be2b850ebbbd98f5481437a80"
                     "21afaf58ee7fb1818d347\nsize 499723\n");
        const Error pointer = errorOf([&] { return Tokenizer::open(folder.path()); });
        EXPECT_THAT(pointer.message(), HasSubstr("Git LFS pointer"));
        EXPECT_THAT(pointer.hint(), HasSubstr("git lfs pull"));
    }
}

TEST(TokenizerBeside, RefusesVocabulariesOfOtherClassesAndBrokenMerges) {
    const TemporaryFolder folder;
    fs::copy_file(goldenTokenizer("vocab-merges-only/vocab.json"), folder.path() / "vocab.json");
    EXPECT_EQ(errorOf([&] { return Tokenizer::open(folder.path()); }).code(), ErrorCode::NotFound);
    folder.write("merges.txt", "#version: 0.2\nt h\nt h e\n");
    folder.write("tokenizer_config.json", R"({"tokenizer_class": "RobertaTokenizer"})");
    const Error other = errorOf([&] { return Tokenizer::open(folder.path()); });
    EXPECT_EQ(other.code(), ErrorCode::Unsupported);
    EXPECT_THAT(other.message(), HasSubstr("RobertaTokenizer"));
    folder.write("tokenizer_config.json", R"({"tokenizer_class": "GPT2Tokenizer"})");
    EXPECT_THAT(errorOf([&] { return Tokenizer::open(folder.path()); }).message(),
                HasSubstr("merges.txt, line 3"));
}

TEST(RegexProperties, MatchWhatOnigurumaMatches) {
    const json expected = readJson(goldenTokenizer("properties.json"));
    const auto text = expected.at("text").get<std::string>();
    ASSERT_GE(expected.at("patterns").size(), 80u);
    for (const json& entry : expected.at("patterns")) {
        const auto pattern = entry.at("pattern").get<std::string>();
        const tokenizer::Regex regex(pattern);
        std::string found;
        bool any = false;
        regex.forEach(text, [&](const tokenizer::Match& match) {
            if (any) found += '\0';
            any = true;
            found += text.substr(match.begin, match.end - match.begin);
        });
        EXPECT_EQ(found, entry.at("matches").get<std::string>()) << pattern;
    }
}

TEST(RegexProperties, RefusesNamesThatOnigurumaLacks) {
    for (const char* pattern : {"\\p{Script=Han}", "\\p{Xan}", "[\\p{L&}]", "\\p{Tolong_Siki}", "\\p{L"})
        EXPECT_EQ(errorOf([&] { return tokenizer::Regex(pattern); }).code(), ErrorCode::Unsupported)
            << pattern;
}

TEST(RegexProperties, StayFastOnCharactersOfEveryScript) {
    const tokenizer::Regex regex(
        "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s+(?!\\S)|\\s+");
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += i % 20 == 19 ? "\xE3\x80\x82" : "\xE6\xBC\xA2";
    std::size_t matches = 0;
    regex.forEach(text, [&](const tokenizer::Match&) { ++matches; });
    EXPECT_EQ(matches, 5'001u);
}

}  // namespace
}  // namespace secateur
