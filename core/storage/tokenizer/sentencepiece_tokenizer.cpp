// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer/sentencepiece_tokenizer.h"

#include <algorithm>

#include <sentencepiece_processor.h>

#include "core/base/error.h"
#include "core/base/utf8.h"
#include "core/storage/tokenizer/decoder.h"
#include "core/storage/tokenizer/metaspace.h"
#include "core/storage/tokenizer/sentencepiece_check.h"

namespace secateur::tokenizer {

namespace {

// A second normalizer message, which protocol buffers merge into the first: add_dummy_prefix = false.
constexpr std::string_view kWithoutPrefix("\x1A\x02\x18\x00", 4);

// A tiktoken vocabulary has lines of base64, a space and a rank.
bool looksLikeTiktoken(std::string_view bytes) {
    const std::string_view line = bytes.substr(0, bytes.find('\n'));
    const std::size_t space = line.find(' ');
    constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    return space != std::string_view::npos && space > 0 && space + 1 < line.size() &&
           bytes.size() > line.size() &&
           line.substr(0, space).find_first_not_of(kBase64) == std::string_view::npos &&
           line.substr(space + 1).find_first_not_of("0123456789\r") == std::string_view::npos;
}

}  // namespace

SentencePieceTokenizer::SentencePieceTokenizer(const std::string& name, std::string_view bytes,
                                               const FolderHints& hints)
    : name_(name), processor_(std::make_unique<sentencepiece::SentencePieceProcessor>()) {
    load(bytes);
    choosePrefix(hints, bytes);
    declareAdded(hints);
}

void SentencePieceTokenizer::load(std::string_view bytes) {
    if (looksLikeTiktoken(bytes)) {
        throw Error(ErrorCode::Unsupported, name_ + " is a tiktoken vocabulary, not a sentencepiece model",
                    "put the tokenizer.json of the model beside it; AutoTokenizer.from_pretrained(...)"
                    ".save_pretrained(...) of transformers writes one");
    }
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

// transformers' LlamaTokenizer takes a text that begins with a space as one that has its prefix already, and
// gives only the first stretch one unless the folder says "legacy"; sentencepiece gives one to every text.
void SentencePieceTokenizer::choosePrefix(const FolderHints& hints, std::string_view bytes) {
    const bool llama = hints.tokenizerClass == "LlamaTokenizer";
    if (llama) {
        prefix_ = !hints.addPrefixSpace.value_or(true) ? Prefix::Never
                  : hints.legacy.value_or(false)       ? Prefix::Always
                                                       : Prefix::First;
    } else if (!hints.legacy.value_or(true)) {
        std::vector<std::string> pieces;
        static_cast<void>(processor_->Encode("a", &pieces));
        if (!pieces.empty() && pieces.front().starts_with(kSpaceMarker)) prefix_ = Prefix::First;
    }
    if (prefix_ == Prefix::AsModel) return;
    std::string patched(bytes);
    patched += kWithoutPrefix;
    plain_ = std::make_unique<sentencepiece::SentencePieceProcessor>();
    const auto status = plain_->LoadFromSerializedProto(patched);
    if (!status.ok())
        throw Error(ErrorCode::Corrupt, name_ + " is not a sentencepiece model: " + status.ToString());
}

void SentencePieceTokenizer::declareAdded(const FolderHints& hints) {
    const auto size = static_cast<std::size_t>(processor_->GetPieceSize());
    const auto declare = [&](AddedToken token) {
        const auto known = idOf(token.content);
        added_.declare(std::move(token), known, size);
    };
    for (const AddedToken& token : hints.declared) declare(token);
    for (const AddedToken& token : hints.named)
        if (!added_.id(token.content)) declare(token);
    const auto own = [&](const std::optional<std::string>& named, int id) -> std::optional<std::int32_t> {
        if (named) return added_.id(*named);
        if (id < 0) return std::nullopt;
        const std::string& piece = processor_->IdToPiece(id);
        // A bare model file is sentencepiece's own: its control pieces are not found in texts.
        if (!added_.id(piece) && !hints.alone) declare({.content = piece, .special = true});
        return id;
    };
    bosId_ = own(hints.bos, processor_->bos_id());
    eosId_ = own(hints.eos, processor_->eos_id());
    static_cast<void>(own(std::nullopt, processor_->unk_id()));
    added_.index({});
}

std::optional<std::int32_t> SentencePieceTokenizer::idOf(std::string_view piece) const {
    const int id = processor_->PieceToId({piece.data(), piece.size()});
    if (processor_->IdToPiece(id) != piece) return std::nullopt;  // the unknown token's
    return id;
}

SentencePieceTokenizer::~SentencePieceTokenizer() = default;

std::vector<std::int32_t> SentencePieceTokenizer::encode(std::string_view text, bool special) const {
    if (const auto broken = firstInvalidUtf8(text)) {
        throw Error(ErrorCode::InvalidArgument, "the text is not UTF-8 at byte " + std::to_string(*broken),
                    "convert it to UTF-8");
    }
    std::vector<std::int32_t> ids;
    if (special && bosId_) ids.push_back(*bosId_);
    for (const TextSegment& segment : added_.cutRaw(text)) {
        if (segment.token != nullptr) {
            ids.push_back(segment.token->id);
            continue;
        }
        const std::string_view stretch = text.substr(segment.begin, segment.end - segment.begin);
        for (const TextSegment& part : added_.cutNormalized(stretch)) {
            if (part.token != nullptr) {
                ids.push_back(part.token->id);
            } else {
                encodeText(stretch.substr(part.begin, part.end - part.begin), segment.begin + part.begin == 0,
                           ids);
            }
        }
    }
    return ids;
}

// `text` lies between added tokens; `first`: where the whole text begins.
void SentencePieceTokenizer::encodeText(std::string_view text, bool first,
                                        std::vector<std::int32_t>& ids) const {
    std::string prefixed;
    const bool hasPrefix = text.starts_with(' ') || text.starts_with(kSpaceMarker);
    if (!hasPrefix && (prefix_ == Prefix::Always || (prefix_ == Prefix::First && first))) {
        prefixed = " " + std::string(text);
        text = prefixed;
    }
    std::vector<int> pieces;
    const auto& processor = plain_ ? *plain_ : *processor_;
    const auto status = processor.Encode({text.data(), text.size()}, &pieces);
    if (!status.ok())
        throw Error(ErrorCode::Corrupt, name_ + " cannot encode the text: " + status.ToString());
    ids.insert(ids.end(), pieces.begin(), pieces.end());
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
        const AddedToken* added = added_.find(id);
        const bool own = id >= 0 && id < processor_->GetPieceSize();
        if (own && !processor_->IsControl(id)) {
            run.push_back(id);
        } else if (own && !skipSpecial) {
            endRun();
            text += processor_->IdToPiece(id);
        } else if (!own && added != nullptr && !(added->special && skipSpecial)) {
            endRun();
            text += added->content;
        }
    }
    endRun();
    return text;
}

std::string SentencePieceTokenizer::bytesOf(std::int32_t id) const {
    if (id < 0 || id >= processor_->GetPieceSize()) {
        const AddedToken* added = added_.find(id);
        return added != nullptr ? added->content : std::string();
    }
    const std::string& piece = processor_->IdToPiece(id);
    if (processor_->IsControl(id) || processor_->IsUnknown(id)) return piece;
    if (processor_->IsByte(id))
        if (const int byte = fallbackByte(piece); byte >= 0) return {static_cast<char>(byte)};
    std::string text = piece;
    for (std::size_t at = 0; (at = text.find(kSpaceMarker, at)) != std::string::npos; ++at)
        text.replace(at, kSpaceMarker.size(), " ");
    return text;
}

std::int32_t SentencePieceTokenizer::vocabSize() const {
    return std::max(processor_->GetPieceSize(), added_.largestId() + 1);
}

Identity SentencePieceTokenizer::identity() const {
    return identityOf(*processor_, normalizer_, added_);
}

}  // namespace secateur::tokenizer
