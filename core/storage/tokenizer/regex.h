// SPDX-License-Identifier: GPL-3.0-or-later
//
// The regular expressions of tokenizer.json. They are written for Oniguruma (Ruby's syntax); they are
// translated where the two differ and run by PCRE2 with its just-in-time compiler. Thread rule: const methods
// may be called from several threads.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace secateur::tokenizer {

class JsonValue;

// Members of a class: what Rust's regular expressions, which HF uses for built-in rules, call \w.
inline constexpr const char* kRustWord = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\x{200c}\\x{200d}";

struct Match {
    std::size_t begin = 0;
    std::size_t end = 0;
};

class Regex {
public:
    // Throws Corrupt for an invalid expression and Unsupported for syntax that cannot be translated; these
    // messages have no file. `place` (file and JSON path) is what find() blames.
    explicit Regex(std::string_view pattern, std::string place = "a built-in expression");

    // The first match in `text` (valid UTF-8) at or after byte `from`. Throws Unsupported when it takes too
    // many steps.
    [[nodiscard]] bool find(std::string_view text, std::size_t from, Match& match) const;

    // Calls visit(Match) for all matches from left to right. An empty match right behind the previous match
    // does not count.
    template <typename Visit>
    void forEach(std::string_view text, Visit&& visit) const {
        Match match;
        std::size_t from = 0;
        std::size_t lastEnd = std::string_view::npos;
        while (from <= text.size() && find(text, from, match)) {
            if (match.begin == match.end && match.end == lastEnd) {
                from = behind(text, from);
                continue;
            }
            from = lastEnd = match.end;
            visit(match);
        }
    }

private:
    [[nodiscard]] static std::size_t behind(std::string_view text, std::size_t position) noexcept;
    struct Code;
    std::shared_ptr<const Code> code_;
};

// Compiles the string `value`; errors name its file and JSON path.
[[nodiscard]] Regex compileRegex(const JsonValue& value);

// The expression in PCRE2's syntax (to be compiled with UTF, UCP and MULTILINE). Throws Unsupported.
[[nodiscard]] std::string translateRegex(std::string_view pattern);

// An expression that matches `text` literally.
[[nodiscard]] std::string escapeRegex(std::string_view text);

}  // namespace secateur::tokenizer
