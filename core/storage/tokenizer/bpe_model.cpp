// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer/bpe_model.h"

#include <cstdio>

#include <nlohmann/json.hpp>

#include "core/base/utf8.h"
#include "core/storage/tokenizer/byte_alphabet.h"
#include "core/storage/tokenizer/json_value.h"
#include "core/storage/tokenizer/metaspace.h"

namespace secateur::tokenizer {

namespace {

constexpr char32_t kTabulated = 0x10000;

// Files from before "type" can be told by their merges.
const JsonValue& checkedType(const JsonValue& model) {
    const std::string type = model.stringOr("type", model.find("merges") ? "BPE" : "unknown");
    if (type != "BPE") model.unsupported("has type \"" + type + "\"");
    const auto dropout = model.find("dropout");
    if (dropout && !(dropout->raw().is_number() && dropout->raw().get<double>() == 0.0)) {
        dropout->unsupported("is not 0: encoding would be random");
    }
    return model;
}

bool onlyMarkers(std::string_view token) {
    while (token.starts_with(kSpaceMarker)) token.remove_prefix(kSpaceMarker.size());
    return token.empty();
}

std::string fallbackName(int byte) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "<0x%02X>", byte);
    return text.data();
}

}  // namespace

BpeModel::BpeModel(const JsonValue& model, bool bytes)
    : vocabulary_(checkedType(model).get("vocab")), bytes_(bytes) {
    readOptions(model);
    readMerges(model.get("merges"));
    indexCharacters();
}

void BpeModel::readOptions(const JsonValue& model) {
    fuseUnknown_ = model.boolOr("fuse_unk", false);
    byteFallback_ = model.boolOr("byte_fallback", false);
    ignoreMerges_ = model.boolOr("ignore_merges", false);
    subwordPrefix_ = model.stringOr("continuing_subword_prefix", "");
    wordSuffix_ = model.stringOr("end_of_word_suffix", "");
    if (const auto unknown = model.find("unk_token")) {
        unknownId_ = vocabulary_.id(unknown->string());
        if (!unknownId_)
            unknownMissing_ = unknown->place() + " \"" + unknown->string() + "\" is not in the vocabulary";
    }
}

void BpeModel::readMerges(const JsonValue& merges) {
    if (!merges.raw().is_array()) merges.fail(ErrorCode::Corrupt, "is not a list");
    merges_ = MergeTable(merges.raw().size());
    cutsAtMarker_ = vocabulary_.id(kSpaceMarker).has_value() && !bytes_ && !ignoreMerges_ &&
                    subwordPrefix_.empty() && wordSuffix_.empty();
    std::size_t index = 0;
    for (const auto& merge : merges.raw()) {
        if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
            addMerge(merges, index, merge[0].get_ref<const std::string&>(),
                     merge[1].get_ref<const std::string&>());
        } else if (merge.is_string() && !merge.get_ref<const std::string&>().starts_with("#version")) {
            const std::string_view text = merge.get_ref<const std::string&>();
            const std::size_t space = text.find(' ');
            const bool pair =
                space != std::string_view::npos && text.find(' ', space + 1) == std::string_view::npos;
            if (!pair)
                merges.fail(ErrorCode::Corrupt,
                            "[" + std::to_string(index) + "] is not two tokens with a space between");
            addMerge(merges, index, text.substr(0, space), text.substr(space + 1));
        } else if (!merge.is_string()) {
            merges.fail(ErrorCode::Corrupt, "[" + std::to_string(index) + "] is not a pair of tokens");
        }
        ++index;
    }
}

void BpeModel::addMerge(const JsonValue& merges, std::size_t index, std::string_view left,
                        std::string_view right) {
    const auto find = [&](std::string_view token) {
        const auto id = vocabulary_.id(token);
        if (!id) {
            merges.fail(ErrorCode::Corrupt, "[" + std::to_string(index) + "] names the token \"" +
                                                std::string(token) + "\", which is not in the vocabulary");
        }
        return *id;
    };
    const std::int32_t leftId = find(left);
    const std::int32_t rightId = find(right);
    if (right.size() < subwordPrefix_.size()) {
        merges.fail(ErrorCode::Corrupt,
                    "[" + std::to_string(index) + "] is shorter than continuing_subword_prefix");
    }
    merges_.add(leftId, rightId, find(std::string(left).append(right.substr(subwordPrefix_.size()))));
    if (right.starts_with(kSpaceMarker) && !onlyMarkers(left)) cutsAtMarker_ = false;
}

void BpeModel::indexCharacters() {
    characterIds_.assign(kTabulated, -1);
    for (const auto& [token, id] : vocabulary_.ids()) {
        if (token.empty() || token.size() != sequenceLength(token.front())) continue;
        std::size_t position = 0;
        const char32_t codePoint = nextCodePoint(token, position);
        if (codePoint < kTabulated) characterIds_[codePoint] = id;
    }
    for (int byte = 0; byte < 256; ++byte) {
        byteIds_[byte] = vocabulary_.id(characterOfByte(static_cast<std::uint8_t>(byte))).value_or(-1);
        fallbackIds_[byte] = vocabulary_.id(fallbackName(byte)).value_or(-1);
    }
}

void BpeModel::encode(std::string_view piece, BpeWorkspace& work, std::vector<std::int32_t>& ids) const {
    if (!cutsAtMarker_) return encodeWord(piece, work, ids);
    // Words on both sides of such a cut merge independently, so they may be looked up one by one.
    std::size_t begin = 0;
    std::size_t markersEnd = 0;
    for (std::size_t at = piece.find(kSpaceMarker); at != std::string_view::npos;
         at = piece.find(kSpaceMarker, markersEnd)) {
        const bool behindMarker = at == markersEnd && at != 0;
        if (!behindMarker && at != begin) {
            encodeWord(piece.substr(begin, at - begin), work, ids);
            begin = at;
        }
        markersEnd = at + kSpaceMarker.size();
    }
    encodeWord(piece.substr(begin), work, ids);
}

void BpeModel::encodeWord(std::string_view word, BpeWorkspace& work, std::vector<std::int32_t>& ids) const {
    if (work.cache != nullptr) {
        const auto known = work.cache->find(word);
        if (!known.empty()) {
            ids.insert(ids.end(), known.begin(), known.end());
            return;
        }
    }
    if (ignoreMerges_) {
        const auto whole = bytes_ ? vocabulary_.id(bytesToCharacters(word)) : vocabulary_.id(word);
        if (whole) {
            ids.push_back(*whole);
            if (work.cache != nullptr) work.cache->store(word, std::span(&*whole, 1));
            return;
        }
    }
    work.symbols.clear();
    work.unknownPending = false;
    if (bytes_) {
        startBytes(word, work);
    } else {
        startCharacters(word, work);
    }
    if (work.unknownPending) work.symbols.push_back(*unknownId_);
    constexpr std::size_t kShort = 40;
    if (work.symbols.size() <= kShort) {
        mergeShort(work);
    } else {
        mergeLong(work);
    }
    ids.insert(ids.end(), work.symbols.begin(), work.symbols.end());
    if (work.cache != nullptr) work.cache->store(word, work.symbols);
}

}  // namespace secateur::tokenizer
