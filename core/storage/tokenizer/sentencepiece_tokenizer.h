// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/storage/tokenizer.h"
#include "core/storage/tokenizer/added_tokens.h"
#include "core/storage/tokenizer/folder_hints.h"
#include "core/storage/tokenizer/identity.h"

namespace sentencepiece {
class SentencePieceProcessor;
}

namespace secateur::tokenizer {

// A sentencepiece tokenizer.model with the tokens that files beside it add. Added tokens, and the model's own
// BOS, EOS and unknown token, are found in the text first; what lies between them goes through the model.
// `special` puts BOS in front, if there is one.
class SentencePieceTokenizer : public Tokenizer {
public:
    // `name` stands for the file in messages. Throws Corrupt.
    SentencePieceTokenizer(const std::string& name, std::string_view bytes, const FolderHints& hints = {});
    ~SentencePieceTokenizer() override;

    [[nodiscard]] std::vector<std::int32_t> encode(std::string_view text, bool special) const override;
    [[nodiscard]] std::string decode(std::span<const std::int32_t> ids, bool skipSpecial) const override;
    [[nodiscard]] std::string bytesOf(std::int32_t id) const override;
    [[nodiscard]] std::int32_t vocabSize() const override;
    [[nodiscard]] std::optional<std::int32_t> bosId() const override { return bosId_; }
    [[nodiscard]] std::optional<std::int32_t> eosId() const override { return eosId_; }
    [[nodiscard]] Identity identity() const;

private:
    // Where a space is put in front of a stretch of text.
    enum class Prefix { AsModel, Always, First, Never };

    void load(std::string_view bytes);
    void choosePrefix(const FolderHints& hints, std::string_view bytes);
    void declareAdded(const FolderHints& hints);
    [[nodiscard]] std::optional<std::int32_t> idOf(std::string_view piece) const;
    void encodeText(std::string_view text, bool first, std::vector<std::int32_t>& ids) const;

    std::string name_;
    std::string normalizer_;  // as the model stores it
    std::unique_ptr<sentencepiece::SentencePieceProcessor> processor_;
    std::unique_ptr<sentencepiece::SentencePieceProcessor> plain_;  // adds no prefix; null for AsModel
    Prefix prefix_ = Prefix::AsModel;
    AddedTokens added_;
    std::optional<std::int32_t> bosId_;
    std::optional<std::int32_t> eosId_;
};

}  // namespace secateur::tokenizer
