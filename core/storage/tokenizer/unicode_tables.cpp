// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer/unicode_tables.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <map>
#include <mutex>

namespace secateur::tokenizer {

extern const char kCategoryRuns[];
extern const char kScriptRuns[];
extern const char kScriptNames[];
extern const BinaryProperty kBinaryProperties[];
extern const int kBinaryPropertyCount;

namespace {

constexpr char32_t kLast = 0x10FFFF;

struct Alias {
    const char* name;
    const char* category;
};
constexpr std::array kCategoryNames{
    Alias{"letter", "l"},
    Alias{"uppercaseletter", "lu"},
    Alias{"lowercaseletter", "ll"},
    Alias{"titlecaseletter", "lt"},
    Alias{"modifierletter", "lm"},
    Alias{"otherletter", "lo"},
    Alias{"mark", "m"},
    Alias{"combiningmark", "m"},
    Alias{"nonspacingmark", "mn"},
    Alias{"spacingmark", "mc"},
    Alias{"enclosingmark", "me"},
    Alias{"number", "n"},
    Alias{"decimalnumber", "nd"},
    Alias{"digit", "nd"},
    Alias{"letternumber", "nl"},
    Alias{"othernumber", "no"},
    Alias{"punctuation", "p"},
    Alias{"connectorpunctuation", "pc"},
    Alias{"dashpunctuation", "pd"},
    Alias{"openpunctuation", "ps"},
    Alias{"closepunctuation", "pe"},
    Alias{"initialpunctuation", "pi"},
    Alias{"finalpunctuation", "pf"},
    Alias{"otherpunctuation", "po"},
    Alias{"symbol", "s"},
    Alias{"mathsymbol", "sm"},
    Alias{"currencysymbol", "sc"},
    Alias{"modifiersymbol", "sk"},
    Alias{"othersymbol", "so"},
    Alias{"separator", "z"},
    Alias{"spaceseparator", "zs"},
    Alias{"lineseparator", "zl"},
    Alias{"paragraphseparator", "zp"},
    Alias{"other", "c"},
    Alias{"control", "cc"},
    Alias{"cntrl", "cc"},
    Alias{"format", "cf"},
    Alias{"surrogate", "cs"},
    Alias{"privateuse", "co"},
    Alias{"unassigned", "cn"},
};
// Other words for binary properties.
constexpr std::array kBinaryNames{
    Alias{"alpha", "alphabetic"},
    Alias{"upper", "uppercase"},
    Alias{"lower", "lowercase"},
    Alias{"space", "whitespace"},
    Alias{"wspace", "whitespace"},
    Alias{"ideo", "ideographic"},
    Alias{"uideo", "unifiedideograph"},
    Alias{"hex", "hexdigit"},
    Alias{"dia", "diacritic"},
    Alias{"ext", "extender"},
    Alias{"joinc", "joincontrol"},
    Alias{"qmark", "quotationmark"},
    Alias{"extpict", "extendedpictographic"},
};

template <std::size_t count>
std::string_view resolved(const std::array<Alias, count>& aliases, std::string_view name) {
    for (const Alias& alias : aliases)
        if (name == alias.name) return alias.category;
    return name;
}

std::string loose(std::string_view name) {
    std::string plain;
    for (const char c : name) {
        if (c == ' ' || c == '_' || c == '-') continue;
        plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return plain;
}

int digitOf(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'z' ? c - 'a' + 10 : -1;
}

// A number in base 36; moves `runs` behind it.
char32_t takeLength(std::string_view& runs) {
    char32_t length = 0;
    while (!runs.empty() && digitOf(runs.front()) >= 0) {
        length = length * 36 + static_cast<char32_t>(digitOf(runs.front()));
        runs.remove_prefix(1);
    }
    return length;
}

void append(CodePointRanges& ranges, char32_t begin, char32_t length) {
    if (length == 0) return;
    if (!ranges.empty() && ranges.back().second + 1 == begin) {
        ranges.back().second += length;
    } else {
        ranges.emplace_back(begin, begin + length - 1);
    }
}

// Runs with labels of `width` letters.
CodePointRanges labelled(std::string_view runs, std::size_t width,
                         const std::function<bool(std::string_view)>& wanted) {
    CodePointRanges ranges;
    char32_t begin = 0;
    while (!runs.empty()) {
        const std::string_view label = runs.substr(0, width);
        runs.remove_prefix(width);
        const char32_t length = takeLength(runs);
        if (wanted(label)) append(ranges, begin, length);
        begin += length;
    }
    return ranges;
}

std::optional<CodePointRanges> category(std::string_view name) {
    const auto matches = [&](std::string_view label) {
        const std::string plain = loose(label);
        if (name == "any") return true;
        if (name == "assigned") return plain != "cn";
        if (name == "lc") return plain == "lu" || plain == "ll" || plain == "lt";
        return plain == name || (name.size() == 1 && plain.starts_with(name));
    };
    CodePointRanges ranges = labelled(kCategoryRuns, 2, matches);
    if (ranges.empty()) return std::nullopt;
    return ranges;
}

std::optional<CodePointRanges> script(std::string_view name) {
    std::string_view scripts = kScriptNames;
    while (!scripts.empty()) {
        const std::size_t end = scripts.find(';');
        const std::string words = " " + std::string(scripts.substr(5, end - 5)) + " ";
        const std::string_view label = scripts.substr(0, 4);
        scripts.remove_prefix(end + 1);
        if (words.find(" " + std::string(name) + " ") == std::string::npos) continue;
        return labelled(kScriptRuns, 4, [&](std::string_view other) { return other == label; });
    }
    return std::nullopt;
}

std::optional<CodePointRanges> binary(std::string_view name) {
    for (int i = 0; i < kBinaryPropertyCount; ++i) {
        if (name != kBinaryProperties[i].name) continue;
        CodePointRanges ranges;
        std::string_view runs = kBinaryProperties[i].runs;
        char32_t begin = 0;
        for (bool inside = false; !runs.empty(); inside = !inside) {
            const char32_t length = takeLength(runs);
            if (!runs.empty()) runs.remove_prefix(1);
            if (inside) append(ranges, begin, length);
            begin += length;
        }
        return ranges;
    }
    return std::nullopt;
}

// UTF-8 has no surrogates, and PCRE2 refuses them.
CodePointRanges withoutSurrogates(const CodePointRanges& ranges) {
    CodePointRanges kept;
    for (const auto& [first, last] : ranges) {
        if (first < 0xD800) kept.emplace_back(first, std::min<char32_t>(last, 0xD7FF));
        if (last > 0xDFFF) kept.emplace_back(std::max<char32_t>(first, 0xE000), last);
    }
    return kept;
}

std::string spelled(const CodePointRanges& ranges) {
    std::string members;
    std::array<char, 32> text{};
    for (const auto& [first, last] : withoutSurrogates(ranges)) {
        std::snprintf(text.data(), text.size(), "\\x{%x}", static_cast<unsigned>(first));
        members += text.data();
        if (first == last) continue;
        std::snprintf(text.data(), text.size(), "-\\x{%x}", static_cast<unsigned>(last));
        members += text.data();
    }
    return members;
}

}  // namespace

std::optional<CodePointRanges> rangesOfProperty(std::string_view name) {
    const std::string plain = loose(name);
    if (plain == "ascii") return CodePointRanges{{0, 0x7F}};
    if (auto ranges = binary(resolved(kBinaryNames, plain))) return ranges;
    if (auto ranges = category(resolved(kCategoryNames, plain))) return ranges;
    return script(plain);
}

CodePointRanges complement(const CodePointRanges& ranges) {
    CodePointRanges others;
    char32_t begin = 0;
    for (const auto& [first, last] : ranges) {
        append(others, begin, first - begin);
        begin = last + 1;
    }
    append(others, begin, kLast + 1 - begin);
    return others;
}

std::optional<std::string> membersOfProperty(std::string_view name, bool negated) {
    static std::mutex mutex;
    static std::map<std::string, std::optional<std::string>> known;
    const std::lock_guard lock(mutex);
    const std::string key = loose(name) + (negated ? "^" : "");
    const auto found = known.find(key);
    if (found != known.end()) return found->second;
    std::optional<std::string> members;
    if (const auto ranges = rangesOfProperty(name))
        members = spelled(negated ? complement(*ranges) : *ranges);
    if (members && members->empty()) members.reset();  // an empty class has no spelling
    known.emplace(key, members);
    return members;
}

}  // namespace secateur::tokenizer
