// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer/json_value.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/utf8.h"
#include "core/storage/file_io.h"

namespace secateur::tokenizer {

namespace {

constexpr int kMaxDepth = 64;
constexpr std::uint64_t kMaxFileBytes = 512u << 20;

}  // namespace

JsonFile::JsonFile(const std::filesystem::path& file, JsonDialect dialect)
    : JsonFile(file.string(), readSmallFile(file, kMaxFileBytes), dialect) {}

JsonFile::JsonFile(std::string name, std::string_view text, JsonDialect dialect)
    : name_(std::move(name)),
      value_(std::make_unique<nlohmann::json>(parseBoundedJson(text, name_, kMaxDepth, dialect))) {}

JsonFile::~JsonFile() = default;

JsonValue JsonFile::root() const {
    return {*value_, name_, ""};
}

JsonValue::JsonValue(const nlohmann::json& value, const std::string& file, std::string path)
    : value_(&value), file_(&file), path_(std::move(path)) {}

std::optional<JsonValue> JsonValue::find(const std::string& key) const {
    if (!value_->is_object()) fail(ErrorCode::Corrupt, "is not an object");
    const auto member = value_->find(key);
    if (member == value_->end() || member->is_null()) return std::nullopt;
    return JsonValue(*member, *file_, path_.empty() ? key : path_ + "." + key);
}

JsonValue JsonValue::get(const std::string& key) const {
    auto member = find(key);
    if (!member) fail(ErrorCode::Corrupt, "lacks \"" + key + "\"");
    return *std::move(member);
}

std::string JsonValue::stringOr(const std::string& key, const std::string& fallback) const {
    const auto member = find(key);
    return member ? member->string() : fallback;
}

bool JsonValue::boolOr(const std::string& key, bool fallback) const {
    const auto member = find(key);
    return member ? member->boolean() : fallback;
}

std::vector<JsonValue> JsonValue::items() const {
    if (!value_->is_array()) fail(ErrorCode::Corrupt, "is not a list");
    std::vector<JsonValue> items;
    items.reserve(value_->size());
    for (const auto& item : *value_) {
        items.emplace_back(item, *file_, path_ + "[" + std::to_string(items.size()) + "]");
    }
    return items;
}

const std::string& JsonValue::string() const {
    if (!value_->is_string()) fail(ErrorCode::Corrupt, "is not a string");
    return value_->get_ref<const std::string&>();
}

bool JsonValue::isObject() const noexcept {
    return value_->is_object();
}

bool JsonValue::boolean() const {
    if (!value_->is_boolean()) fail(ErrorCode::Corrupt, "is not true or false");
    return value_->get<bool>();
}

bool JsonValue::isTokenId() const noexcept {
    return value_->is_number_unsigned() && value_->get<std::uint64_t>() <= kMaxTokenId;
}

std::int64_t JsonValue::integer(std::int64_t low, std::int64_t high) const {
    const bool huge = value_->is_number_unsigned() && value_->get<std::uint64_t>() > INT64_MAX;
    if (!value_->is_number_integer()) fail(ErrorCode::Corrupt, "is not a whole number");
    if (huge || value_->get<std::int64_t>() < low || value_->get<std::int64_t>() > high) {
        fail(ErrorCode::Corrupt,
             "is " + value_->dump() + ", not within " + std::to_string(low) + " to " + std::to_string(high));
    }
    return value_->get<std::int64_t>();
}

char32_t JsonValue::character() const {
    std::size_t position = 0;
    const std::string& text = string();
    const char32_t codePoint = text.empty() ? 0 : nextCodePoint(text, position);
    if (text.empty() || position != text.size()) fail(ErrorCode::Corrupt, "is not a single character");
    return codePoint;
}

std::string JsonValue::place() const {
    return *file_ + ": " + (path_.empty() ? "the top level" : path_);
}

void JsonValue::fail(ErrorCode code, const std::string& what, const std::string& hint) const {
    throw Error(code, place() + " " + what, hint);
}

void JsonValue::unsupported(const std::string& what) const {
    fail(ErrorCode::Unsupported, what + ", which is not supported",
         "docs/formats/tokenizers.md lists what tokenizer.json may use");
}

}  // namespace secateur::tokenizer
