// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/token_source.h"

#include <cstring>

#include <gmock/gmock.h>

#include "core/storage/tokenizer.h"
#include "tests/storage/temporary_folder.h"

namespace secateur {
namespace {

using Ids = std::vector<std::int32_t>;
using testing::AllOf;
using testing::HasSubstr;

template <typename T>
std::string tensorFile(const std::string& dtype, const std::string& shape, const std::vector<T>& values) {
    const std::size_t bytes = values.size() * sizeof(T);
    std::string header = R"({"ids":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":[0,)" +
                         std::to_string(bytes) + "]}}";
    header.resize((header.size() + 7) / 8 * 8, ' ');
    const std::uint64_t length = header.size();
    std::string file(sizeof(length), '\0');
    std::memcpy(file.data(), &length, sizeof(length));
    file += header;
    file.append(reinterpret_cast<const char*>(values.data()), bytes);
    return file;
}

TextSource tokens(const std::filesystem::path& file, const std::string& name = "ids") {
    return {"", file.string(), name, "text"};
}

TEST(ReadTokens, TakesIdsOfOneOrTwoDimensionsAsTheyLie) {
    const TemporaryFolder folder;
    const auto narrow = folder.write("a.safetensors", tensorFile<std::int32_t>("I32", "[2,2]", {4, 3, 2, 1}));
    const TokenStream stream = readTokens(tokens(narrow), folder.path(), false);
    EXPECT_EQ(stream.ids, (Ids{4, 3, 2, 1}));
    EXPECT_EQ(stream.source, "a.safetensors");
    EXPECT_EQ(stream.sha256.size(), 64u);
    EXPECT_EQ(stream.textBytes, std::nullopt);
    const auto wide = folder.write("b.safetensors", tensorFile<std::int64_t>("I64", "[3]", {7, 8, 9}));
    EXPECT_EQ(readTokens(tokens(wide), folder.path(), false).ids, (Ids{7, 8, 9}));
}

TEST(ReadTokens, RefusesTensorsThatAreNoIds) {
    const TemporaryFolder folder;
    const auto failure = [&](const std::string& bytes) {
        return errorOf(
            [&] { return readTokens(tokens(folder.write("a.safetensors", bytes)), folder.path(), false); });
    };
    EXPECT_THAT(failure(tensorFile<std::int32_t>("I32", "[2]", {5, -1})).message(),
                AllOf(HasSubstr("-1"), HasSubstr("position 1")));
    EXPECT_THAT(failure(tensorFile<std::int64_t>("I64", "[1]", {std::int64_t{1} << 31})).message(),
                HasSubstr("2147483648"));
    EXPECT_EQ(failure(tensorFile<float>("F32", "[1]", {1.0f})).code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(failure(tensorFile<std::int32_t>("I32", "[1,1,1]", {1})).code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(failure(tensorFile<std::int32_t>("I32", "[]", {1})).code(), ErrorCode::InvalidArgument);
    const auto good = folder.write("b.safetensors", tensorFile<std::int32_t>("I32", "[1]", {1}));
    EXPECT_EQ(errorOf([&] { return readTokens(tokens(good, "other"), folder.path(), false); }).code(),
              ErrorCode::NotFound);
    EXPECT_EQ(
        errorOf([&] { return readTokens(tokens(folder.path() / "none"), folder.path(), false); }).code(),
        ErrorCode::NotFound);
}

TEST(ReadTokens, PutsBosFirstOnlyWhenAsked) {
    const TemporaryFolder folder;
    const auto ids = folder.write("a.safetensors", tensorFile<std::int32_t>("I32", "[1]", {9}));
    EXPECT_THAT(errorOf([&] { return readTokens(tokens(ids), folder.path(), true); }).message(),
                HasSubstr("BOS"));
    folder.write("config.json", R"({"bos_token_id": 2})");
    EXPECT_EQ(readTokens(tokens(ids), folder.path(), true).ids, (Ids{2, 9}));

    const auto model = std::filesystem::path(SECATEUR_GOLDEN_DIR) / "tokenizers/llama3-style";
    TextSource text;
    text.textFile = folder.write("a.txt", "Hello");
    const TokenStream plain = readTokens(text, model, false);
    EXPECT_EQ(plain.ids, Tokenizer::open(model)->encode("Hello", false));
    EXPECT_EQ(plain.textBytes, 5);
    EXPECT_EQ(plain.source, "a.txt");
    EXPECT_EQ(readTokens(text, model, true).ids, Tokenizer::open(model)->encode("Hello", true));
}

TEST(ReadTokens, PacksDocumentsWithEosBetweenThem) {
    const TemporaryFolder folder;
    const auto golden = std::filesystem::path(SECATEUR_GOLDEN_DIR) / "tokenizers/llama3-style";
    const auto& model = folder.path();
    std::filesystem::copy_file(golden / "tokenizer.json", model / "tokenizer.json");
    folder.write("config.json", R"({"eos_token_id": 7})");
    const auto tokenizer = Tokenizer::open(model);
    TextSource text;
    text.textFile = folder.write("a.jsonl", "{\"text\": \"One\"}\n\n{\"text\": \"Two three\"}\n");
    Ids expected;
    for (const char* document : {"One", "Two three"}) {
        const auto part = tokenizer->encode(document, false);
        expected.insert(expected.end(), part.begin(), part.end());
        expected.push_back(7);
    }
    EXPECT_EQ(readTokens(text, model, false, true).ids, expected);
    // With BOS every document begins with it.
    Ids begun = readTokens(text, model, true, true).ids;
    EXPECT_EQ(begun.size(), expected.size() + 2);
    EXPECT_EQ(begun.front(), tokenizer->bosId());
    // Without packing they are joined by a blank line.
    EXPECT_EQ(readTokens(text, model, false).ids, tokenizer->encode("One\n\nTwo three", false));
}

TEST(ReadTokens, EndsDocumentsWithTheTokenizersEos) {
    const TemporaryFolder folder;
    const auto golden = std::filesystem::path(SECATEUR_GOLDEN_DIR) / "tokenizers/llama3-style";
    std::filesystem::copy_file(golden / "tokenizer.json", folder.path() / "tokenizer.json");
    TextSource text;
    text.textFile = folder.write("a.txt", "One");
    const auto end = [&] { return readTokens(text, folder.path(), false, true).ids.back(); };
    const auto eot = Tokenizer::open(folder.path())->encode("<|end_of_text|>", false);
    ASSERT_EQ(eot.size(), 1u);
    // Nothing names one: no family's default is taken in its place.
    for (const char* config : {"{}", R"({"eos_token_id": null})", R"({"eos_token_id": []})"}) {
        folder.write("config.json", config);
        EXPECT_THAT(errorOf(end).message(), HasSubstr("eos_token_id")) << config;
    }
    folder.write("config.json", R"({"eos_token_id": [5, 6]})");
    EXPECT_EQ(end(), 5);
    // The tokenizer's word counts more, in whichever file it stands.
    folder.write("special_tokens_map.json", R"({"eos_token": "<|end_of_text|>"})");
    EXPECT_EQ(end(), eot.front());
    std::filesystem::remove(folder.path() / "special_tokens_map.json");
    for (const char* config : {"{}", R"({"eos_token_id": null})", R"({"eos_token_id": [5, 6]})"}) {
        folder.write("config.json", config);
        folder.write("tokenizer_config.json", R"({"eos_token": {"content": "<|end_of_text|>"}})");
        EXPECT_EQ(end(), eot.front()) << config;
    }
}

TEST(ReadTokens, WantsExactlyOneSource) {
    EXPECT_EQ(errorOf([&] { return readTokens({}, ".", false); }).code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(errorOf([&] {
                  return readTokens({"a", "b", "c", "text"}, ".", false);
              }).code(),
              ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace secateur
