// SPDX-License-Identifier: GPL-3.0-or-later
//
// Options as members of a JSON object, with '_' for '-' in their keys. Used by .cpp files only; no public
// header includes nlohmann's.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "core/data/options.h"

namespace secateur {

[[nodiscard]] nlohmann::ordered_json toJson(const OptionValue& value);

// Every option of the specs, in their order: the value set, else the usual one; null for options that are not
// given (isOptional).
[[nodiscard]] nlohmann::ordered_json toJson(std::span<const OptionSpec> specs, const OptionValues& values);

// The members of an object as values; null and what is usual is left out. Only types are checked here: call
// checkOptions() next. Throws InvalidArgument naming `where`, which is as there, and the member.
[[nodiscard]] OptionValues optionsOf(const nlohmann::json& object, std::span<const OptionSpec> specs,
                                     const std::string& where);

}  // namespace secateur
