// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <mutex>

#include "core/storage/tokenizer.h"
#include "core/storage/tokenizer/added_tokens.h"
#include "core/storage/tokenizer/bpe_model.h"
#include "core/storage/tokenizer/decoder.h"
#include "core/storage/tokenizer/folder_hints.h"
#include "core/storage/tokenizer/normalizer.h"
#include "core/storage/tokenizer/post_processor.h"
#include "core/storage/tokenizer/pre_tokenizer.h"

namespace secateur::tokenizer {

// A tokenizer.json put together from its components.
class JsonTokenizer : public Tokenizer {
public:
    explicit JsonTokenizer(const JsonValue& root, const FolderHints& hints = {});

    [[nodiscard]] std::vector<std::int32_t> encode(std::string_view text, bool special) const override;
    [[nodiscard]] std::string decode(std::span<const std::int32_t> ids, bool skipSpecial) const override;
    [[nodiscard]] std::string bytesOf(std::int32_t id) const override;
    [[nodiscard]] std::int32_t vocabSize() const override;
    [[nodiscard]] std::optional<std::int32_t> bosId() const override { return bosId_; }
    [[nodiscard]] std::optional<std::int32_t> eosId() const override { return eosId_; }
    [[nodiscard]] const AddedTokens& added() const noexcept { return added_; }

private:
    void encodeText(std::string_view text, bool first, BpeWorkspace& work,
                    std::vector<std::int32_t>& ids) const;
    void declareAdded(const FolderHints& hints);
    [[nodiscard]] std::optional<std::int32_t> idOf(const std::optional<std::string>& token) const;

    Normalizers normalizers_;
    PreTokenizers preTokenizers_;
    std::unique_ptr<BpeModel> model_;
    AddedTokens added_;
    PostProcessor postProcessor_;
    std::optional<Decoders> decoders_;
    std::optional<std::int32_t> bosId_;
    std::optional<std::int32_t> eosId_;
    mutable std::mutex cacheMutex_;  // whoever finds it taken does without the cache
    mutable WordCache cache_;
};

}  // namespace secateur::tokenizer
