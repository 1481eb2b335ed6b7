// SPDX-License-Identifier: GPL-3.0-or-later
//
// JSON from files that nobody vouches for: bounded in depth, errors that name file and place. Internal to
// storage.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace secateur {

enum class JsonDialect {
    Strict,  // a key twice in one object is an error
    Python,  // what Python's json module reads: the last of repeated keys counts; NaN, Infinity, -Infinity
};

// `where` names the file in errors. Throws Corrupt for text that is not JSON in this dialect or nests deeper
// than `maxDepth`. Invalid UTF-8 in strings is Corrupt too.
[[nodiscard]] nlohmann::json parseBoundedJson(std::string_view text, const std::string& where,
                                              int maxDepth = 32, JsonDialect dialect = JsonDialect::Strict);

}  // namespace secateur
