// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer/normalizer.h"

#include <array>
#include <utility>

#include "core/base/utf8.h"
#include "core/storage/tokenizer/byte_alphabet.h"
#include "core/storage/tokenizer/json_value.h"
#include "core/storage/tokenizer/text_replacement.h"
#include "core/storage/tokenizer/unicode_form.h"

namespace secateur::tokenizer {

namespace {

using NormalizerFactory = std::unique_ptr<Normalizer> (*)(const JsonValue&);

// A text -> text function without settings.
class Rewrite : public Normalizer {
public:
    using Function = std::string (*)(const std::string&);
    explicit Rewrite(Function function) : function_(function) {}
    void apply(std::string& text) const override { text = function_(text); }

private:
    Function function_;
};

template <Rewrite::Function function>
std::unique_ptr<Normalizer> makeRewrite(const JsonValue&) {
    return std::make_unique<Rewrite>(function);
}

template <UnicodeForm form>
std::string rewriteForm(const std::string& text) {
    return toUnicodeForm(text, form);
}

std::string rewriteBytes(const std::string& text) {
    return bytesToCharacters(text);
}

class Prepend : public Normalizer {
public:
    explicit Prepend(const JsonValue& component) : prefix_(component.get("prepend").string()) {}
    void apply(std::string& text) const override {
        if (!text.empty()) text.insert(0, prefix_);
    }

private:
    std::string prefix_;
};

class Replace : public Normalizer {
public:
    explicit Replace(const JsonValue& component) : replacement_(component) {}
    void apply(std::string& text) const override { text = replacement_.apply(text); }

private:
    TextReplacement replacement_;
};

class Strip : public Normalizer {
public:
    explicit Strip(const JsonValue& component)
        : left_(component.boolOr("strip_left", true)), right_(component.boolOr("strip_right", true)) {}
    void apply(std::string& text) const override {
        if (right_) text.erase(text.size() - trailingSpace(text));
        if (left_) text.erase(0, leadingSpace(text));
    }

private:
    bool left_;
    bool right_;
};

template <typename T>
std::unique_ptr<Normalizer> makeNormalizer(const JsonValue& component) {
    return std::make_unique<T>(component);
}

constexpr std::array<std::pair<std::string_view, NormalizerFactory>, 10> kNormalizerFactories{{
    {"NFC", makeRewrite<rewriteForm<UnicodeForm::Nfc>>},
    {"NFD", makeRewrite<rewriteForm<UnicodeForm::Nfd>>},
    {"NFKC", makeRewrite<rewriteForm<UnicodeForm::Nfkc>>},
    {"NFKD", makeRewrite<rewriteForm<UnicodeForm::Nfkd>>},
    {"Lowercase", makeRewrite<toLowerCase>},
    {"StripAccents", makeRewrite<withoutMarks>},
    {"ByteLevel", makeRewrite<rewriteBytes>},
    {"Prepend", makeNormalizer<Prepend>},
    {"Replace", makeNormalizer<Replace>},
    {"Strip", makeNormalizer<Strip>},
}};

void appendNormalizer(const JsonValue& component, Normalizers& normalizers) {
    const std::string& type = component.get("type").string();
    if (type == "Sequence") {
        for (const JsonValue& item : component.get("normalizers").items())
            appendNormalizer(item, normalizers);
        return;
    }
    for (const auto& [name, factory] : kNormalizerFactories) {
        if (name == type) {
            normalizers.push_back(factory(component));
            return;
        }
    }
    component.unsupported("has type \"" + type + "\"");
}

}  // namespace

Normalizers readNormalizers(const JsonValue& component) {
    Normalizers normalizers;
    appendNormalizer(component, normalizers);
    return normalizers;
}

}  // namespace secateur::tokenizer
