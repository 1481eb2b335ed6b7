// SPDX-License-Identifier: GPL-3.0-or-later
//
// Damaged and unsupported tokenizers: what the Error is, and that it names file and place.
#include <fstream>
#include <functional>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "core/storage/tokenizer.h"
#include "core/storage/tokenizer/json_tokenizer.h"
#include "core/storage/tokenizer/json_value.h"
#include "tests/storage/temporary_folder.h"

namespace secateur {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

json smallTokenizer() {
    return json::parse(R"({
        "added_tokens": [{"id": 5, "content": "<s>", "special": true}],
        "normalizer": null,
        "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\\s+"}, "behavior": "Isolated", "invert": false},
        "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "A"}}],
                           "special_tokens": {"<s>": {"ids": [5]}}},
        "decoder": {"type": "Fuse"},
        "model": {"type": "BPE", "unk_token": null, "vocab": {"a": 0, "b": 1, " ": 2, "ab": 3}, "merges": ["a b"]}})");
}

std::unique_ptr<Tokenizer> read(const std::string& text) {
    const tokenizer::JsonFile file("folder/tokenizer.json", text);
    return std::make_unique<tokenizer::JsonTokenizer>(file.root());
}

struct Case {
    const char* pointer;  // JSON pointer of what is replaced
    json value;
    ErrorCode code;
    const char* says;
};

TEST(TokenizerBadInput, ReadsTheSmallTokenizerThatTheCasesDamage) {
    EXPECT_EQ(read(smallTokenizer().dump())->encode("ab b", true), (std::vector<std::int32_t>{5, 3, 2, 1}));
}

TEST(TokenizerBadInput, NamesFileAndJsonPath) {
    const auto corrupt = ErrorCode::Corrupt;
    const auto unsupported = ErrorCode::Unsupported;
    const std::vector<Case> cases{
        {"/model", nullptr, corrupt, "lacks \"model\""},
        {"/model", 7, corrupt, "model is not an object"},
        {"/model/type", "WordPiece", unsupported, "WordPiece"},
        {"/model/dropout", 0.1, unsupported, "model.dropout"},
        {"/model/vocab", json::array({1}), corrupt, "model.vocab is not an object"},
        {"/model/vocab/a", -1, corrupt, "model.vocab [\"a\"] is -1"},
        {"/model/vocab/a", 4294967296, corrupt, "4294967296"},
        {"/model/vocab/a", 1.5, corrupt, "1.5"},
        {"/model/vocab/a", "0", corrupt, "[\"a\"]"},
        {"/model/vocab/a", 1, corrupt, "gives id 1 to both"},
        {"/model/merges", "a b", corrupt, "model.merges is not a list"},
        {"/model/merges/0", "a  b", corrupt, "[0] is not two tokens"},
        {"/model/merges/0", json::array({"a", "z"}), corrupt, "\"z\", which is not in the vocabulary"},
        {"/model/merges/0", "b a", corrupt, "\"ba\", which is not in the vocabulary"},
        {"/model/merges/0", 3, corrupt, "[0] is not a pair of tokens"},
        {"/model/byte_fallback", "yes", corrupt, "model.byte_fallback is not true or false"},
        {"/normalizer", {{"type", "Precompiled"}}, unsupported, "normalizer has type \"Precompiled\""},
        {"/normalizer", {{"typ", "NFC"}}, corrupt, "normalizer lacks \"type\""},
        {"/pre_tokenizer/pattern/Regex", "(a", corrupt,
         "pre_tokenizer.pattern.Regex is not a regular expression"},
        {"/pre_tokenizer/pattern/Regex", "[a&&b]", unsupported, "intersection"},
        {"/pre_tokenizer/behavior", "Sideways", unsupported, "pre_tokenizer.behavior"},
        {"/pre_tokenizer/invert", 1, corrupt, "pre_tokenizer.invert"},
        {"/post_processor/single/1/Sequence/id", "B", unsupported, "post_processor.single[1]"},
        {"/post_processor/special_tokens", json::object(), corrupt,
         "post_processor.special_tokens lacks \"<s>\""},
        {"/post_processor/special_tokens/<s>/ids/0", -3, corrupt, "special_tokens.<s>.ids[0] is -3"},
        {"/decoder/type", "CTC", unsupported, "decoder has type \"CTC\""},
        {"/added_tokens/0/id", 1, corrupt, "added_tokens[0]"},
        {"/added_tokens/0/id", 2147483648, corrupt, "added_tokens[0].id is 2147483648"},
        {"/added_tokens/0/content", nullptr, corrupt, "added_tokens[0] lacks \"content\""},
    };
    for (const Case& damage : cases) {
        json document = smallTokenizer();
        document[json::json_pointer(damage.pointer)] = damage.value;
        SCOPED_TRACE(std::string(damage.pointer) + " = " + damage.value.dump());
        const Error error = errorOf([&] { return read(document.dump()); });
        EXPECT_EQ(error.code(), damage.code);
        EXPECT_THAT(error.message(), AllOf(HasSubstr("folder/tokenizer.json"), HasSubstr(damage.says)));
    }
}

TEST(TokenizerBadInput, RefusesTruncatedNestedAndRepeatedJson) {
    const std::string whole = smallTokenizer().dump();
    for (std::size_t length : {std::size_t{0}, std::size_t{1}, whole.size() / 2, whole.size() - 1}) {
        EXPECT_EQ(errorOf([&] { return read(whole.substr(0, length)); }).code(), ErrorCode::Corrupt)
            << length;
    }
    const std::string deep = std::string(1'000'000, '[');
    EXPECT_THAT(errorOf([&] { return read(deep); }).message(), HasSubstr("folder/tokenizer.json"));
    std::string nested = R"({"type": "NFC"})";
    for (int i = 0; i < 100; ++i) nested = R"({"type": "Sequence", "normalizers": [)" + nested + "]}";
    EXPECT_EQ(errorOf([&] { return read(R"({"normalizer": )" + nested + "}"); }).code(), ErrorCode::Corrupt);
    EXPECT_EQ(errorOf([&] { return read(R"({"model": {}, "model": {}})"); }).code(), ErrorCode::Corrupt);
}

TEST(TokenizerBadInput, NamesAnUnknownTokenThatIsMissingWhenItIsNeeded) {
    json document = smallTokenizer();
    document["model"]["unk_token"] = "<unk>";
    const auto tokenizer = read(document.dump());
    EXPECT_EQ(tokenizer->encode("ab", false), std::vector<std::int32_t>{3});
    EXPECT_THAT(errorOf([&] { return tokenizer->encode("z", false); }).message(),
                AllOf(HasSubstr("model.unk_token"), HasSubstr("<unk>")));
}

TEST(TokenizerBadInput, GivesUpOnExpressionsThatNeverEnd) {
    json document = smallTokenizer();
    document["pre_tokenizer"]["pattern"]["Regex"] = "(a+)+$";
    const auto tokenizer = read(document.dump());
    const std::string text = std::string(64, 'a') + "b";
    const Error error = errorOf([&] { return tokenizer->encode(text, false); });
    EXPECT_EQ(error.code(), ErrorCode::Unsupported);
    EXPECT_THAT(error.message(),
                AllOf(HasSubstr("folder/tokenizer.json"), HasSubstr("pre_tokenizer.pattern.Regex")));
}

TEST(TokenizerBadInput, RefusesTextThatIsNotUtf8) {
    for (const char* kind : {"gpt2-style", "sentencepiece-bpe"}) {
        const auto tokenizer =
            Tokenizer::open(std::filesystem::path(SECATEUR_GOLDEN_DIR) / "tokenizers" / kind);
        for (const char* text :
             {"abc\xFFz", "abc\xC0\xAF", "abc\xED\xA0\x80", "abc\xE6\x97", "abc\xF4\x90\x80\x80"}) {
            const Error error = errorOf([&] { return tokenizer->encode(text, false); });
            EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
            EXPECT_THAT(error.message(), HasSubstr("byte 3")) << kind;
        }
    }
}

TEST(TokenizerBadInput, RefusesFoldersWithoutTokenizerAndGarbageModels) {
    const TemporaryFolder folder;
    EXPECT_EQ(errorOf([&] { return Tokenizer::open(folder.path()); }).code(), ErrorCode::NotFound);
    for (const std::string& bytes :
         {std::string(), std::string("not a model"), std::string(5000, '\xA7'), std::string(300, '\0')}) {
        const auto file = folder.write("tokenizer.model", bytes);
        const Error error = errorOf([&] { return Tokenizer::open(folder.path()); });
        EXPECT_EQ(error.code(), ErrorCode::Corrupt);
        EXPECT_THAT(error.message(), HasSubstr(file.string()));
    }
    folder.write("tokenizer.json", "{");
    EXPECT_THAT(errorOf([&] { return Tokenizer::open(folder.path()); }).message(),
                HasSubstr("tokenizer.json"));
}

TEST(TokenizerOpen, TakesBosFromTheFilesBeside) {
    const TemporaryFolder folder;
    json document = smallTokenizer();
    document.erase("post_processor");
    folder.write("tokenizer.json", document.dump());
    EXPECT_EQ(Tokenizer::open(folder.path())->bosId(), std::nullopt);
    folder.write("config.json", R"({"bos_token_id": 2})");
    EXPECT_EQ(Tokenizer::open(folder.path())->bosId(), 2);
    folder.write("tokenizer_config.json", R"({"bos_token": {"content": "<s>"}})");
    EXPECT_EQ(Tokenizer::open(folder.path())->bosId(), 5);
    folder.write("tokenizer_config.json", R"({"bos_token": "ab"})");
    EXPECT_EQ(Tokenizer::open(folder.path())->bosId(), 3);
}

}  // namespace
}  // namespace secateur
