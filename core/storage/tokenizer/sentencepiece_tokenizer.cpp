// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer/sentencepiece_tokenizer.h"

#include <sentencepiece_processor.h>

#include "core/base/error.h"
#include "core/storage/tokenizer/sentencepiece_check.h"
#include "core/storage/utf8.h"

namespace secateur::tokenizer {

SentencePieceTokenizer::SentencePieceTokenizer(const std::string& name, std::string_view bytes)
    : name_(name), processor_(std::make_unique<sentencepiece::SentencePieceProcessor>()) {
    const auto damaged = [&](const std::string& why) {
        throw Error(ErrorCode::Corrupt, name_ + " is not a sentencepiece model: " + why,
                    "the file is damaged or cut short; copy it again");
    };
    const std::string complaint = checkSentencePieceModel(bytes);
    if (!complaint.empty()) damaged(complaint);
    normalizer_ = normalizerOfSentencePieceModel(bytes);
    const auto status = processor_->LoadFromSerializedProto({bytes.data(), bytes.size()});
    if (!status.ok()) damaged(status.ToString());
}

SentencePieceTokenizer::~SentencePieceTokenizer() = default;

std::vector<std::int32_t> SentencePieceTokenizer::encode(std::string_view text, bool special) const {
    if (const auto broken = firstInvalidUtf8(text)) {
        throw Error(ErrorCode::InvalidArgument, "the text is not UTF-8 at byte " + std::to_string(*broken),
                    "convert it to UTF-8");
    }
    std::vector<int> pieces;
    const auto status = processor_->Encode({text.data(), text.size()}, &pieces);
    if (!status.ok())
        throw Error(ErrorCode::Corrupt, name_ + " cannot encode the text: " + status.ToString());
    std::vector<std::int32_t> ids;
    ids.reserve(pieces.size() + 1);
    if (special && bosId()) ids.push_back(*bosId());
    ids.insert(ids.end(), pieces.begin(), pieces.end());
    return ids;
}

std::string SentencePieceTokenizer::decode(std::span<const std::int32_t> ids, bool skipSpecial) const {
    std::string text;
    std::vector<int> run;
    const auto endRun = [&] {
        std::string part;
        const auto status = processor_->Decode(run, &part);
        if (!status.ok()) throw Error(ErrorCode::Corrupt, name_ + " cannot decode ids: " + status.ToString());
        text += part;
        run.clear();
    };
    for (const std::int32_t id : ids) {
        if (id < 0 || id >= vocabSize()) continue;
        if (!processor_->IsControl(id)) {
            run.push_back(id);
        } else if (!skipSpecial) {
            endRun();
            text += processor_->IdToPiece(id);
        }
    }
    endRun();
    return text;
}

std::int32_t SentencePieceTokenizer::vocabSize() const {
    return processor_->GetPieceSize();
}

std::optional<std::int32_t> SentencePieceTokenizer::bosId() const {
    const int id = processor_->bos_id();
    if (id < 0) return std::nullopt;
    return id;
}

Identity SentencePieceTokenizer::identity() const {
    return identityOf(*processor_, normalizer_);
}

}  // namespace secateur::tokenizer
