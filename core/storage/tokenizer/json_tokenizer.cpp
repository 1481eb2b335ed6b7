// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer/json_tokenizer.h"

#include <algorithm>
#include <array>

#include "core/base/utf8.h"
#include "core/storage/tokenizer/byte_alphabet.h"
#include "core/storage/tokenizer/json_value.h"

namespace secateur::tokenizer {

namespace {

class ModelSink : public PieceSink {
public:
    ModelSink(const BpeModel& model, BpeWorkspace& work, std::vector<std::int32_t>& ids)
        : model_(model), work_(work), ids_(ids) {}
    void take(std::string_view piece, bool) override { model_.encode(piece, work_, ids_); }

private:
    const BpeModel& model_;
    BpeWorkspace& work_;
    std::vector<std::int32_t>& ids_;
};

void checkUtf8(std::string_view text) {
    if (const auto broken = firstInvalidUtf8(text)) {
        throw Error(ErrorCode::InvalidArgument, "the text is not UTF-8 at byte " + std::to_string(*broken),
                    "convert it to UTF-8");
    }
}

}  // namespace

JsonTokenizer::JsonTokenizer(const JsonValue& root, const FolderHints& hints) {
    if (const auto component = root.find("normalizer")) normalizers_ = readNormalizers(*component);
    if (const auto component = root.find("pre_tokenizer")) preTokenizers_ = readPreTokenizers(*component);
    model_ = std::make_unique<BpeModel>(root.get("model"), preTokenizers_.bytesAtEnd);
    if (const auto list = root.find("added_tokens")) added_.read(*list, model_->vocabulary());
    declareAdded(hints);
    if (const auto component = root.find("post_processor")) postProcessor_ = readPostProcessor(*component);
    if (const auto component = root.find("decoder")) decoders_ = readDecoders(*component);
    bosId_ = idOf(hints.bos);
    if (!bosId_ && !postProcessor_.before.empty()) bosId_ = postProcessor_.before.front();
    if (!bosId_) bosId_ = hints.bosId;
    eosId_ = idOf(hints.eos);
}

void JsonTokenizer::declareAdded(const FolderHints& hints) {
    const Vocabulary& vocabulary = model_->vocabulary();
    const auto declare = [&](const AddedToken& token) {
        added_.declare(token, vocabulary.id(token.content), vocabulary.ids().size());
    };
    for (const AddedToken& token : hints.declared) declare(token);
    // A name alone does not change a token that is known.
    for (const AddedToken& token : hints.named)
        if (!added_.id(token.content)) declare(token);
    added_.index(normalizers_);
}

std::optional<std::int32_t> JsonTokenizer::idOf(const std::optional<std::string>& token) const {
    if (!token) return std::nullopt;
    const auto added = added_.id(*token);
    return added ? added : model_->vocabulary().id(*token);
}

std::vector<std::int32_t> JsonTokenizer::encode(std::string_view text, bool special) const {
    checkUtf8(text);
    std::vector<std::int32_t> ids;
    ids.reserve(text.size() / 3 + postProcessor_.before.size() + postProcessor_.behind.size());
    if (special) ids = postProcessor_.before;
    BpeWorkspace work;
    const std::unique_lock lock(cacheMutex_, std::try_to_lock);
    if (lock.owns_lock()) work.cache = &cache_;
    for (const TextSegment& segment : added_.cutRaw(text)) {
        if (segment.token != nullptr) {
            ids.push_back(segment.token->id);
        } else {
            encodeText(text.substr(segment.begin, segment.end - segment.begin), segment.begin == 0, work,
                       ids);
        }
    }
    if (special) ids.insert(ids.end(), postProcessor_.behind.begin(), postProcessor_.behind.end());
    return ids;
}

// `text` lies between raw special tokens; `first`: where the whole text begins.
void JsonTokenizer::encodeText(std::string_view text, bool first, BpeWorkspace& work,
                               std::vector<std::int32_t>& ids) const {
    std::string normalized;
    if (!normalizers_.empty()) {
        normalized = text;
        for (const auto& normalizer : normalizers_) normalizer->apply(normalized);
        text = normalized;
    }
    ModelSink sink(*model_, work, ids);
    for (const TextSegment& segment : added_.cutNormalized(text)) {
        if (segment.token != nullptr) {
            ids.push_back(segment.token->id);
        } else {
            preTokenizers_.split(text.substr(segment.begin, segment.end - segment.begin),
                                 first && segment.begin == 0, sink);
        }
    }
}

std::string JsonTokenizer::decode(std::span<const std::int32_t> ids, bool skipSpecial) const {
    std::vector<std::string> tokens;
    tokens.reserve(ids.size());
    for (const std::int32_t id : ids) {
        const AddedToken* added = added_.find(id);
        if (added != nullptr && added->special && skipSpecial) continue;
        const std::string* token = added != nullptr ? &added->content : model_->vocabulary().token(id);
        if (token != nullptr) tokens.push_back(*token);
    }
    if (decoders_) {
        for (const auto& decoder : *decoders_) decoder->apply(tokens);
    }
    std::string text;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (!decoders_ && i > 0) text += ' ';
        text += tokens[i];
    }
    return text;
}

std::string JsonTokenizer::bytesOf(std::int32_t id) const {
    if (const AddedToken* added = added_.find(id); added != nullptr) return added->content;
    const std::string* token = model_->vocabulary().token(id);
    if (token == nullptr) return {};
    if (preTokenizers_.bytesAtEnd)
        if (const auto bytes = charactersToBytes(*token)) return *bytes;
    if (const int byte = fallbackByte(*token); byte >= 0) return {static_cast<char>(byte)};
    // Decoders treat the beginning of a text in their own way: the second of two tokens follows another.
    const std::array twice{id, id};
    const std::string once = decode(std::span(twice).first(1), false);
    const std::string both = decode(twice, false);
    return both.size() >= once.size() ? both.substr(once.size()) : once;
}

std::int32_t JsonTokenizer::vocabSize() const {
    return std::max(model_->vocabulary().largestId(), added_.largestId()) + 1;
}

}  // namespace secateur::tokenizer
