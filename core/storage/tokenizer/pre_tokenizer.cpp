// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer/pre_tokenizer.h"

#include <array>
#include <string>
#include <utility>

#include "core/base/utf8.h"
#include "core/storage/tokenizer/byte_alphabet.h"
#include "core/storage/tokenizer/json_value.h"
#include "core/storage/tokenizer/metaspace.h"
#include "core/storage/tokenizer/text_replacement.h"

namespace secateur::tokenizer {

namespace {

using Stages = std::vector<std::unique_ptr<PreTokenizer>>;
using PreTokenizerFactory = void (*)(const JsonValue&, Stages&);

constexpr std::string_view kGpt2Pattern =
    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

class PatternStage : public PreTokenizer {
public:
    PatternStage(Regex regex, SplitBehavior behavior, bool invert = false)
        : split_(std::move(regex), behavior, invert) {}
    void split(std::string_view text, bool first, PieceSink& sink) const override {
        split_.split(text, first, sink);
    }

private:
    PatternSplit split_;
};

class PrefixSpace : public PreTokenizer {
public:
    void split(std::string_view text, bool first, PieceSink& sink) const override {
        if (text.front() == ' ') return sink.take(text, first);
        sink.take(" " + std::string(text), first);
    }
};

class ByteCharacters : public PreTokenizer {
public:
    void split(std::string_view text, bool first, PieceSink& sink) const override {
        sink.take(bytesToCharacters(text), first);
    }
};

class MetaspaceStage : public PreTokenizer {
public:
    explicit MetaspaceStage(const JsonValue& component)
        : metaspace_(component),
          split_(Regex(escapeRegex(metaspace_.replacement)), SplitBehavior::MergedWithNext, false) {}

    void split(std::string_view text, bool first, PieceSink& sink) const override {
        const std::string marked = metaspace_.mark(text, first);
        if (!metaspace_.split) return sink.take(marked, first);
        split_.split(marked, first, sink);
    }

private:
    Metaspace metaspace_;
    PatternSplit split_;
};

void addPattern(Stages& stages, std::string_view pattern, SplitBehavior behavior, bool invert = false) {
    stages.push_back(std::make_unique<PatternStage>(Regex(pattern), behavior, invert));
}

void addSplit(const JsonValue& component, Stages& stages) {
    stages.push_back(std::make_unique<PatternStage>(compilePattern(component), splitBehavior(component),
                                                    component.boolOr("invert", false)));
}

void addByteLevel(const JsonValue& component, Stages& stages) {
    if (component.boolOr("add_prefix_space", true)) stages.push_back(std::make_unique<PrefixSpace>());
    if (component.boolOr("use_regex", true)) addPattern(stages, kGpt2Pattern, SplitBehavior::Isolated);
    stages.push_back(std::make_unique<ByteCharacters>());
}

void addMetaspace(const JsonValue& component, Stages& stages) {
    stages.push_back(std::make_unique<MetaspaceStage>(component));
}

void addDigits(const JsonValue& component, Stages& stages) {
    const bool alone = component.boolOr("individual_digits", false);
    addPattern(stages, "\\p{N}", alone ? SplitBehavior::Isolated : SplitBehavior::Contiguous);
}

// \w+|[^\w\s]+ with the \w of Rust's expressions.
void addWhitespace(const JsonValue&, Stages& stages) {
    const std::string word = kRustWord;
    addPattern(stages, "[" + word + "]+|[^" + word + "\\s]+", SplitBehavior::Removed, true);
}

void addWhitespaceSplit(const JsonValue&, Stages& stages) {
    addPattern(stages, "\\s", SplitBehavior::Removed);
}

void addPunctuation(const JsonValue& component, Stages& stages) {
    const bool named = component.find("behavior").has_value();
    addPattern(stages, "[\\p{P}$+<=>^`|~]", named ? splitBehavior(component) : SplitBehavior::Isolated);
}

void addCharDelimiterSplit(const JsonValue& component, Stages& stages) {
    const JsonValue delimiter = component.get("delimiter");
    static_cast<void>(delimiter.character());
    addPattern(stages, escapeRegex(delimiter.string()), SplitBehavior::Removed);
}

constexpr std::array<std::pair<std::string_view, PreTokenizerFactory>, 8> kPreTokenizerFactories{{
    {"Split", addSplit},
    {"ByteLevel", addByteLevel},
    {"Metaspace", addMetaspace},
    {"Digits", addDigits},
    {"Whitespace", addWhitespace},
    {"WhitespaceSplit", addWhitespaceSplit},
    {"Punctuation", addPunctuation},
    {"CharDelimiterSplit", addCharDelimiterSplit},
}};

void appendPreTokenizer(const JsonValue& component, Stages& stages) {
    const std::string& type = component.get("type").string();
    if (type == "Sequence") {
        for (const JsonValue& item : component.get("pretokenizers").items()) appendPreTokenizer(item, stages);
        return;
    }
    for (const auto& [name, factory] : kPreTokenizerFactories) {
        if (name == type) return factory(component, stages);
    }
    component.unsupported("has type \"" + type + "\"");
}

// Passes every piece on to the stages that are left.
class Chain : public PieceSink {
public:
    Chain(const Stages& stages, std::size_t next, PieceSink& last)
        : stages_(stages), next_(next), last_(last) {}
    void take(std::string_view piece, bool first) override {
        if (piece.empty()) return;
        if (next_ == stages_.size()) return last_.take(piece, first);
        Chain rest(stages_, next_ + 1, last_);
        stages_[next_]->split(piece, first, rest);
    }

private:
    const Stages& stages_;
    std::size_t next_;
    PieceSink& last_;
};

}  // namespace

void PreTokenizers::split(std::string_view text, bool first, PieceSink& sink) const {
    Chain(stages, 0, sink).take(text, first);
}

PreTokenizers readPreTokenizers(const JsonValue& component) {
    PreTokenizers result;
    appendPreTokenizer(component, result.stages);
    // The model looks bytes up by itself, which saves rewriting every piece.
    if (!result.stages.empty() && dynamic_cast<ByteCharacters*>(result.stages.back().get()) != nullptr) {
        result.stages.pop_back();
        result.bytesAtEnd = true;
    }
    return result;
}

}  // namespace secateur::tokenizer
