// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where Oniguruma (Ruby syntax) and PCRE2 mean different things by the same letters. What has no counterpart
// is refused, so that a pattern never silently splits text in another way. Properties of characters become
// ranges of one Unicode version (unicode_tables.h), because PCRE2's own depend on the machine, and its
// scripts are Script_Extensions.
#include <vector>

#include "core/base/error.h"
#include "core/storage/tokenizer/regex.h"
#include "core/storage/tokenizer/unicode_tables.h"

namespace secateur::tokenizer {

namespace {

// Members of character classes. Ruby's \s is Unicode's White_Space, PCRE2's has U+180E too; Ruby's \w has
// marks and connectors.
constexpr std::string_view kSpace =
    "\\t-\\r\\x20\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}";
constexpr std::string_view kHexDigit = "0-9a-fA-F";

[[noreturn]] void refuse(const std::string& what) {
    throw Error(ErrorCode::Unsupported, "uses " + what + " in a regular expression, which is not supported",
                "docs/formats/tokenizers.md lists what regular expressions may use");
}

std::string propertyMembers(const std::string& name, bool negated) {
    if (auto members = membersOfProperty(name, negated)) return *std::move(members);
    refuse("the unknown property \\p{" + name + "}");
}

const std::string& wordMembers() {
    static const std::string members = propertyMembers("Alphabetic", false) + propertyMembers("M", false) +
                                       propertyMembers("Nd", false) + propertyMembers("Pc", false) +
                                       "\\x{b2}\\x{b3}\\x{b9}\\x{bc}-\\x{be}";
    return members;
}

class Translator {
public:
    explicit Translator(std::string_view pattern) : in_(pattern) {}

    std::string run() {
        while (at_ < in_.size()) {
            if (inClass_) {
                classMember();
            } else {
                outsideClass();
            }
        }
        return std::move(out_);
    }

private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return at_ + ahead < in_.size() ? in_[at_ + ahead] : '\0';
    }
    void copy(std::size_t count) {
        out_ += in_.substr(at_, count);
        at_ += count;
    }

    void outsideClass() {
        const char c = peek();
        if (c == '\\') {
            escape();
        } else if (c == '[') {
            openClass();
        } else if (c == '(' && peek(1) == '?') {
            groupFlags();
        } else if (c == '(' || c == ')') {
            group(c == '(');
            copy(1);
        } else if (c == '{') {
            interval();
        } else {
            copy(1);
        }
    }

    void openClass() {
        inClass_ = true;
        copy(1);
        if (peek() == '^') copy(1);
        if (peek() == ']') copy(1);
    }

    void classMember() {
        const char c = peek();
        if (c == '\\') return escape();
        if (c == '[') refuse("a class inside a class");
        if (c == '&' && peek(1) == '&') refuse("an intersection of classes");
        if (c == ']') inClass_ = false;
        copy(1);
    }

    void escape() {
        switch (peek(1)) {
            case 's':
                return shorthand(kSpace, false);
            case 'S':
                return inClass_ ? replace(propertyMembers("White_Space", true)) : shorthand(kSpace, true);
            case 'w':
                return shorthand(wordMembers(), false);
            case 'd':
            case 'D':
                return property("Nd", peek(1) == 'D', 2);
            case 'p':
            case 'P':
                return namedProperty();
            case 'h':
                return shorthand(kHexDigit, false);
            case 'W':
            case 'H':
                if (inClass_) refuse("\\W or \\H inside a class");
                return shorthand(peek(1) == 'W' ? std::string_view(wordMembers()) : kHexDigit, true);
            case 'b':
            case 'B':
                return inClass_ ? copy(2) : wordBoundary(peek(1) == 'b');
            case 'u':
                return codePoint();
            case 'C':
            case 'K':
            case 'X':
            case 'g':
            case 'k':
                refuse(std::string("\\") + peek(1));
            default:
                return copy(2);
        }
    }

    void replace(std::string_view text) {
        out_ += text;
        at_ += 2;
    }

    void shorthand(std::string_view members, bool negated) {
        if (inClass_) return replace(members);
        replace(std::string(negated ? "[^" : "[") + std::string(members) + "]");
    }

    // \p{Name}, \p{^Name}, \P{Name}. Without braces it is the letter p.
    void namedProperty() {
        const std::size_t end = in_.find('}', at_);
        if (peek(2) != '{') return replace(peek(1) == 'p' ? "p" : "P");
        if (end == std::string_view::npos) refuse("\\p{ without an end");
        std::string name(in_.substr(at_ + 3, end - at_ - 3));
        bool negated = peek(1) == 'P';
        if (name.starts_with('^')) {
            negated = !negated;
            name.erase(0, 1);
        }
        property(name, negated, end + 1 - at_);
    }

    // Oniguruma folds the case of a property in a class, and takes one that stands alone as it is.
    void property(const std::string& name, bool negated, std::size_t length) {
        const std::string members = propertyMembers(name, negated && inClass_);
        const std::string whole = std::string(negated ? "[^" : "[") + members + "]";
        out_ += inClass_ ? members : ignoreCase_ ? "(?-i:" + whole + ")" : whole;
        at_ += length;
    }

    // Where a character of \w and one that is none meet, or where they do not.
    void wordBoundary(bool meets) {
        const std::string word = "[" + wordMembers() + "]";
        const std::string start = "(?<!" + word + ")(?=" + word + ")";
        const std::string end = "(?<=" + word + ")(?!" + word + ")";
        replace((meets ? "(?:" : "(?!") + start + "|" + end + ")");
    }

    // \uHHHH
    void codePoint() {
        const std::string_view digits = in_.substr(std::min(at_ + 2, in_.size()), 4);
        if (digits.size() < 4 ||
            digits.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) {
            refuse("\\u without four hexadecimal digits");
        }
        out_ += "\\x{" + std::string(digits) + "}";
        at_ += 6;
    }

    // (?i), (?mi-x: and the like: Ruby's m lets the dot match newlines, which PCRE2 calls s.
    void groupFlags() {
        copy(2);
        if (std::string_view("(RP&'|C#").find(peek()) != std::string_view::npos ||
            (peek() >= '0' && peek() <= '9')) {
            refuse("a group that starts with (?" + std::string(1, peek()));
        }
        // Flags without a group hold to the end of the one that they stand in.
        const std::size_t end = in_.find_first_not_of("imx-", at_);
        if (end == std::string_view::npos || in_[end] != ')') group(true);
        bool on = true;
        while (peek() == 'i' || peek() == 'm' || peek() == 'x' || peek() == '-') {
            if (peek() == 'x') refuse("free spacing");
            if (peek() == '-') on = false;
            if (peek() == 'i') ignoreCase_ = on;
            out_ += peek() == 'm' ? 's' : peek();
            ++at_;
        }
        if (peek() == ')') copy(1);
    }

    // A group ends what flags inside it began.
    void group(bool opens) {
        if (opens) {
            outer_.push_back(ignoreCase_);
        } else if (!outer_.empty()) {
            ignoreCase_ = outer_.back();
            outer_.pop_back();
        }
    }

    // {,n} is {0,n}; {n,m}+ repeats in Ruby and is possessive in PCRE2.
    void interval() {
        const std::size_t end = in_.find_first_not_of("0123456789,", at_ + 1);
        const bool isInterval = end != std::string_view::npos && in_[end] == '}' && end > at_ + 1;
        if (!isInterval) return copy(1);
        if (end + 1 < in_.size() && in_[end + 1] == '+') refuse("a repeated interval");
        copy(1);
        if (peek() == ',') out_ += '0';
        copy(end + 1 - at_);
    }

    std::string_view in_;
    std::string out_;
    std::size_t at_ = 0;
    bool inClass_ = false;
    bool ignoreCase_ = false;
    std::vector<bool> outer_;  // ignoreCase_ of the groups around
};

}  // namespace

std::string translateRegex(std::string_view pattern) {
    return Translator(pattern).run();
}

}  // namespace secateur::tokenizer
