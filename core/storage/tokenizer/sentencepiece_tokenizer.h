// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/storage/tokenizer.h"
#include "core/storage/tokenizer/identity.h"

namespace sentencepiece {
class SentencePieceProcessor;
}

namespace secateur::tokenizer {

// A sentencepiece tokenizer.model. `special` puts the model's BOS in front, if it has one.
class SentencePieceTokenizer : public Tokenizer {
public:
    // `name` stands for the file in messages. Throws Corrupt.
    SentencePieceTokenizer(const std::string& name, std::string_view bytes);
    ~SentencePieceTokenizer() override;

    [[nodiscard]] std::vector<std::int32_t> encode(std::string_view text, bool special) const override;
    [[nodiscard]] std::string decode(std::span<const std::int32_t> ids, bool skipSpecial) const override;
    [[nodiscard]] std::int32_t vocabSize() const override;
    [[nodiscard]] std::optional<std::int32_t> bosId() const override;
    [[nodiscard]] Identity identity() const;

private:
    std::string name_;
    std::string normalizer_;  // as the model stores it
    std::unique_ptr<sentencepiece::SentencePieceProcessor> processor_;
};

}  // namespace secateur::tokenizer
