// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/corpus.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/base/error.h"
#include "core/base/utf8.h"
#include "core/storage/json_lines.h"
#include "core/storage/text_file.h"

namespace secateur {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kDocumentBreak = "\n\n";

void checkUtf8(const std::filesystem::path& file, std::string_view text) {
    const auto broken = firstInvalidUtf8(text);
    if (!broken) return;
    const bool wide = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
    throw Error(ErrorCode::Corrupt, file.string() + " is not UTF-8 at byte " + std::to_string(*broken),
                wide ? "it looks like UTF-16; convert it with: iconv -f UTF-16 -t UTF-8"
                     : "convert the file to UTF-8");
}

std::string keysOf(const nlohmann::json& object) {
    constexpr std::size_t kShown = 8;
    std::string keys;
    std::size_t count = 0;
    for (const auto& [key, value] : object.items())
        if (value.is_string() && ++count <= kShown) keys += (keys.empty() ? "" : ", ") + key;
    return keys + (count > kShown ? ", ..." : "");
}

std::string textOfLine(const nlohmann::json& document, const std::string& key, const std::string& where) {
    const auto text = document.is_object() ? document.find(key) : document.end();
    if (!document.is_object() || text == document.end() || !text->is_string()) {
        const std::string keys = document.is_object() ? keysOf(document) : "";
        throw Error(ErrorCode::Corrupt, where + " is not an object with a \"" + key + "\" string",
                    keys.empty()
                        ? "a .jsonl file has one object a line, such as {\"text\": \"Once upon a time\"}"
                        : "name the key of the text with --text-key; this line has the strings " + keys);
    }
    return text->get<std::string>();
}

void joinDocuments(const std::filesystem::path& file, std::string_view lines, const std::string& key,
                   Corpus& corpus) {
    forEachJsonLine(file, lines, [&](const nlohmann::json& document, const std::string& where, std::int64_t) {
        if (!corpus.documents.empty()) corpus.text += kDocumentBreak;
        const std::size_t begin = corpus.text.size();
        corpus.text += textOfLine(document, key, where);
        corpus.documents.push_back({begin, corpus.text.size() - begin});
    });
}

}  // namespace

// Everything else, whatever its name, is plain text.
bool holdsJsonLines(std::filesystem::path file) {
    if (isPacked(file)) file.replace_extension();
    static constexpr std::array<std::string_view, 3> kExtensions{".jsonl", ".json", ".ndjson"};
    return std::find(kExtensions.begin(), kExtensions.end(), lowerExtension(file)) != kExtensions.end();
}

Corpus readCorpus(const std::filesystem::path& file, const std::string& textKey) {
    FileText content = readTextFile(file);
    checkUtf8(file, content.text);
    std::string_view text = content.text;
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    Corpus corpus{{}, content.sha256, {}};
    if (holdsJsonLines(file)) {
        joinDocuments(file, text, textKey, corpus);
    } else {
        corpus.text = text;
        corpus.documents.push_back({0, corpus.text.size()});
    }
    if (corpus.text.empty()) throw Error(ErrorCode::InvalidArgument, file.string() + " holds no text");
    return corpus;
}

}  // namespace secateur
