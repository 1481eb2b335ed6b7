// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer.h"

#include "core/base/error.h"
#include "core/storage/file_io.h"
#include "core/storage/tokenizer/identity.h"
#include "core/storage/tokenizer/json_tokenizer.h"
#include "core/storage/tokenizer/json_value.h"
#include "core/storage/tokenizer/sentencepiece_tokenizer.h"

namespace secateur {

namespace {

constexpr std::uint64_t kMaxModelBytes = 256u << 20;

bool isThere(const std::filesystem::path& file) {
    std::error_code ignored;
    return std::filesystem::exists(file, ignored);
}

// "bos_token" is a string, or an object that describes an added token.
std::optional<std::string> bosTokenOf(const std::filesystem::path& file) {
    if (!isThere(file)) return std::nullopt;
    const tokenizer::JsonFile json(file);
    const auto token = json.root().find("bos_token");
    if (!token) return std::nullopt;
    if (token->isObject()) return token->get("content").string();
    return token->string();
}

[[noreturn]] void noTokenizer(const std::filesystem::path& folder) {
    throw Error(
        ErrorCode::NotFound, folder.string() + " has neither tokenizer.json nor tokenizer.model",
        "copy the tokenizer of the original model into the folder, or give ids directly with --tokens");
}

std::optional<tokenizer::Identity> identityIn(const std::filesystem::path& folder) {
    if (const auto file = folder / "tokenizer.json"; isThere(file))
        return tokenizer::identityOf(tokenizer::JsonFile(file).root());
    if (const auto file = folder / "tokenizer.model"; isThere(file))
        return tokenizer::SentencePieceTokenizer(file.string(), readSmallFile(file, kMaxModelBytes))
            .identity();
    return std::nullopt;
}

}  // namespace

std::optional<std::int32_t> configuredBosId(const std::filesystem::path& folder) {
    const std::filesystem::path file = folder / "config.json";
    if (!isThere(file)) return std::nullopt;
    const tokenizer::JsonFile json(file);
    const auto id = json.root().find("bos_token_id");
    if (!id || !id->isTokenId()) return std::nullopt;
    return id->tokenId();
}

std::unique_ptr<Tokenizer> Tokenizer::open(const std::filesystem::path& folder) {
    if (const auto file = folder / "tokenizer.json"; isThere(file)) {
        const tokenizer::JsonFile json(file);
        const tokenizer::BosHint bos{bosTokenOf(folder / "tokenizer_config.json"), configuredBosId(folder)};
        return std::make_unique<tokenizer::JsonTokenizer>(json.root(), bos);
    }
    if (const auto file = folder / "tokenizer.model"; isThere(file)) {
        return std::make_unique<tokenizer::SentencePieceTokenizer>(file.string(),
                                                                   readSmallFile(file, kMaxModelBytes));
    }
    noTokenizer(folder);
}

std::string tokenizerFingerprint(const std::filesystem::path& folder) {
    const auto identity = identityIn(folder);
    return identity ? identity->fingerprint() : "";
}

std::string tokenizerDifference(const std::filesystem::path& one, const std::filesystem::path& other) {
    const auto here = identityIn(one);
    const auto there = identityIn(other);
    if (!here) noTokenizer(one);
    if (!there) noTokenizer(other);
    return tokenizer::differenceOf(*here, *there);
}

}  // namespace secateur
