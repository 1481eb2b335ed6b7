// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/config_fields.h"

#include <cmath>

namespace secateur {
namespace {

// A value as a message shows it: short, whatever the file holds.
std::string shortText(const nlohmann::json& value) {
    std::string text = value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    if (text.size() > 60) text = text.substr(0, 57) + "...";
    return text;
}

}  // namespace

ConfigFields::ConfigFields(const nlohmann::json& object, std::string file, std::string place)
    : object_(object), file_(std::move(file)), place_(std::move(place)) {
    if (!object_.is_object())
        throw Error(ErrorCode::InvalidArgument,
                    file_ + ": " +
                        (place_.empty() ? "the content" : "\"" + place_.substr(0, place_.size() - 1) + "\"") +
                        " is not a JSON object");
}

const nlohmann::json* ConfigFields::find(const char* key) const {
    const auto found = object_.find(key);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
}

bool ConfigFields::has(const char* key) const {
    return find(key) != nullptr;
}

void ConfigFields::refuse(const std::string& key, const std::string& problem, ErrorCode code,
                          const std::string& hint) const {
    throw Error(code, file_ + ": \"" + place_ + key + "\" " + problem, hint);
}

int ConfigFields::checkedInteger(const nlohmann::json& value, const std::string& key, IntRange range) const {
    const bool inside = value.is_number_integer() &&
                        !(value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX) &&
                        value.get<std::int64_t>() >= range.least && value.get<std::int64_t>() <= range.most;
    if (!inside)
        refuse(key, "is " + shortText(value) + ", not a whole number from " + std::to_string(range.least) +
                        " to " + std::to_string(range.most));
    return static_cast<int>(value.get<std::int64_t>());
}

int ConfigFields::integer(const char* key, IntRange range) const {
    const nlohmann::json* value = find(key);
    if (value == nullptr) refuse(key, "is missing");
    return checkedInteger(*value, key, range);
}

int ConfigFields::integer(const char* key, IntRange range, int fallback) const {
    const nlohmann::json* value = find(key);
    return value == nullptr ? fallback : checkedInteger(*value, key, range);
}

double ConfigFields::positive(const char* key) const {
    const nlohmann::json* value = find(key);
    if (value == nullptr) refuse(key, "is missing");
    if (!value->is_number() || !std::isfinite(value->get<double>()) || value->get<double>() <= 0.0)
        refuse(key, "is " + shortText(*value) + ", not a number above 0");
    return value->get<double>();
}

double ConfigFields::positive(const char* key, double fallback) const {
    return has(key) ? positive(key) : fallback;
}

double ConfigFields::number(const char* key, double fallback) const {
    const nlohmann::json* value = find(key);
    if (value == nullptr) return fallback;
    if (!value->is_number() || !std::isfinite(value->get<double>()))
        refuse(key, "is " + shortText(*value) + ", not a number");
    return value->get<double>();
}

bool ConfigFields::boolean(const char* key, bool fallback) const {
    const nlohmann::json* value = find(key);
    if (value == nullptr) return fallback;
    if (!value->is_boolean()) refuse(key, "is " + shortText(*value) + ", not true or false");
    return value->get<bool>();
}

std::string ConfigFields::text(const char* key, const std::string& fallback) const {
    const nlohmann::json* value = find(key);
    if (value == nullptr) return fallback;
    if (!value->is_string()) refuse(key, "is " + shortText(*value) + ", not a string");
    return value->get<std::string>();
}

ConfigFields ConfigFields::object(const char* key) const {
    const nlohmann::json* value = find(key);
    if (value == nullptr) refuse(key, "is missing");
    return {*value, file_, place_ + key + "."};
}

}  // namespace secateur
