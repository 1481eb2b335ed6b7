// SPDX-License-Identifier: GPL-3.0-or-later
//
// Values as people type them. What cannot be understood is a malformed command line (CLI::ParseError, exit
// 2); what is understood but out of range is Error{InvalidArgument} (exit 3). `option` begins every message,
// e.g. "--ratio".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace secateur::cli {

// "8G", "1.5 GiB", "512M", "300k", "4096": decimal prefixes k M G T, binary ones Ki Mi Gi Ti, an optional B.
// At least 1.
[[nodiscard]] std::int64_t parseAmount(std::string_view text, const std::string& option);
// "3,4" or "0-3,5": numbers and inclusive ranges, none below 0.
[[nodiscard]] std::vector<int> parseNumbers(std::string_view text, const std::string& option);
// "0:0.6:0.1" (from, to, step; both ends included), or "0,0.2,0.5". Each in [0, 1).
[[nodiscard]] std::vector<double> parseRatios(std::string_view text, const std::string& option);
// "1:11", "2:10:2" (from, to, step; both ends included), or "2,4,6". Each at least 1.
[[nodiscard]] std::vector<int> parseCounts(std::string_view text, const std::string& option);
// "flap,wanda-sp"
[[nodiscard]] std::vector<std::string> parseWords(std::string_view text, const std::string& option);
// "1,2,3" or "1 2 3"
[[nodiscard]] std::vector<std::int32_t> parseIds(std::string_view text, const std::string& option);

// `value` as int; InvalidArgument when it is below `minimum` or too large for an int.
[[nodiscard]] int atLeast(std::int64_t value, int minimum, const std::string& option);

}  // namespace secateur::cli
