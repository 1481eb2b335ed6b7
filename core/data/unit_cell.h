// SPDX-License-Identifier: GPL-3.0-or-later
//
// One prunable unit of one layer, and its name in text: "7:channel:311", "3:head:5", "0:group:2".
#pragma once

#include <string>
#include <string_view>

namespace secateur {

enum class UnitKind { Channels, Heads, Groups };  // MLP channels, query heads, KV groups

struct UnitCell {
    int layer = 0;  // ORIGINAL number
    UnitKind kind = UnitKind::Channels;
    int unit = 0;  // number in the layer; heads follow their KV group
    bool operator==(const UnitCell&) const = default;
};

[[nodiscard]] const char* name(UnitKind kind) noexcept;  // "channel", "head", "group"
[[nodiscard]] std::string formatUnitCell(const UnitCell& cell);
// Throws InvalidArgument for anything else; `where` begins the message.
[[nodiscard]] UnitCell parseUnitCell(std::string_view text, const std::string& where);

}  // namespace secateur
