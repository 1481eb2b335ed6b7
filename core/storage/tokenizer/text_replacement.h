// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "core/storage/tokenizer/regex.h"

namespace secateur::tokenizer {

// The Replace component of normalizers and decoders: every occurrence of a string or of an expression becomes
// a literal text.
class TextReplacement {
public:
    explicit TextReplacement(const JsonValue& component);
    [[nodiscard]] std::string apply(const std::string& text) const;

private:
    [[nodiscard]] std::string applyLiteral(const std::string& text) const;
    std::string literal_;  // when there is no expression
    std::optional<Regex> regex_;
    std::string content_;
};

// `pattern` of a component: {"String": text} or {"Regex": expression}, always as an expression.
[[nodiscard]] Regex compilePattern(const JsonValue& component);

}  // namespace secateur::tokenizer
