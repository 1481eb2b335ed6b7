// SPDX-License-Identifier: GPL-3.0-or-later
//
// JSON from files that nobody vouches for: bounded in depth, duplicate keys refused, errors that name file
// and place. Internal to storage.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace secateur {

// `where` names the file in errors. Throws Corrupt for text that is not JSON, nests deeper than `maxDepth` or
// repeats a key in one object. Invalid UTF-8 in strings is Corrupt too.
[[nodiscard]] nlohmann::json parseBoundedJson(std::string_view text, const std::string& where,
                                              int maxDepth = 32);

}  // namespace secateur
