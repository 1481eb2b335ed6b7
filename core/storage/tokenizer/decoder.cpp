// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer/decoder.h"

#include <array>
#include <utility>

#include "core/base/utf8.h"
#include "core/storage/tokenizer/byte_alphabet.h"
#include "core/storage/tokenizer/json_value.h"
#include "core/storage/tokenizer/metaspace.h"
#include "core/storage/tokenizer/text_replacement.h"

namespace secateur::tokenizer {

namespace {

using Tokens = std::vector<std::string>;
using DecoderFactory = std::unique_ptr<Decoder> (*)(const JsonValue&);

std::string joined(const Tokens& tokens) {
    std::string text;
    for (const std::string& token : tokens) text += token;
    return text;
}

class ByteLevelDecoder : public Decoder {
public:
    explicit ByteLevelDecoder(const JsonValue&) {}
    void apply(Tokens& tokens) const override {
        std::string bytes;
        for (const std::string& token : tokens) bytes += charactersToBytes(token).value_or(token);
        tokens = {repairUtf8(bytes)};
    }
};

class ReplaceDecoder : public Decoder {
public:
    explicit ReplaceDecoder(const JsonValue& component) : replacement_(component) {}
    void apply(Tokens& tokens) const override {
        for (std::string& token : tokens) token = replacement_.apply(token);
    }

private:
    TextReplacement replacement_;
};

// Runs of <0x..> tokens become characters; a run that is not UTF-8 becomes one U+FFFD a byte.
class ByteFallbackDecoder : public Decoder {
public:
    explicit ByteFallbackDecoder(const JsonValue&) {}
    void apply(Tokens& tokens) const override {
        Tokens out;
        std::string run;
        const auto endRun = [&] {
            if (run.empty()) return;
            if (!firstInvalidUtf8(run)) {
                out.push_back(run);
            } else {
                out.insert(out.end(), run.size(), "\xEF\xBF\xBD");
            }
            run.clear();
        };
        for (std::string& token : tokens) {
            const int byte = fallbackByte(token);
            if (byte >= 0) {
                run += static_cast<char>(byte);
            } else {
                endRun();
                out.push_back(std::move(token));
            }
        }
        endRun();
        tokens = std::move(out);
    }
};

class FuseDecoder : public Decoder {
public:
    explicit FuseDecoder(const JsonValue&) {}
    void apply(Tokens& tokens) const override { tokens = {joined(tokens)}; }
};

// Takes up to `start` and `stop` copies of a character off the ends of every token.
class StripDecoder : public Decoder {
public:
    explicit StripDecoder(const JsonValue& component)
        : content_(component.get("content").string()),
          start_(component.get("start").integer(0, kMaxTokenId)),
          stop_(component.get("stop").integer(0, kMaxTokenId)) {
        static_cast<void>(component.get("content").character());
    }
    void apply(Tokens& tokens) const override {
        for (std::string& token : tokens) {
            std::string_view kept = token;
            for (std::int64_t i = 0; i < start_ && kept.starts_with(content_); ++i)
                kept.remove_prefix(content_.size());
            for (std::int64_t i = 0; i < stop_ && kept.ends_with(content_); ++i)
                kept.remove_suffix(content_.size());
            token = std::string(kept);
        }
    }

private:
    std::string content_;
    std::int64_t start_;
    std::int64_t stop_;
};

class MetaspaceDecoder : public Decoder {
public:
    explicit MetaspaceDecoder(const JsonValue& component) : metaspace_(component) {}
    void apply(Tokens& tokens) const override {
        bool dropsMarks = metaspace_.prepend != Metaspace::Prepend::Never;
        for (std::string& token : tokens) {
            std::string text;
            for (std::size_t i = 0; i < token.size();) {
                const std::size_t length = sequenceLength(token[i]);
                if (token.compare(i, length, metaspace_.replacement) == 0) {
                    text += dropsMarks ? "" : " ";
                } else {
                    text.append(token, i, length);
                }
                i += length;
            }
            token = std::move(text);
            dropsMarks = false;
        }
    }

private:
    Metaspace metaspace_;
};

// The end-of-word suffix becomes a space, but for the last word's.
class SuffixDecoder : public Decoder {
public:
    explicit SuffixDecoder(const JsonValue& component) : suffix_(component.stringOr("suffix", "</w>")) {
        if (suffix_.empty()) component.fail(ErrorCode::Corrupt, "has an empty suffix");
    }
    void apply(Tokens& tokens) const override {
        for (std::string& token : tokens) {
            const char* space = &token == &tokens.back() ? "" : " ";
            std::size_t at = 0;
            while ((at = token.find(suffix_, at)) != std::string::npos) {
                token.replace(at, suffix_.size(), space);
                at += *space == '\0' ? 0 : 1;
            }
        }
    }

private:
    std::string suffix_;
};

template <typename T>
std::unique_ptr<Decoder> makeDecoder(const JsonValue& component) {
    return std::make_unique<T>(component);
}

constexpr std::array<std::pair<std::string_view, DecoderFactory>, 7> kDecoderFactories{{
    {"ByteLevel", makeDecoder<ByteLevelDecoder>},
    {"Replace", makeDecoder<ReplaceDecoder>},
    {"ByteFallback", makeDecoder<ByteFallbackDecoder>},
    {"Fuse", makeDecoder<FuseDecoder>},
    {"Strip", makeDecoder<StripDecoder>},
    {"Metaspace", makeDecoder<MetaspaceDecoder>},
    {"BPEDecoder", makeDecoder<SuffixDecoder>},
}};

void appendDecoder(const JsonValue& component, Decoders& decoders) {
    const std::string& type = component.get("type").string();
    if (type == "Sequence") {
        for (const JsonValue& item : component.get("decoders").items()) appendDecoder(item, decoders);
        return;
    }
    for (const auto& [name, factory] : kDecoderFactories) {
        if (name == type) {
            decoders.push_back(factory(component));
            return;
        }
    }
    component.unsupported("has type \"" + type + "\"");
}

}  // namespace

int fallbackByte(const std::string& token) {
    if (token.size() != 6 || !token.starts_with("<0x") || token.back() != '>') return -1;
    const std::string digits = token.substr(3, 2);
    if (digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) return -1;
    return std::stoi(digits, nullptr, 16);
}

Decoders readDecoders(const JsonValue& component) {
    Decoders decoders;
    appendDecoder(component, decoders);
    return decoders;
}

}  // namespace secateur::tokenizer
