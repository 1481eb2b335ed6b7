// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer/identity.h"

#include <algorithm>
#include <array>

#include <sentencepiece_processor.h>

#include "core/storage/hash.h"

namespace secateur::tokenizer {

namespace {

using nlohmann::json;

// Keys that change no id.
constexpr std::array kIdle{"trim_offsets", "str_rep"};

// A component without what says nothing: nulls, idle keys, and the older word for a metaspace's scheme beside
// the newer one.
json canonical(const json& value) {
    if (value.is_array()) {
        json list = json::array();
        for (const json& item : value) list.push_back(canonical(item));
        return list;
    }
    if (!value.is_object()) return value;
    json object = json::object();
    for (const auto& [key, member] : value.items()) {
        const bool idle = std::find(kIdle.begin(), kIdle.end(), key) != kIdle.end();
        const bool superseded = key == "add_prefix_space" && value.contains("prepend_scheme");
        if (!member.is_null() && !idle && !superseded) object[key] = canonical(member);
    }
    return object;
}

// Merges are kept as pairs; a line with the version of the file is none.
json canonicalMerges(const json& merges) {
    json pairs = json::array();
    for (const json& merge : merges) {
        if (!merge.is_string()) {
            pairs.push_back(merge);
            continue;
        }
        const auto& text = merge.get_ref<const std::string&>();
        if (text.starts_with("#version")) continue;
        const std::size_t space = std::min(text.find(' '), text.size());
        pairs.push_back({text.substr(0, space), text.substr(std::min(space + 1, text.size()))});
    }
    return pairs;
}

json canonicalModel(const json& model) {
    json options = json::object();
    for (const auto& [key, member] : model.items()) {
        const bool atDefault = member.is_null() || member == json(false) || member == json("") ||
                               (key == "dropout" && member == json(0.0));
        if (key != "vocab" && key != "merges" && key != "type" && !atDefault) options[key] = member;
    }
    return options;
}

void readAdded(const AddedTokens& added, Identity& identity) {
    for (const auto& [id, token] : added.all()) {
        identity.pieces[id] = token.content;
        identity.rest["added"].push_back({id, token.content, token.special, token.normalized, token.lstrip,
                                          token.rstrip, token.singleWord});
    }
}

std::string quoted(const std::string* piece) {
    return piece == nullptr ? "no token" : json(*piece).dump(-1, ' ', false, json::error_handler_t::replace);
}

const std::string* pieceAt(const Identity& identity, std::int32_t id) {
    const auto found = identity.pieces.find(id);
    return found == identity.pieces.end() ? nullptr : &found->second;
}

std::string differentPiece(const Identity& one, const Identity& other) {
    for (const Identity* side : {&one, &other}) {
        for (const auto& [id, piece] : side->pieces) {
            const std::string* here = pieceAt(one, id);
            const std::string* there = pieceAt(other, id);
            if (here == nullptr || there == nullptr || *here != *there)
                return "id " + std::to_string(id) + " is " + quoted(here) + " in the one and " +
                       quoted(there) + " in the other";
        }
    }
    return {};
}

}  // namespace

std::string Identity::fingerprint() const {
    const auto text = [](const json& value) {
        return value.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
    };
    Sha256 sha256;
    sha256.add(kind + "\n");
    for (const auto& [id, piece] : pieces) {
        sha256.add(std::to_string(id) + " " + std::to_string(piece.size()) + " ");
        sha256.add(piece);
    }
    sha256.add(text(merges));
    sha256.add(text(rest));
    return sha256.hex();
}

Identity identityOf(const JsonValue& root, const AddedTokens& added) {
    Identity identity{"json", {}, {}, json::object()};
    const JsonValue model = root.get("model");
    const JsonValue vocabulary = model.get("vocab");
    if (!vocabulary.raw().is_object()) vocabulary.fail(ErrorCode::Corrupt, "is not an object");
    for (const auto& entry : vocabulary.raw().items())
        identity.pieces.emplace(vocabulary.get(entry.key()).tokenId(), entry.key());
    if (const auto merges = model.find("merges")) identity.merges = canonicalMerges(merges->raw());
    identity.rest["model"] = canonicalModel(model.raw());
    readAdded(added, identity);
    for (const char* component : {"normalizer", "pre_tokenizer"})
        if (const auto found = root.find(component)) identity.rest[component] = canonical(found->raw());
    return identity;
}

Identity identityOf(const sentencepiece::SentencePieceProcessor& processor, std::string_view normalizer,
                    const AddedTokens& added) {
    Identity identity{"sentencepiece", {}, {}, json::object()};
    json& weights = identity.rest["pieces"] = json::array();
    for (int id = 0; id < processor.GetPieceSize(); ++id) {
        identity.pieces.emplace(id, processor.IdToPiece(id));
        const int type = processor.IsUnknown(id)   ? 1
                         : processor.IsControl(id) ? 2
                         : processor.IsUnused(id)  ? 3
                         : processor.IsByte(id)    ? 4
                                                   : 0;
        weights.push_back({processor.GetScore(id), type});
    }
    Sha256 sha256;
    sha256.add(normalizer);
    identity.rest["normalizer"] = sha256.hex();
    readAdded(added, identity);
    return identity;
}

std::string differenceOf(const Identity& one, const Identity& other) {
    std::string difference = differentPiece(one, other);
    if (!difference.empty() || one.kind != other.kind) return difference;
    if (one.merges != other.merges) return "their merges differ";
    for (const char* part : {"model", "added", "normalizer", "pre_tokenizer", "pieces"}) {
        if (one.rest.value(part, json()) == other.rest.value(part, json())) continue;
        if (std::string_view(part) == "added") return "their added tokens differ";
        if (std::string_view(part) == "pieces") return "the scores of their pieces differ";
        return std::string("their ") + (std::string_view(part) == "pre_tokenizer" ? "pre-tokenizers" : part) +
               (std::string_view(part) == "pre_tokenizer" ? "" : "s") + " differ";
    }
    return {};
}

}  // namespace secateur::tokenizer
