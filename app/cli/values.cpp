// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "app/cli/command.h"
#include "core/base/error.h"
#include "core/base/units.h"

namespace secateur::cli {

namespace {

constexpr std::size_t kMostRatios = 1000;

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\n\r[");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\n\r]") - first + 1);
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    while (true) {
        const std::size_t end = text.find_first_of(separators, begin);
        parts.push_back(trimmed(text.substr(begin, end - begin)));
        if (end == std::string_view::npos) return parts;
        begin = end + 1;
    }
}

// The whole of `text` as a number. charconv reads the same in every locale.
template <typename Number>
Number number(std::string_view text, const std::string& option) {
    Number value{};
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || status != std::errc{} || end != text.data() + text.size()) {
        usageError(option + ": '" + std::string(text) + "' is not a number");
    }
    return value;
}

[[noreturn]] void outOfRange(const std::string& option, const std::string& what,
                             const std::string& hint = {}) {
    throw Error(ErrorCode::InvalidArgument, option + ": " + what, hint);
}

double checkedRatio(double ratio, const std::string& option) {
    if (!(ratio >= 0.0 && ratio < 1.0)) {
        outOfRange(option, "ratio " + formatScore(ratio) + " is outside [0, 1)",
                   "a ratio is the fraction of the decoder's linear weights to remove, e.g. 0.2");
    }
    return ratio;
}

// Steps of 0.1 are not exact in binary; ratios are wanted as they are written.
double rounded(double ratio) {
    return std::nearbyint(ratio * 1e9) / 1e9;
}

}  // namespace

std::int64_t parseAmount(std::string_view text, const std::string& option) {
    const std::string_view all = trimmed(text);
    const auto end = std::min(all.find_first_not_of("0123456789.+-eE"), all.size());
    const double value = number<double>(trimmed(all.substr(0, end)), option);
    const std::optional<double> factor = unitFactor(trimmed(all.substr(end)));
    if (!factor)
        usageError(option + ": '" + std::string(text) +
                   "' has an unknown unit (k, M, G, T, KiB, MiB, GiB, TiB)");
    const double amount = value * *factor;
    if (!(amount >= 1.0 && amount < 9e18)) outOfRange(option, "'" + std::string(text) + "' is out of range");
    return static_cast<std::int64_t>(std::llround(amount));
}

std::vector<int> parseNumbers(std::string_view text, const std::string& option) {
    static constexpr int kMostNumbers = 100000;
    std::vector<int> numbers;
    for (const std::string_view part : split(text, ",")) {
        const auto dash = part.find('-', 1);
        const bool range = dash != std::string_view::npos;
        const auto first = number<std::int64_t>(part.substr(0, dash), option);
        const auto last = range ? number<std::int64_t>(part.substr(dash + 1), option) : first;
        if (first < 0 || last < first || last - first >= kMostNumbers ||
            last > std::numeric_limits<int>::max()) {
            outOfRange(option, "'" + std::string(part) + "' is out of range");
        }
        for (std::int64_t value = first; value <= last; ++value) numbers.push_back(static_cast<int>(value));
    }
    return numbers;
}

std::vector<double> parseRatios(std::string_view text, const std::string& option) {
    std::vector<double> ratios;
    const auto range = split(text, ":");
    if (range.size() == 1) {
        for (const std::string_view part : split(text, ",")) {
            ratios.push_back(checkedRatio(number<double>(part, option), option));
        }
        return ratios;
    }
    if (range.size() != 3)
        usageError(option + ": '" + std::string(text) + "' is not FROM:TO:STEP, e.g. 0:0.6:0.1");
    const double from = checkedRatio(number<double>(range[0], option), option);
    const double to = checkedRatio(number<double>(range[1], option), option);
    const double step = number<double>(range[2], option);
    if (!(step > 0.0) || to < from)
        outOfRange(option, "'" + std::string(text) + "' has no points",
                   "TO is not below FROM, STEP is above 0");
    const double points = std::floor((to - from) / step + 1e-6) + 1.0;
    if (points > static_cast<double>(kMostRatios))
        outOfRange(option, "'" + std::string(text) + "' has more than 1000 points");
    for (int i = 0; i < static_cast<int>(points); ++i) ratios.push_back(rounded(from + i * step));
    return ratios;
}

std::vector<int> parseCounts(std::string_view text, const std::string& option) {
    static constexpr std::int64_t kMostCounts = 100000;
    const auto range = split(text, ":");
    std::vector<int> counts;
    if (range.size() == 1) {
        for (const std::string_view part : split(text, ","))
            counts.push_back(atLeast(number<std::int64_t>(part, option), 1, option));
        return counts;
    }
    if (range.size() > 3)
        usageError(option + ": '" + std::string(text) + "' is not FROM:TO or FROM:TO:STEP, e.g. 1:11");
    const int from = atLeast(number<std::int64_t>(range[0], option), 1, option);
    const int to = atLeast(number<std::int64_t>(range[1], option), 1, option);
    const auto step = range.size() == 3 ? number<std::int64_t>(range[2], option) : std::int64_t{1};
    if (to < from || step < 1 || to - from >= kMostCounts)
        outOfRange(option, "'" + std::string(text) + "' is out of range",
                   "TO is not below FROM, STEP is at least 1");
    for (std::int64_t count = from; count <= to; count += step) counts.push_back(static_cast<int>(count));
    return counts;
}

std::vector<std::string> parseWords(std::string_view text, const std::string& option) {
    std::vector<std::string> words;
    for (const std::string_view part : split(text, ",")) {
        if (part.empty()) usageError(option + ": a name is missing in '" + std::string(text) + "'");
        words.emplace_back(part);
    }
    return words;
}

std::vector<std::int32_t> parseIds(std::string_view text, const std::string& option) {
    std::vector<std::int32_t> ids;
    for (const std::string_view part : split(trimmed(text), ", \n\t")) {
        if (part.empty()) continue;
        const auto id = number<std::int64_t>(part, option);
        if (id < 0 || id > std::numeric_limits<std::int32_t>::max()) {
            outOfRange(option, "id " + std::string(part) + " is out of range");
        }
        ids.push_back(static_cast<std::int32_t>(id));
    }
    return ids;
}

int atLeast(std::int64_t value, int minimum, const std::string& option) {
    if (value < minimum || value > std::numeric_limits<int>::max()) {
        outOfRange(option, std::to_string(value) + " is out of range",
                   "the least value is " + std::to_string(minimum));
    }
    return static_cast<int>(value);
}

}  // namespace secateur::cli
