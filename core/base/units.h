// SPDX-License-Identifier: GPL-3.0-or-later
//
// Numbers as people read them. Window, command line and documents format through these functions alone, so
// that the same number looks the same everywhere. Decimal units (1 MB = 10^6 bytes), English decimal point
// whatever the locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace secateur {

[[nodiscard]] std::string formatCount(std::int64_t count);  // 5171904 -> "5.17 M"
[[nodiscard]] std::string formatBytes(std::int64_t bytes);  // 10343368 -> "10.3 MB"
[[nodiscard]] std::string formatPercent(double fraction);   // 0.2001 -> "20.0 %"
[[nodiscard]] std::string formatPerplexity(double value);   // 1.7163 -> "1.716", 3009.2 -> "3009"
// The same with its standard error, of two digits: "1.716 ± 0.012"; without one as above.
[[nodiscard]] std::string formatPerplexity(double value, const std::optional<double>& standardError);
// A change with its sign: 0.0093 -> "+0.9 %", 29.631 -> "+2963 %", with the standard error "+0.9 % ± 0.4 %".
[[nodiscard]] std::string formatChange(double fraction,
                                       const std::optional<double>& standardError = std::nullopt);
[[nodiscard]] std::string formatCorrelation(double value);  // 0.8349 -> "0.83"
[[nodiscard]] std::string formatScore(double value);        // four significant digits, "-" for NaN
[[nodiscard]] std::string formatDuration(double seconds);   // 64.2 -> "1:04"
[[nodiscard]] std::string formatRate(double perSecond,
                                     const std::string& unit);  // 3100, "tokens" -> "3.10 k tokens/s"

// "8G", "1.5 GiB", "512M", "300k", "4096": decimal prefixes k M G T, binary ones Ki Mi Gi Ti, an optional B.
// Nothing for other text and for amounts below 1.
[[nodiscard]] std::optional<std::int64_t> amountOf(std::string_view text);
// The factor of such a unit alone: "" -> 1, "MiB" -> 1048576. Nothing for an unknown one.
[[nodiscard]] std::optional<double> unitFactor(std::string_view unit);

}  // namespace secateur
