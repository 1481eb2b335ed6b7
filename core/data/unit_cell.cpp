// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/unit_cell.h"

#include <array>
#include <charconv>
#include <optional>

#include "core/base/error.h"

namespace secateur {

namespace {

constexpr std::array kUnitKinds{UnitKind::Channels, UnitKind::Heads, UnitKind::Groups};

std::optional<int> wholeNumber(std::string_view text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
    return number;
}

}  // namespace

const char* name(UnitKind kind) noexcept {
    switch (kind) {
        case UnitKind::Channels:
            return "channel";
        case UnitKind::Heads:
            return "head";
        case UnitKind::Groups:
            return "group";
    }
    return "";
}

std::string formatUnitCell(const UnitCell& cell) {
    return std::to_string(cell.layer) + ":" + name(cell.kind) + ":" + std::to_string(cell.unit);
}

UnitCell parseUnitCell(std::string_view text, const std::string& where) {
    const auto first = text.find(':');
    const auto second = first == std::string_view::npos ? first : text.find(':', first + 1);
    if (second != std::string_view::npos) {
        const auto layer = wholeNumber(text.substr(0, first));
        const auto unit = wholeNumber(text.substr(second + 1));
        for (const UnitKind kind : kUnitKinds) {
            if (layer && unit && text.substr(first + 1, second - first - 1) == name(kind))
                return {*layer, kind, *unit};
        }
    }
    throw Error(ErrorCode::InvalidArgument, where + ": '" + std::string(text) + "' is no unit of a layer",
                "write LAYER:KIND:NUMBER, for example 7:channel:311, 3:head:5 or 0:group:2");
}

}  // namespace secateur
