// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/storage/file_io.h"
#include "core/storage/tokenizer/folder_hints.h"
#include "core/storage/tokenizer/identity.h"
#include "core/storage/tokenizer/json_tokenizer.h"
#include "core/storage/tokenizer/json_value.h"
#include "core/storage/tokenizer/sentencepiece_tokenizer.h"
#include "core/storage/tokenizer/vocab_merges.h"

namespace secateur {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxModelBytes = 256u << 20;

[[noreturn]] void noTokenizer(const fs::path& folder) {
    throw Error(
        ErrorCode::NotFound,
        folder.string() +
            " has no tokenizer: neither tokenizer.json nor tokenizer.model, nor vocab.json with "
            "merges.txt",
        "copy the tokenizer of the original model into the folder, or give ids directly with --tokens");
}

// A folder's tokenizer of whichever form, and what its ids mean where `identity` asks for it. Null without
// tokenizer.
std::unique_ptr<Tokenizer> openTokenizer(const fs::path& folder, tokenizer::Identity* identity) {
    using namespace tokenizer;
    const auto fromJson = [&](const JsonValue& root, const FolderHints& hints) {
        auto opened = std::make_unique<JsonTokenizer>(root, hints);
        if (identity != nullptr) *identity = identityOf(root, opened->added());
        return opened;
    };
    if (const auto file = folder / "tokenizer.json"; isThere(file))
        return fromJson(JsonFile(file).root(), readFolderHints(folder));
    if (const auto file = folder / "tokenizer.model"; isThere(file)) {
        auto opened = std::make_unique<SentencePieceTokenizer>(
            file.string(), readSmallFile(file, kMaxModelBytes), readFolderHints(folder));
        if (identity != nullptr) *identity = opened->identity();
        return opened;
    }
    if (isThere(folder / "vocab.json") && isThere(folder / "merges.txt")) {
        FolderHints hints = readFolderHints(folder);
        const nlohmann::json root = readVocabMerges(folder, hints);
        const std::string name = (folder / "vocab.json").string();
        return fromJson(JsonValue(root, name, ""), hints);
    }
    return nullptr;
}

}  // namespace

std::optional<std::int32_t> configuredBosId(const fs::path& folder) {
    return tokenizer::configuredId(folder, "bos_token_id");
}

std::optional<std::int32_t> configuredEosId(const fs::path& folder) {
    return tokenizer::configuredId(folder, "eos_token_id");
}

std::optional<std::int32_t> bosIdOf(const Tokenizer& tokenizer, const fs::path& folder) {
    return tokenizer.bosId() ? tokenizer.bosId() : configuredBosId(folder);
}

std::optional<std::int32_t> eosIdOf(const Tokenizer& tokenizer, const fs::path& folder) {
    return tokenizer.eosId() ? tokenizer.eosId() : configuredEosId(folder);
}

std::unique_ptr<Tokenizer> Tokenizer::open(const fs::path& folder) {
    auto opened = openTokenizer(folder, nullptr);
    if (!opened) noTokenizer(folder);
    return opened;
}

std::string tokenizerFingerprint(const fs::path& folder) {
    tokenizer::Identity identity;
    return openTokenizer(folder, &identity) ? identity.fingerprint() : "";
}

std::string tokenizerDifference(const fs::path& one, const fs::path& other) {
    tokenizer::Identity here;
    tokenizer::Identity there;
    if (!openTokenizer(one, &here)) noTokenizer(one);
    if (!openTokenizer(other, &there)) noTokenizer(other);
    return tokenizer::differenceOf(here, there);
}

}  // namespace secateur
