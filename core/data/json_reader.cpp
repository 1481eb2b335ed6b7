// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/json_reader.h"

#include "core/base/error.h"
#include "core/base/text.h"

namespace secateur {

using nlohmann::json;

namespace {

constexpr std::size_t kMaxText = 4096;  // of a string that ends up in tables and messages
constexpr std::size_t kMaxWarnings = 20;

[[noreturn]] void corrupt(const std::string& origin, const std::string& what) {
    throw Error(ErrorCode::Corrupt, origin + ": " + what,
                "check that the file is complete and was not edited by accident");
}

// nlohmann's messages begin with "[json.exception.parse_error.101] ".
std::string withoutTag(const std::string& message) {
    const std::size_t end = message.find("] ");
    return message.rfind('[', 0) == 0 && end != std::string::npos ? message.substr(end + 2) : message;
}

// Called by the parser for every value; what it throws ends the parse.
class Guard {
public:
    Guard(const std::string& origin, const JsonLimits& limits) : origin_(origin), limits_(limits) {}

    bool operator()(int depth, json::parse_event_t event, json& parsed) {
        if (depth > limits_.depth)
            corrupt(origin_, "nested deeper than " + std::to_string(limits_.depth) + " levels");
        if (++values_ > limits_.values)
            corrupt(origin_, "more than " + std::to_string(limits_.values) + " values");
        switch (event) {
            case json::parse_event_t::object_start:
                keys_.emplace_back();
                break;
            case json::parse_event_t::object_end:
                keys_.pop_back();
                break;
            case json::parse_event_t::key:
                if (!keys_.back().insert(parsed.get_ref<const std::string&>()).second)
                    corrupt(origin_,
                            "the key '" + parsed.get<std::string>().substr(0, kMaxText) + "' appears twice");
                break;
            default:
                break;
        }
        return true;
    }

private:
    const std::string& origin_;
    JsonLimits limits_;
    std::size_t values_ = 0;
    std::vector<std::set<std::string>> keys_;
};

}  // namespace

json parseJson(std::string_view text, const std::string& origin, const JsonLimits& limits) {
    if (text.size() > limits.bytes)
        corrupt(origin, "larger than " + std::to_string(limits.bytes >> 20) + " MiB");
    Guard guard(origin, limits);
    try {
        return json::parse(text, [&](int depth, json::parse_event_t event, json& parsed) {
            return guard(depth, event, parsed);
        });
    } catch (const json::exception& error) {
        corrupt(origin, "not JSON: " + withoutTag(error.what()));
    }
}

JsonObject::JsonObject(const json& value, std::string origin, std::string path)
    : value_(value), origin_(std::move(origin)), path_(std::move(path)) {
    if (!value_.is_object())
        throw Error(
            ErrorCode::InvalidArgument,
            origin_ + ": " + (path_.empty() ? std::string("the document") : path_) + ": must be an object");
}

void JsonObject::fail(const std::string& key, const std::string& what) const {
    throw Error(ErrorCode::InvalidArgument, origin_ + ": " + pathOf(key) + ": " + what);
}

const json* JsonObject::find(const char* key) {
    known_.insert(key);
    const auto found = value_.find(key);
    return found == value_.end() ? nullptr : &*found;
}

const json& JsonObject::require(const char* key) {
    const json* value = find(key);
    if (!value) fail(key, "is missing");
    return *value;
}

std::string JsonObject::text(const char* key, const std::string& otherwise) {
    const json* value = find(key);
    if (!value) return otherwise;
    if (!value->is_string()) fail(key, "must be a string");
    const auto& text = value->get_ref<const std::string&>();
    if (text.size() > kMaxText) fail(key, "is longer than " + std::to_string(kMaxText) + " bytes");
    return text;
}

bool JsonObject::flag(const char* key, bool otherwise) {
    const json* value = find(key);
    if (!value) return otherwise;
    if (!value->is_boolean()) fail(key, "must be true or false");
    return value->get<bool>();
}

namespace {

// Whole numbers of either sign that fit 64 bits; anything else is refused by the caller.
bool readInteger(const json& value, std::int64_t& out) {
    if (!value.is_number_integer()) return false;
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
        return false;
    out = value.get<std::int64_t>();
    return true;
}

std::string range(std::int64_t minimum, std::int64_t maximum) {
    if (maximum == INT64_MAX) return "must be a whole number, at least " + std::to_string(minimum);
    return "must be a whole number from " + std::to_string(minimum) + " to " + std::to_string(maximum);
}

}  // namespace

std::int64_t JsonObject::integer(const char* key, std::int64_t otherwise, std::int64_t minimum,
                                 std::int64_t maximum) {
    const json* value = find(key);
    if (!value) return otherwise;
    std::int64_t result = 0;
    if (!readInteger(*value, result) || result < minimum || result > maximum)
        fail(key, range(minimum, maximum));
    return result;
}

std::uint64_t JsonObject::unsignedInteger(const char* key, std::uint64_t otherwise) {
    const json* value = find(key);
    if (!value) return otherwise;
    if (!value->is_number_unsigned()) fail(key, "must be a whole number, at least 0");
    return value->get<std::uint64_t>();
}

double JsonObject::number(const char* key, double otherwise) {
    const json* value = find(key);
    if (!value) return otherwise;
    if (!value->is_number()) fail(key, "must be a number");
    return value->get<double>();
}

std::optional<double> JsonObject::numberOrNone(const char* key) {
    const json* value = find(key);
    if (!value || value->is_null()) return std::nullopt;
    return number(key, 0.0);
}

std::vector<int> JsonObject::integers(const char* key, int minimum, int maximum) {
    std::vector<int> result;
    const json* list = find(key);
    if (!list) return result;
    if (!list->is_array()) fail(key, "must be a list");
    for (std::size_t i = 0; i < list->size(); ++i) {
        std::int64_t value = 0;
        if (!readInteger((*list)[i], value) || value < minimum || value > maximum)
            fail(std::string(key) + "[" + std::to_string(i) + "]", range(minimum, maximum));
        result.push_back(static_cast<int>(value));
    }
    return result;
}

void JsonObject::warnUnknown(std::vector<std::string>& warnings) const {
    for (const auto& item : value_.items()) {
        if (known_.count(item.key())) continue;
        if (warnings.size() == kMaxWarnings)
            warnings.push_back(printableWhole(origin_) + ": further unknown keys are not listed");
        if (warnings.size() > kMaxWarnings) return;
        warnings.push_back(printableWhole(origin_ + ": " + pathOf(item.key().substr(0, kMaxText)) +
                                          ": unknown key, ignored"));
    }
}

}  // namespace secateur
