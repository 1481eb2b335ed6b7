// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace secateur {

namespace {

template <typename... Args>
std::string print(const char* format, Args... args) {
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), format, args...);
    return buffer.data();
}

// Three significant digits with a decimal prefix; small whole numbers stay as they are.
std::string scaled(double value, const char* unit) {
    static constexpr std::array<const char*, 6> kPrefixes{"", "k", "M", "G", "T", "P"};
    if (std::abs(value) < 1000.0) {
        const bool whole = value == std::floor(value);
        return print(whole ? "%.0f" : "%.3g", value) + (*unit ? std::string(" ") + unit : "");
    }
    std::size_t prefix = 0;
    while (std::abs(value) >= 999.5 && prefix + 1 < kPrefixes.size()) {
        value /= 1000.0;
        ++prefix;
    }
    const int decimals = std::abs(value) < 9.995 ? 2 : std::abs(value) < 99.95 ? 1 : 0;
    return print("%.*f ", decimals, value) + kPrefixes[prefix] + unit;
}

}  // namespace

std::string formatCount(std::int64_t count) {
    return scaled(static_cast<double>(count), "");
}

std::string formatBytes(std::int64_t bytes) {
    return scaled(static_cast<double>(bytes), "B");
}

std::string formatPercent(double fraction) {
    return print("%.1f %%", 100.0 * fraction);
}

std::string formatPerplexity(double value) {
    if (!std::isfinite(value)) return "-";
    if (value < 100.0) return print("%.3f", value);
    return print(value < 1000.0 ? "%.1f" : "%.0f", value);
}

std::string formatPerplexity(double value, const std::optional<double>& standardError) {
    std::string text = formatPerplexity(value);
    if (!standardError || !(*standardError > 0.0) || !std::isfinite(*standardError)) return text;
    const int decimals = 1 - static_cast<int>(std::floor(std::log10(*standardError)));
    return text + print(" ± %.*f", std::clamp(decimals, 0, 6), *standardError);
}

std::string formatChange(double fraction, const std::optional<double>& standardError) {
    const std::string percent =
        std::abs(fraction) < 10.0 ? formatPercent(fraction) : print("%.0f %%", 100.0 * fraction);
    const std::string text = (fraction < 0.0 ? "" : "+") + percent;
    return standardError ? text + " ± " + formatPercent(*standardError) : text;
}

std::string formatCorrelation(double value) {
    return print("%.2f", value);
}

std::string formatScore(double value) {
    return std::isnan(value) ? "-" : print("%.4g", value);
}

std::string formatDuration(double seconds) {
    if (!(seconds >= 0.0)) return "-";
    const auto whole = static_cast<long long>(std::llround(seconds));
    if (whole >= 3600) return print("%lld:%02lld:%02lld", whole / 3600, whole / 60 % 60, whole % 60);
    return print("%lld:%02lld", whole / 60, whole % 60);
}

std::string formatRate(double perSecond, const std::string& unit) {
    if (!(perSecond > 0.0)) return "-";
    const std::string number = scaled(perSecond, "");
    const bool needsSpace = number.back() != ' ';
    return number + (needsSpace ? " " : "") + unit + "/s";
}

std::optional<double> unitFactor(std::string_view unit) {
    if (!unit.empty() && (unit.back() == 'B' || unit.back() == 'b')) unit.remove_suffix(1);
    const bool binary = unit.size() == 2 && unit.back() == 'i';
    if (unit.empty()) return 1.0;
    if (unit.size() > 1 && !binary) return std::nullopt;
    static constexpr std::string_view kPrefixes = "kmgt";
    const auto power = kPrefixes.find(static_cast<char>(unit.front() | 0x20));
    if (power == std::string_view::npos) return std::nullopt;
    return std::pow(binary ? 1024.0 : 1000.0, static_cast<double>(power + 1));
}

std::optional<std::int64_t> amountOf(std::string_view text) {
    double value = 0.0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (status != std::errc{}) return std::nullopt;
    std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    unit.remove_prefix(std::min(unit.find_first_not_of(' '), unit.size()));
    const std::optional<double> factor = unitFactor(unit);
    if (!factor || !(value * *factor >= 1.0 && value * *factor < 9e18)) return std::nullopt;
    return static_cast<std::int64_t>(std::llround(value * *factor));
}

}  // namespace secateur
