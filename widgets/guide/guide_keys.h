// SPDX-License-Identifier: GPL-3.0-or-later
//
// How a widget, an item or a header says which card of the guide explains it. Who shows cards finds them by
// these; who names one need not know the guide.
#pragma once

#include <QString>
#include <string>

namespace secateur {

// Data of items and header sections; far from the roles of tables.
inline constexpr int kGuideRole = 0x0100 + 0x1000;  // Qt::UserRole + 4096
// A dynamic property of a widget.
inline constexpr const char* kGuideProperty = "guideKey";

// Before the id of a card, as a key.
inline constexpr const char* kCardKey = "card:";

// "metric:WIFV", "structure:AL-AM", "by:max-gap", "method:flap", "layer-metric:angular", "heal:lora": the key
// of an option with one of its choices, or what a name is one of.
[[nodiscard]] inline QString guideKey(const std::string& kind, const std::string& name) {
    return QString::fromStdString(kind + ':' + name);
}

}  // namespace secateur
