// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer/text_replacement.h"

#include "core/storage/tokenizer/json_value.h"

namespace secateur::tokenizer {

TextReplacement::TextReplacement(const JsonValue& component) : content_(component.get("content").string()) {
    const JsonValue pattern = component.get("pattern");
    if (const auto literal = pattern.find("String")) {
        literal_ = literal->string();
        if (literal_.empty()) literal->fail(ErrorCode::Corrupt, "is empty");
    } else {
        regex_ = compileRegex(pattern.get("Regex"));
    }
}

std::string TextReplacement::apply(const std::string& text) const {
    if (!regex_) return applyLiteral(text);
    std::string replaced;
    std::size_t done = 0;
    regex_->forEach(text, [&](const Match& match) {
        replaced.append(text, done, match.begin - done).append(content_);
        done = match.end;
    });
    return replaced.append(text, done);
}

std::string TextReplacement::applyLiteral(const std::string& text) const {
    std::string replaced;
    replaced.reserve(text.size());
    std::size_t done = 0;
    for (std::size_t at = 0; (at = text.find(literal_, done)) != std::string::npos;
         done = at + literal_.size()) {
        replaced.append(text, done, at - done).append(content_);
    }
    return replaced.append(text, done);
}

Regex compilePattern(const JsonValue& component) {
    const JsonValue pattern = component.get("pattern");
    if (const auto literal = pattern.find("String"))
        return Regex(escapeRegex(literal->string()), literal->place());
    return compileRegex(pattern.get("Regex"));
}

}  // namespace secateur::tokenizer
