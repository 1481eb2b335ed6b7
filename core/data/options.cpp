// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <type_traits>

#include "core/base/error.h"
#include "core/base/units.h"

namespace secateur {

namespace {

// The option in the words of whoever gave it; see checkOptions() for `where`.
std::string placeOf(const std::string& where, std::string_view key, const OptionSpec* spec) {
    if (where.empty()) return spec ? spec->label : std::string(key);
    if (where == "--") return where + (spec ? commandName(*spec) : std::string(key));
    if (!where.ends_with('.')) return where + ": " + std::string(key);
    std::string name(key);
    std::ranges::replace(name, '-', '_');
    return where + name;
}

[[noreturn]] void fail(const std::string& place, const std::string& what, const std::string& hint = {}) {
    throw Error(ErrorCode::InvalidArgument, place + " " + what, hint);
}

constexpr double kWholeLimit = std::numeric_limits<int>::max();  // no bound that anyone meets

std::string numberText(double value) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), end.ptr};
}

template <typename T>
T parsed(std::string_view text, const std::string& place, const char* what) {
    T value{};
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || result.ec != std::errc() || result.ptr != text.data() + text.size())
        fail(place, "must be " + std::string(what) + ", not '" + std::string(text) + "'");
    return value;
}

std::vector<std::string> split(std::string_view text, std::string_view between = ",") {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(between), text.size());
        parts.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + between.size(), text.size()));
    }
    return parts;
}

// "1,3-5"
std::vector<int> parsedNumbers(std::string_view text, const std::string& place) {
    constexpr int kMost = 1 << 20;
    constexpr const char* kList = "a list of numbers, e.g. 0,3-5";
    std::vector<int> numbers;
    for (const std::string& part : split(text)) {
        const std::size_t dash = part.find('-', 1);
        const int first = parsed<int>(std::string_view(part).substr(0, dash), place, kList);
        const int last = dash == std::string::npos
                             ? first
                             : parsed<int>(std::string_view(part).substr(dash + 1), place, kList);
        if (last < first || last - first > kMost) fail(place, "has the range '" + part + "'");
        for (int number = first; number <= last; ++number) numbers.push_back(number);
    }
    return numbers;
}

bool parsedFlag(std::string_view text, const std::string& place) {
    if (text == "true" || text == "yes" || text == "1") return true;
    if (text == "false" || text == "no" || text == "0") return false;
    fail(place, "must be true or false, not '" + std::string(text) + "'");
}

// Amounts of bytes and of parameters may have a unit: "4.2M", "8 GiB".
std::int64_t parsedInteger(std::string_view text, const OptionSpec& spec, const std::string& place) {
    if (isAmount(spec))
        if (const auto amount = amountOf(text)) return *amount;
    return parsed<std::int64_t>(text, place, "a whole number");
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

bool inRange(const OptionSpec& spec, double value) {
    if (spec.least == spec.most) return true;
    return (spec.openBelow ? value > spec.least : value >= spec.least) &&
           (spec.openAbove ? value < spec.most : value <= spec.most);
}

void checkChoice(const OptionSpec& spec, const std::string& word, const std::string& place) {
    if (spec.choices.empty()) return;
    if (std::ranges::find(spec.choices, word) == spec.choices.end())
        fail(place, "cannot be '" + word + "'", "known are " + joined(spec.choices));
}

void checkRange(const OptionSpec& spec, double value, const std::string& place) {
    if (std::isnan(value)) fail(place, "must be a number");
    if (!inRange(spec, value) || std::isinf(value))
        fail(place, "is " + numberText(value) + ", which is out of range", "it is " + rangeText(spec));
}

void checkType(OptionValue& value, const OptionSpec& spec, const std::string& place) {
    if (std::holds_alternative<double>(spec.usual) && std::holds_alternative<std::int64_t>(value))
        value = static_cast<double>(std::get<std::int64_t>(value));
    if (value.index() == spec.usual.index()) return;
    // An empty list has no type of its own in JSON.
    const auto* numbers = std::get_if<std::vector<int>>(&value);
    if (numbers && numbers->empty() && std::holds_alternative<std::vector<std::string>>(spec.usual))
        value = std::vector<std::string>();
    else
        fail(place, "has a value of another type", "e.g. " + spec.key + "=" + formatOption(spec.usual));
}

void checkValue(OptionValue& value, const OptionSpec& spec, const std::string& place, Idle idle) {
    checkType(value, spec, place);
    // The usual value of an optional number lies outside of its range: files say "not given" with it, people
    // cannot.
    if (value == spec.usual && (idle == Idle::Accepted || !isOptional(spec))) return;
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        checkRange(spec, static_cast<double>(*integer), place);
    if (const auto* number = std::get_if<double>(&value)) checkRange(spec, *number, place);
    if (const auto* text = std::get_if<std::string>(&value)) checkChoice(spec, *text, place);
    if (const auto* list = std::get_if<std::vector<std::string>>(&value))
        for (const std::string& word : *list) checkChoice(spec, word, place);
    if (const auto* list = std::get_if<std::vector<int>>(&value))
        for (const int number : *list) checkRange(spec, number, place);
}

const OptionValue& valueOf(const OptionValues& values, std::span<const OptionSpec> specs,
                           std::string_view key) {
    if (const OptionValue* set = values.find(key)) return *set;
    if (const OptionSpec* spec = findSpec(specs, key)) return spec->usual;
    throw Error(ErrorCode::Internal, "there is no option '" + std::string(key) + "'");
}

bool holds(const OptionCondition& condition, const OptionValues& values, std::span<const OptionSpec> specs) {
    const OptionValue* set = values.find(condition.key);
    const OptionSpec* other = findSpec(specs, condition.key);
    if (!set && !other) return true;
    const std::string value = formatOption(set ? *set : other->usual);
    return std::ranges::find(condition.values, value) != condition.values.end();
}

// The first condition that does not hold; nothing when all do.
std::optional<OptionCondition> unmet(const OptionSpec& spec, const OptionValues& values,
                                     std::span<const OptionSpec> specs) {
    for (OptionCondition& condition : conditionsOf(spec))
        if (!holds(condition, values, specs)) return std::move(condition);
    return std::nullopt;
}

}  // namespace

std::string commandName(const OptionSpec& spec) {
    if (!spec.alias.empty()) return spec.alias;
    return turnsOff(spec) ? "no-" + spec.key : spec.key;
}

std::string jsonName(const OptionSpec& spec) {
    std::string name = spec.key;
    std::ranges::replace(name, '-', '_');
    return name;
}

bool turnsOff(const OptionSpec& spec) noexcept {
    const auto* flag = std::get_if<bool>(&spec.usual);
    return flag && *flag;
}

bool isOptional(const OptionSpec& spec) {
    if (const auto* integer = std::get_if<std::int64_t>(&spec.usual))
        return !inRange(spec, static_cast<double>(*integer));
    const auto* number = std::get_if<double>(&spec.usual);
    return number && !inRange(spec, *number);
}

bool isAmount(const OptionSpec& spec) {
    return spec.unit == "bytes" || spec.unit == "parameters";
}

bool excludeEachOther(const OptionSpec& one, const OptionSpec& other) {
    return std::ranges::find(one.excludes, other.key) != one.excludes.end() ||
           std::ranges::find(other.excludes, one.key) != other.excludes.end();
}

OptionValues fitting(const OptionValues& values, std::span<const OptionSpec> specs) {
    OptionValues kept;
    for (const auto& [key, value] : values.entries()) {
        const OptionSpec* spec = findSpec(specs, key);
        if (!spec) continue;
        OptionValues one;
        one.set(key, value);
        try {
            checkOptions(one, std::span(spec, 1), {}, Idle::Accepted);
            kept.set(key, *one.find(key));
        } catch (const Error&) {
            continue;  // of another type or range there
        }
    }
    return kept;
}

std::string optionPlace(const std::string& where, const OptionSpec& spec) {
    return placeOf(where, spec.key, &spec);
}

std::string rangeText(const OptionSpec& spec) {
    if (!spec.choices.empty()) return joined(spec.choices);
    if (spec.least == spec.most) return {};
    if (spec.most == kNoLimit) return (spec.openBelow ? "more than " : "at least ") + numberText(spec.least);
    return numberText(spec.least) + (spec.openBelow ? " (not included) to " : " to ") +
           numberText(spec.most) + (spec.openAbove ? " (not included)" : "");
}

std::string usualText(const OptionSpec& spec) {
    return spec.usually.empty() ? formatOption(spec.usual) : spec.usually;
}

std::vector<OptionCondition> conditionsOf(const OptionSpec& spec) {
    std::vector<OptionCondition> conditions;
    for (std::string& text : split(spec.onlyIf, " and ")) {
        const std::size_t equal = text.find('=');
        conditions.push_back(
            {text.substr(0, equal), split(std::string_view(text).substr(equal + 1), "|"), std::move(text)});
    }
    return conditions;
}

bool hasEffect(const OptionSpec& spec, const OptionValues& values, std::span<const OptionSpec> specs) {
    return !unmet(spec, values, specs);
}

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
    const std::string place = placeOf(where, spec.key, &spec);
    OptionValue value = std::visit(
        [&](const auto& usual) -> OptionValue {
            using T = std::decay_t<decltype(usual)>;
            if constexpr (std::is_same_v<T, bool>)
                return parsedFlag(text, place);
            else if constexpr (std::is_same_v<T, std::int64_t>)
                return parsedInteger(text, spec, place);
            else if constexpr (std::is_same_v<T, double>)
                return parsed<double>(text, place, "a number");
            else if constexpr (std::is_same_v<T, std::vector<int>>)
                return parsedNumbers(text, place);
            else if constexpr (std::is_same_v<T, std::vector<std::string>>)
                return split(text);
            else
                return std::string(text);
        },
        spec.usual);
    return value;
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

void checkOptions(OptionValues& values, std::span<const OptionSpec> specs, const std::string& where,
                  Idle idle) {
    std::vector<std::string> known;
    for (const OptionSpec& spec : specs) known.push_back(spec.key);
    const std::vector<std::pair<std::string, OptionValue>> given = values.entries();
    for (auto [key, value] : given) {
        const OptionSpec* spec = findSpec(specs, key);
        const std::string place = placeOf(where, key, spec);
        if (!spec)
            fail(place, "is not an option", known.empty() ? "there is none" : "known are " + joined(known));
        checkValue(value, *spec, place, idle);
        values.set(key, std::move(value));
    }
    if (idle == Idle::Accepted) return;
    for (const auto& [key, value] : values.entries()) {
        const OptionSpec* spec = findSpec(specs, key);
        if (value == spec->usual) continue;
        const std::string place = placeOf(where, key, spec);
        if (const auto missing = unmet(*spec, values, specs))
            fail(place,
                 "has no effect with " + missing->key + " " +
                     formatOption(valueOf(values, specs, missing->key)),
                 "it needs " + missing->text);
        for (const std::string& excluded : spec->excludes) {
            const OptionSpec* other = findSpec(specs, excluded);
            const OptionValue* beside = values.find(excluded);
            if (other && beside && *beside != other->usual)
                fail(place, "excludes " + commandName(*other), "leave one of the two out");
        }
    }
}

std::vector<std::string> commandWords(std::span<const OptionSpec> specs, const OptionValues& values) {
    std::vector<std::string> words;
    for (const OptionSpec& spec : specs) {
        const OptionValue* value = values.find(spec.key);
        if (!value || *value == spec.usual || !hasEffect(spec, values, specs)) continue;
        words.push_back("--" + commandName(spec));
        if (!std::holds_alternative<bool>(*value)) words.push_back(formatOption(*value));
    }
    return words;
}

}  // namespace secateur
