// SPDX-License-Identifier: GPL-3.0-or-later
//
// A set of unit numbers (KV groups or channels of one layer), written in plans as inclusive ranges: "0-3,5"
// is {0, 1, 2, 3, 5}.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace secateur {

// 1 = kept, one byte per unit.
using UnitMask = std::vector<std::uint8_t>;

// Throws InvalidArgument on malformed text, descending ranges, duplicates, and units >= `units`; `where`
// begins the message.
// "" gives an all-zero mask.
[[nodiscard]] UnitMask parseUnits(std::string_view text, int units, const std::string& where);
[[nodiscard]] std::string formatUnits(const UnitMask& mask);
// Every unit `width` times.
[[nodiscard]] UnitMask widened(const UnitMask& mask, int width);
[[nodiscard]] int countKept(const UnitMask& mask);
[[nodiscard]] std::vector<std::int64_t> keptIndices(const UnitMask& mask);  // ascending

}  // namespace secateur
