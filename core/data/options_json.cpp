// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/options_json.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "core/base/error.h"

namespace secateur {

namespace {

using Json = nlohmann::ordered_json;

std::string keyOf(const std::string& member) {
    std::string key = member;
    std::ranges::replace(key, '_', '-');
    return key;
}

// A list of numbers or of words; nothing for any other.
std::optional<OptionValue> listOf(const nlohmann::json& list) {
    const auto isInteger = [](const nlohmann::json& entry) {
        return entry.is_number_integer() && entry >= std::numeric_limits<int>::min() &&
               entry <= std::numeric_limits<int>::max();
    };
    if (std::ranges::all_of(list, isInteger)) return list.get<std::vector<int>>();
    const auto isWord = [](const nlohmann::json& entry) { return entry.is_string(); };
    if (std::ranges::all_of(list, isWord)) return list.get<std::vector<std::string>>();
    return std::nullopt;
}

std::optional<OptionValue> valueOf(const nlohmann::json& json) {
    if (json.is_boolean()) return json.get<bool>();
    if (json.is_number_unsigned() && json > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
    if (json.is_number_integer()) return json.get<std::int64_t>();
    if (json.is_number()) return json.get<double>();
    if (json.is_string()) return json.get<std::string>();
    return json.is_array() ? listOf(json) : std::nullopt;
}

}  // namespace

Json toJson(const OptionValue& value) {
    return std::visit([](const auto& held) { return Json(held); }, value);
}

Json toJson(std::span<const OptionSpec> specs, const OptionValues& values) {
    Json object = Json::object();
    for (const OptionSpec& spec : specs) {
        const OptionValue* set = values.find(spec.key);
        const bool given = set && *set != spec.usual;
        object[jsonName(spec)] = given ? toJson(*set) : isOptional(spec) ? Json() : toJson(spec.usual);
    }
    return object;
}

OptionValues optionsOf(const nlohmann::json& object, std::span<const OptionSpec> specs,
                       const std::string& where) {
    OptionValues values;
    for (const auto& [member, json] : object.items()) {
        if (json.is_null()) continue;
        const auto value = valueOf(json);
        if (!value)
            throw Error(ErrorCode::InvalidArgument,
                        where + (where.ends_with('.') ? "" : ": ") + member + " is not a value of an option",
                        "a number, a word, true, false, or a list of numbers or words");
        const OptionSpec* spec = findSpec(specs, keyOf(member));
        if (spec && *value == spec->usual) continue;
        values.set(keyOf(member), *value);
    }
    return values;
}

}  // namespace secateur
