// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer/vocab_merges.h"

#include <string>
#include <string_view>

#include "core/storage/file_io.h"
#include "core/storage/tokenizer/json_value.h"

namespace secateur::tokenizer {

namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxBytes = 256u << 20;
constexpr std::string_view kEndOfText = "<|endoftext|>";
constexpr std::string_view kQwen2Pattern =
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|"
    "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

std::string classOf(const FolderHints& hints) {
    if (hints.tokenizerClass == "GPT2Tokenizer" || hints.tokenizerClass == "Qwen2Tokenizer")
        return hints.tokenizerClass;
    if (hints.tokenizerClass.empty() && hints.modelType == "gpt2") return "GPT2Tokenizer";
    if (hints.tokenizerClass.empty() && (hints.modelType == "qwen2" || hints.modelType == "qwen3"))
        return "Qwen2Tokenizer";
    return "";
}

json byteLevel(bool prefixSpace, bool pattern) {
    return {{"type", "ByteLevel"}, {"add_prefix_space", prefixSpace}, {"use_regex", pattern}};
}

// One pair of tokens a line, behind a line with the version.
json readMerges(const std::filesystem::path& file) {
    const std::string content = readSmallFile(file, kMaxBytes);
    std::string_view left = content;
    json merges = json::array();
    for (int number = 1; !left.empty(); ++number) {
        const std::size_t end = std::min(left.find('\n'), left.size());
        std::string_view line = left.substr(0, end);
        left.remove_prefix(std::min(end + 1, left.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty() || line.starts_with("#version")) continue;
        const std::size_t space = line.find(' ');
        if (space == 0 || space + 1 >= line.size() || line.find(' ', space + 1) != std::string_view::npos)
            throw Error(ErrorCode::Corrupt,
                        file.string() + ", line " + std::to_string(number) +
                            " is not two tokens with a space between",
                        "copy the file again");
        merges.push_back({std::string(line.substr(0, space)), std::string(line.substr(space + 1))});
    }
    return merges;
}

// The class's own special tokens, where no file names others.
void addDefaults(bool qwen, FolderHints& hints) {
    if (!qwen && !hints.bos) hints.bos = kEndOfText;
    if (!hints.eos) hints.eos = kEndOfText;
    AddedToken token;
    token.content = kEndOfText;
    token.special = true;
    hints.named.push_back(std::move(token));
}

}  // namespace

json readVocabMerges(const std::filesystem::path& folder, FolderHints& hints) {
    const std::string kind = classOf(hints);
    if (kind.empty())
        throw Error(ErrorCode::Unsupported,
                    (folder / "vocab.json").string() + " belongs to " +
                        (hints.tokenizerClass.empty() ? "a tokenizer of an unnamed class"
                                                      : "a " + hints.tokenizerClass) +
                        ", and only GPT2Tokenizer and Qwen2Tokenizer are read from vocab.json and merges.txt",
                    "put the tokenizer.json of the model beside it; AutoTokenizer.from_pretrained(...)"
                    ".save_pretrained(...) of transformers writes one");
    const bool qwen = kind == "Qwen2Tokenizer";
    addDefaults(qwen, hints);
    const bool prefixSpace = hints.addPrefixSpace.value_or(false);
    json root;
    root["model"] = {{"type", "BPE"},
                     {"vocab", JsonFile(folder / "vocab.json", JsonDialect::Python).root().raw()},
                     {"merges", readMerges(folder / "merges.txt")}};
    root["decoder"] = byteLevel(true, true);
    root["pre_tokenizer"] = byteLevel(prefixSpace, !qwen);
    if (!qwen) return root;
    root["normalizer"] = {{"type", "NFC"}};
    const json split{{"type", "Split"},
                     {"pattern", {{"Regex", kQwen2Pattern}}},
                     {"behavior", "Isolated"},
                     {"invert", false}};
    root["pre_tokenizer"] = {{"type", "Sequence"}, {"pretokenizers", {split, root["pre_tokenizer"]}}};
    return root;
}

}  // namespace secateur::tokenizer
