// SPDX-License-Identifier: GPL-3.0-or-later
//
// The properties of characters as the engine of HF tokenizers knows them: one Unicode version, whatever the
// regular expression library of the machine has.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace secateur::tokenizer {

struct BinaryProperty {
    const char* name;
    const char* runs;
};

using CodePointRanges = std::vector<std::pair<char32_t, char32_t>>;  // ascending, both ends included

// The code points of \p{name}: a general category ("L", "Lu", "Letter"), a script ("Han", "Hani": the
// property Script, not Script_Extensions), a binary property ("Alphabetic"), or "Any", "Assigned", "ASCII".
// Case, spaces, underscores and hyphens do not count. None for an unknown name.
[[nodiscard]] std::optional<CodePointRanges> rangesOfProperty(std::string_view name);

// All other code points.
[[nodiscard]] CodePointRanges complement(const CodePointRanges& ranges);

// Members of a class in PCRE2's syntax that match what \p{name} does, or with `negated` what it does not.
// None for an unknown name.
[[nodiscard]] std::optional<std::string> membersOfProperty(std::string_view name, bool negated);

}  // namespace secateur::tokenizer
