// SPDX-License-Identifier: GPL-3.0-or-later
//
// Text <-> ids, equal to HF's for tokenizer.json (byte-level BPE, BPE with byte fallback and metaspace) and
// sentencepiece's for tokenizer.model. Thread rule: const methods may be called from several threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace secateur {

class Tokenizer {
public:
    // Reads tokenizer.json, else tokenizer.model, else vocab.json with merges.txt, of a checkpoint folder,
    // and the tokens that files beside them add. Throws NotFound when there is none, Corrupt or Unsupported
    // naming file and JSON path otherwise.
    [[nodiscard]] static std::unique_ptr<Tokenizer> open(const std::filesystem::path& folder);
    virtual ~Tokenizer() = default;

    // `special`: apply the post-processor (BOS and the like). Special tokens written in the text are
    // recognised either way. Throws InvalidArgument for text that is not UTF-8, naming the byte.
    [[nodiscard]] virtual std::vector<std::int32_t> encode(std::string_view text, bool special) const = 0;
    // Ids without token are passed over.
    [[nodiscard]] virtual std::string decode(std::span<const std::int32_t> ids,
                                             bool skipSpecial = true) const = 0;
    // What a token stands for where it follows others, special ones as they are written; empty for ids
    // without token. Need not be UTF-8: a token may be a part of a character.
    [[nodiscard]] virtual std::string bytesOf(std::int32_t id) const = 0;
    [[nodiscard]] virtual std::int32_t vocabSize() const = 0;  // largest id + 1
    [[nodiscard]] virtual std::optional<std::int32_t> bosId() const = 0;
    // The token that ends a document, as the files of the tokenizer name it.
    [[nodiscard]] virtual std::optional<std::int32_t> eosId() const = 0;
};

// "bos_token_id" and "eos_token_id" (the first of several) that the folder's config.json states, for folders
// and ids without a tokenizer that names them. Throws Corrupt for a damaged file.
[[nodiscard]] std::optional<std::int32_t> configuredBosId(const std::filesystem::path& folder);
[[nodiscard]] std::optional<std::int32_t> configuredEosId(const std::filesystem::path& folder);
// The tokenizer knows best; config.json may name other ends, such as those of a chat's turns, or none.
[[nodiscard]] std::optional<std::int32_t> bosIdOf(const Tokenizer& tokenizer,
                                                  const std::filesystem::path& folder);
[[nodiscard]] std::optional<std::int32_t> eosIdOf(const Tokenizer& tokenizer,
                                                  const std::filesystem::path& folder);

// What makes the ids of a folder's tokenizer mean what they mean (vocabulary, merges, added tokens,
// normalizer, pre-tokenizer) as a sha256 in hex over their content, however the files write it; empty when
// the folder has no tokenizer. Throws Corrupt for damaged files.
[[nodiscard]] std::string tokenizerFingerprint(const std::filesystem::path& folder);

// Where the ids of two folders' tokenizers mean different things, such as "id 5 is \"a\" in the one and \"b\"
// in the other"; empty when they mean the same. A tokenizer.json and a tokenizer.model are compared by their
// pieces alone. The sizes of the models' embeddings play no part. Throws NotFound when one has no tokenizer,
// Corrupt for damaged files.
[[nodiscard]] std::string tokenizerDifference(const std::filesystem::path& one,
                                              const std::filesystem::path& other);

}  // namespace secateur
