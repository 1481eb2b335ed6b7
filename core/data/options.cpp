// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <type_traits>

#include "core/base/error.h"

namespace secateur {

namespace {

[[noreturn]] void fail(const std::string& where, std::string_view key, const std::string& what,
                       const std::string& hint = {}) {
    throw Error(ErrorCode::InvalidArgument, where + ": " + std::string(key) + " " + what, hint);
}

std::string numberText(double value) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), end.ptr};
}

template <typename T>
T parsed(std::string_view text, const std::string& where, std::string_view key, const char* what) {
    T value{};
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc() || result.ptr != text.data() + text.size())
        fail(where, key, "must be " + std::string(what) + ", not '" + std::string(text) + "'");
    return value;
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        parts.emplace_back(text.substr(0, comma));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return parts;
}

// "1,3-5"
std::vector<int> parsedNumbers(std::string_view text, const std::string& where, std::string_view key) {
    constexpr int kMost = 1 << 20;
    std::vector<int> numbers;
    for (const std::string& part : split(text)) {
        const std::size_t dash = part.find('-', 1);
        const int first =
            parsed<int>(std::string_view(part).substr(0, dash), where, key, "a list of numbers");
        const int last = dash == std::string::npos ? first
                                                   : parsed<int>(std::string_view(part).substr(dash + 1),
                                                                 where, key, "a list of numbers");
        if (last < first || last - first > kMost) fail(where, key, "has the range '" + part + "'");
        for (int number = first; number <= last; ++number) numbers.push_back(number);
    }
    return numbers;
}

bool parsedFlag(std::string_view text, const std::string& where, std::string_view key) {
    if (text == "true" || text == "yes" || text == "1") return true;
    if (text == "false" || text == "no" || text == "0") return false;
    fail(where, key, "must be true or false, not '" + std::string(text) + "'");
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

void checkChoice(const OptionSpec& spec, const std::string& word, const std::string& where) {
    if (spec.choices.empty()) return;
    if (std::ranges::find(spec.choices, word) == spec.choices.end())
        fail(where, spec.key, "cannot be '" + word + "'", "known are " + joined(spec.choices));
}

void checkRange(const OptionSpec& spec, double value, const std::string& where) {
    if (!std::isfinite(value)) fail(where, spec.key, "must be a number");
    if (spec.least == spec.most) return;
    const bool low = spec.openBelow ? value <= spec.least : value < spec.least;
    const bool high = spec.openAbove ? value >= spec.most : value > spec.most;
    if (low || high)
        fail(where, spec.key, "is " + numberText(value) + ", which is out of range",
             "it lies between " + numberText(spec.least) + (spec.openBelow ? " (not included)" : "") +
                 " and " + numberText(spec.most) + (spec.openAbove ? " (not included)" : ""));
}

void checkValue(OptionValue& value, const OptionSpec& spec, const std::string& where) {
    if (std::holds_alternative<double>(spec.usual) && std::holds_alternative<std::int64_t>(value))
        value = static_cast<double>(std::get<std::int64_t>(value));
    if (value.index() != spec.usual.index()) {
        // An empty list has no type of its own in JSON.
        const auto* numbers = std::get_if<std::vector<int>>(&value);
        if (numbers && numbers->empty() && std::holds_alternative<std::vector<std::string>>(spec.usual))
            value = std::vector<std::string>();
        else
            fail(where, spec.key, "has a value of another type",
                 "e.g. " + spec.key + "=" + formatOption(spec.usual));
    }
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        checkRange(spec, static_cast<double>(*integer), where);
    if (const auto* number = std::get_if<double>(&value)) checkRange(spec, *number, where);
    if (const auto* text = std::get_if<std::string>(&value)) checkChoice(spec, *text, where);
    if (const auto* list = std::get_if<std::vector<std::string>>(&value))
        for (const std::string& word : *list) checkChoice(spec, word, where);
    if (const auto* list = std::get_if<std::vector<int>>(&value))
        for (const int number : *list) checkRange(spec, number, where);
}

// "method=lora|distill" against the values.
bool hasEffect(const OptionSpec& spec, const OptionValues& values, std::span<const OptionSpec> specs) {
    if (spec.onlyIf.empty()) return true;
    const std::size_t equal = spec.onlyIf.find('=');
    const std::string key = spec.onlyIf.substr(0, equal);
    const OptionValue* set = values.find(key);
    const OptionSpec* other = findSpec(specs, key);
    if (!set && !other) return true;
    const std::string value = formatOption(set ? *set : other->usual);
    std::string_view wanted = std::string_view(spec.onlyIf).substr(equal + 1);
    while (!wanted.empty()) {
        const std::size_t bar = std::min(wanted.find('|'), wanted.size());
        if (wanted.substr(0, bar) == value) return true;
        wanted.remove_prefix(std::min(bar + 1, wanted.size()));
    }
    return false;
}

const OptionValue& valueOf(const OptionValues& values, std::span<const OptionSpec> specs,
                           std::string_view key) {
    if (const OptionValue* set = values.find(key)) return *set;
    if (const OptionSpec* spec = findSpec(specs, key)) return spec->usual;
    throw Error(ErrorCode::Internal, "there is no option '" + std::string(key) + "'");
}

}  // namespace

void OptionValues::set(const std::string& key, OptionValue value) {
    for (auto& [name, held] : entries_)
        if (name == key) {
            held = std::move(value);
            return;
        }
    entries_.emplace_back(key, std::move(value));
}

void OptionValues::erase(std::string_view key) {
    std::erase_if(entries_, [&](const auto& entry) { return entry.first == key; });
}

const OptionValue* OptionValues::find(std::string_view key) const {
    const auto found = std::ranges::find_if(entries_, [&](const auto& entry) { return entry.first == key; });
    return found == entries_.end() ? nullptr : &found->second;
}

const OptionSpec* findSpec(std::span<const OptionSpec> specs, std::string_view key) {
    const auto found = std::ranges::find_if(specs, [&](const OptionSpec& spec) { return spec.key == key; });
    return found == specs.end() ? nullptr : &*found;
}

bool flagOf(const OptionValues& values, std::span<const OptionSpec> specs, std::string_view key) {
    return std::get<bool>(valueOf(values, specs, key));
}

std::int64_t integerOf(const OptionValues& values, std::span<const OptionSpec> specs, std::string_view key) {
    return std::get<std::int64_t>(valueOf(values, specs, key));
}

double numberOf(const OptionValues& values, std::span<const OptionSpec> specs, std::string_view key) {
    const OptionValue& value = valueOf(values, specs, key);
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
    return std::get<double>(value);
}

std::string textOf(const OptionValues& values, std::span<const OptionSpec> specs, std::string_view key) {
    return std::get<std::string>(valueOf(values, specs, key));
}

std::vector<int> numbersOf(const OptionValues& values, std::span<const OptionSpec> specs,
                           std::string_view key) {
    return std::get<std::vector<int>>(valueOf(values, specs, key));
}

OptionValue parseOption(const OptionSpec& spec, std::string_view text, const std::string& where) {
    return std::visit(
        [&](const auto& usual) -> OptionValue {
            using T = std::decay_t<decltype(usual)>;
            if constexpr (std::is_same_v<T, bool>)
                return parsedFlag(text, where, spec.key);
            else if constexpr (std::is_same_v<T, std::int64_t>)
                return parsed<std::int64_t>(text, where, spec.key, "a whole number");
            else if constexpr (std::is_same_v<T, double>)
                return parsed<double>(text, where, spec.key, "a number");
            else if constexpr (std::is_same_v<T, std::vector<int>>)
                return parsedNumbers(text, where, spec.key);
            else if constexpr (std::is_same_v<T, std::vector<std::string>>)
                return split(text);
            else
                return std::string(text);
        },
        spec.usual);
}

std::string formatOption(const OptionValue& value) {
    return std::visit(
        [](const auto& held) -> std::string {
            using T = std::decay_t<decltype(held)>;
            if constexpr (std::is_same_v<T, bool>)
                return held ? "true" : "false";
            else if constexpr (std::is_same_v<T, std::int64_t>)
                return std::to_string(held);
            else if constexpr (std::is_same_v<T, double>)
                return numberText(held);
            else if constexpr (std::is_same_v<T, std::string>)
                return held;
            else {
                std::string text;
                for (const auto& entry : held) {
                    if (!text.empty()) text += ',';
                    if constexpr (std::is_same_v<T, std::vector<int>>)
                        text += std::to_string(entry);
                    else
                        text += entry;
                }
                return text;
            }
        },
        value);
}

void fillUsual(OptionValues& values, std::span<const OptionSpec> specs) {
    for (const OptionSpec& spec : specs)
        if (!values.find(spec.key) && hasEffect(spec, values, specs)) values.set(spec.key, spec.usual);
}

void checkOptions(OptionValues& values, std::span<const OptionSpec> specs, const std::string& where) {
    std::vector<std::string> known;
    for (const OptionSpec& spec : specs) known.push_back(spec.key);
    const std::vector<std::pair<std::string, OptionValue>> given = values.entries();
    for (auto [key, value] : given) {
        const OptionSpec* spec = findSpec(specs, key);
        if (!spec)
            fail(where, key, "is not an option",
                 known.empty() ? "it has none" : "known are " + joined(known));
        checkValue(value, *spec, where);
        if (!hasEffect(*spec, values, specs) && value != spec->usual)
            fail(where, key, "has no effect here", "it needs " + spec->onlyIf);
        values.set(key, std::move(value));
    }
}

}  // namespace secateur
