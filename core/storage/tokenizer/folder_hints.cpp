// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer/folder_hints.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <nlohmann/json.hpp>

#include "core/storage/file_io.h"
#include "core/storage/tokenizer/json_value.h"

namespace secateur::tokenizer {

namespace {

namespace fs = std::filesystem;

constexpr std::array kNames{"bos_token", "eos_token", "unk_token", "sep_token",
                            "pad_token", "cls_token", "mask_token"};
constexpr std::array kLists{"additional_special_tokens", "extra_special_tokens"};

std::optional<JsonFile> openIfThere(const fs::path& file) {
    if (!isThere(file)) return std::nullopt;
    return std::optional<JsonFile>(std::in_place, file, JsonDialect::Python);
}

// A token is its text, or an object that describes it.
AddedToken readToken(const JsonValue& value, bool special) {
    AddedToken token;
    token.special = special;
    if (!value.isObject()) {
        token.content = value.string();
        return token;
    }
    token.content = value.get("content").string();
    token.special = special || value.boolOr("special", false);
    token.normalized = value.boolOr("normalized", !token.special);
    token.lstrip = value.boolOr("lstrip", false);
    token.rstrip = value.boolOr("rstrip", false);
    token.singleWord = value.boolOr("single_word", false);
    return token;
}

class Reader {
public:
    explicit Reader(const fs::path& folder) : folder_(folder) {}

    FolderHints run() {
        const auto config = openIfThere(folder_ / "tokenizer_config.json");
        bool complete = false;
        if (config) {
            readConfig(config->root());
            complete = config->root().find("added_tokens_decoder").has_value();
        }
        // Files of older versions count where the config does not list the added tokens itself.
        if (!complete) readOlderFiles();
        std::stable_sort(hints_.declared.begin(), hints_.declared.end(),
                         [](const AddedToken& a, const AddedToken& b) { return a.id < b.id; });
        hints_.bosId = configuredId(folder_, "bos_token_id");
        if (const auto file = openIfThere(folder_ / "config.json")) {
            if (const auto type = file->root().find("model_type"))
                if (type->raw().is_string()) hints_.modelType = type->string();
        }
        return std::move(hints_);
    }

private:
    void readConfig(const JsonValue& root) {
        hints_.tokenizerClass = root.stringOr("tokenizer_class", "");
        if (hints_.tokenizerClass.ends_with("Fast"))
            hints_.tokenizerClass.resize(hints_.tokenizerClass.size() - 4);
        if (const auto legacy = root.find("legacy")) hints_.legacy = legacy->boolean();
        if (const auto prefix = root.find("add_prefix_space")) hints_.addPrefixSpace = prefix->boolean();
        readNamed(root);
        const auto decoder = root.find("added_tokens_decoder");
        if (!decoder) return;
        if (!decoder->isObject()) decoder->fail(ErrorCode::Corrupt, "is not an object");
        for (const auto& entry : decoder->raw().items()) {
            const JsonValue value = decoder->get(entry.key());
            AddedToken token = readToken(value, false);
            token.id = idOf(entry.key(), value);
            hints_.declared.push_back(std::move(token));
        }
    }

    static std::int32_t idOf(const std::string& key, const JsonValue& value) {
        std::int32_t id = -1;
        const auto [end, failure] = std::from_chars(key.data(), key.data() + key.size(), id);
        if (failure != std::errc() || end != key.data() + key.size() || id < 0 || id > kMaxTokenId)
            value.fail(ErrorCode::Corrupt, "does not stand under a token id");
        return id;
    }

    void readNamed(const JsonValue& root) {
        for (const char* name : kNames)
            if (const auto value = root.find(name)) addNamed(name, readToken(*value, true));
        for (const char* name : kLists) {
            const auto list = root.find(name);
            if (!list) continue;
            if (list->isObject()) {
                for (const auto& entry : list->raw().items())
                    addNamed("", readToken(list->get(entry.key()), true));
            } else {
                for (const JsonValue& item : list->items()) addNamed("", readToken(item, true));
            }
        }
    }

    void addNamed(std::string_view name, AddedToken token) {
        if (name == "bos_token") hints_.bos = token.content;
        if (name == "eos_token") hints_.eos = token.content;
        hints_.named.push_back(std::move(token));
    }

    void readOlderFiles() {
        if (const auto map = openIfThere(folder_ / "special_tokens_map.json")) readNamed(map->root());
        const auto added = openIfThere(folder_ / "added_tokens.json");
        if (!added) return;
        const JsonValue root = added->root();
        if (!root.isObject()) root.fail(ErrorCode::Corrupt, "is not an object");
        for (const auto& entry : root.raw().items()) {
            AddedToken token;
            token.content = entry.key();
            token.id = root.get(entry.key()).tokenId();
            token.special =
                std::any_of(hints_.named.begin(), hints_.named.end(),
                            [&](const AddedToken& named) { return named.content == token.content; });
            token.normalized = !token.special;
            hints_.declared.push_back(std::move(token));
        }
    }

    const fs::path& folder_;
    FolderHints hints_;
};

}  // namespace

FolderHints readFolderHints(const fs::path& folder) {
    FolderHints hints = Reader(folder).run();
    for (const char* file :
         {"config.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"})
        if (isThere(folder / file)) hints.alone = false;
    return hints;
}

std::optional<std::int32_t> configuredId(const fs::path& folder, const std::string& key) {
    const auto json = openIfThere(folder / "config.json");
    if (!json) return std::nullopt;
    auto id = json->root().find(key);
    if (id && id->raw().is_array()) {
        const auto items = id->items();
        id = items.empty() ? std::nullopt : std::optional<JsonValue>(items.front());
    }
    if (!id || !id->isTokenId()) return std::nullopt;
    return id->tokenId();
}

}  // namespace secateur::tokenizer
