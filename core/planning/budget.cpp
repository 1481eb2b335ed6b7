// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/budget.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/base/units.h"

namespace secateur {

namespace {

constexpr double kMostAmount = 9e18;
constexpr double kMostRate = 1e9;

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& letter : result)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    return result;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool isDigit(char letter) {
    return letter >= '0' && letter <= '9';
}

// The number that `text` begins with, thousands apart or not: "4,200,000", "2.5", ".5". Takes it off.
std::optional<double> takeNumber(std::string_view& text) {
    std::string digits;
    std::size_t at = 0;
    const auto takeWhile = [&](auto wanted) {
        while (at < text.size() && wanted(text[at])) {
            if (isDigit(text[at])) digits += text[at];
            ++at;
        }
    };
    if (!text.empty() && isDigit(text.front()))
        takeWhile([](char c) { return isDigit(c) || c == ',' || c == '_' || c == ' '; });
    if (at + 1 < text.size() && text[at] == '.' && isDigit(text[at + 1])) {
        digits += '.';
        ++at;
        takeWhile(isDigit);
    }
    if (digits.empty()) return std::nullopt;
    if (digits.front() == '.') digits.insert(digits.begin(), '0');
    double value = 0.0;
    const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (status != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    text.remove_prefix(at);
    return value;
}

template <std::size_t N>
bool isOneOf(std::string_view text, const std::array<std::string_view, N>& words) {
    return std::ranges::find(words, text) != words.end();
}

// Takes off the first of the words that the text begins with; whether there was one.
template <std::size_t N>
bool takeWord(std::string_view& text, const std::array<std::string_view, N>& words) {
    const std::string lowered = lower(text);
    for (const std::string_view word : words)
        if (lowered.starts_with(word)) {
            text = trimmed(text.substr(word.size()));
            return true;
        }
    return false;
}

std::optional<Budget> speedOf(double value, std::string_view unit) {
    static constexpr std::array<std::string_view, 6> kRates{"tokens/s", "token/s",       "tok/s",
                                                            "t/s",      "tokens/second", "tokens per second"};
    static constexpr std::array<std::string_view, 4> kTimes{"x", "\xC3\x97", "times", "times faster"};
    static constexpr std::string_view kDecode = " decode";
    if (unit.ends_with(kDecode)) unit = trimmed(unit.substr(0, unit.size() - kDecode.size()));
    if (!(value <= kMostRate)) return std::nullopt;
    if (isOneOf(unit, kRates) && value > 0.0) return Budget{Budget::Kind::Rate, 0.0, 0, value};
    if (isOneOf(unit, kTimes) && value > 1.0) return Budget{Budget::Kind::Speedup, 0.0, 0, value};
    return std::nullopt;
}

// "k", "M", "G", "T" and "B" for billions: parameters have one letter, or none; bytes two, or three: "GiB".
std::optional<Budget> sizeOf(double value, std::string unit) {
    static constexpr std::array<std::string_view, 4> kWords{"params", "param", "parameters", "parameter"};
    const std::size_t word = unit.find("param");
    const bool named = word != std::string::npos && isOneOf(std::string_view(unit).substr(word), kWords);
    if (named) unit = std::string(trimmed(std::string_view(unit).substr(0, word)));
    const bool bytes = unit.size() > 1;
    std::optional<double> factor = unit == "b" ? 1e9 : unitFactor(unit);
    if (bytes && (named || unit.back() != 'b')) return std::nullopt;
    if (!factor) return std::nullopt;
    value *= *factor;
    if (!(value >= 1.0) || value > kMostAmount) return std::nullopt;
    return Budget{bytes ? Budget::Kind::Bytes : Budget::Kind::Parameters, 0.0,
                  static_cast<std::int64_t>(std::llround(value))};
}

// What files have beside the values, which targets of a width do not count.
std::int64_t headers(const Accounting& sums) {
    return sums.files ? sums.files->bytesAfter - sums.files->tensorsAfter : 0;
}

// With as many digits as were meant.
std::string shortest(double value) {
    std::array<char, 32> buffer{};
    const auto [end, status] =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
    return status == std::errc{} ? std::string(buffer.data(), end) : std::string();
}

}  // namespace

std::optional<Budget> parseBudget(std::string_view text) {
    static constexpr std::array<std::string_view, 4> kAtMost{"under ", "below ", "at most ", "within "};
    static constexpr std::array<std::string_view, 1> kAtLeast{"at least "};
    text = trimmed(text);
    const bool most = takeWord(text, kAtMost);
    const bool least = !most && takeWord(text, kAtLeast);
    const std::optional<double> value = takeNumber(text);
    if (!value) return std::nullopt;
    const std::string unit = lower(trimmed(text));
    if (unit == "%") {
        if (*value >= 100.0 || most || least) return std::nullopt;
        return Budget{Budget::Kind::Share, *value / 100.0, 0};
    }
    if (const auto speed = speedOf(*value, unit)) return most ? std::nullopt : speed;
    return least ? std::nullopt : sizeOf(*value, unit);
}

std::string budgetText(const Budget& budget) {
    switch (budget.kind) {
        case Budget::Kind::Share:
            return formatPercent(budget.share);
        case Budget::Kind::Parameters: {
            std::string text = formatCount(budget.amount);
            std::ranges::replace(text, 'G', 'B');
            return text;
        }
        case Budget::Kind::Bytes:
            return formatBytes(budget.amount);
        case Budget::Kind::Rate:
            return shortest(budget.rate) + " tokens/s";
        case Budget::Kind::Speedup:
            return shortest(budget.rate) + "x";
    }
    return {};
}

const char* budgetExamples() {
    return "30 %, 4 GB, 2.5 B, 40 tokens/s or 1.5x";
}

WidthRequest withRatio(WidthRequest width, double ratio) {
    width.ratio = ratio;
    width.targetParameters.reset();
    width.targetBytes.reset();
    return width;
}

WidthRequest withBudget(WidthRequest width, const Budget& budget, const Accounting& present) {
    width = withRatio(std::move(width), 0.0);
    if (budget.kind == Budget::Kind::Bytes)
        width.targetBytes = std::max<std::int64_t>(budget.amount - headers(present), 1);
    else if (budget.kind == Budget::Kind::Parameters || budget.share > 0.0)
        width.targetParameters = mostParameters(budget, present.parametersBefore);
    return width;
}

std::int64_t mostParameters(const Budget& budget, std::int64_t before) {
    if (budget.kind == Budget::Kind::Parameters) return budget.amount;
    return std::llround((1.0 - budget.share) * static_cast<double>(before));
}

std::int64_t packedAfter(const Accounting& sums) {
    return sums.bytesAfter + headers(sums);
}

bool isMet(const Budget& budget, const Accounting& sums) {
    if (budget.kind == Budget::Kind::Parameters) return sums.parametersBefore <= budget.amount;
    if (budget.kind == Budget::Kind::Bytes) return writtenBefore(sums) <= budget.amount;
    return budget.kind == Budget::Kind::Share && budget.share == 0.0;
}

double targetRate(const Budget& budget, double denseRate) {
    return budget.kind == Budget::Kind::Speedup ? budget.rate * denseRate : budget.rate;
}

}  // namespace secateur
