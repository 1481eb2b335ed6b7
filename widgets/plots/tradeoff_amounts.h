// SPDX-License-Identifier: GPL-3.0-or-later
//
// What points of the trade-off are drawn by, as numbers and in words: any two of them are the axes. Pure
// functions.
#pragma once

#include <QString>
#include <QStringList>
#include <vector>

#include "widgets/plots/tradeoff_view.h"

namespace secateur {

// In the order of the lists of choices.
[[nodiscard]] const std::vector<TradeoffAmount>& tradeoffAmounts();
[[nodiscard]] QString amountName(TradeoffAmount amount);  // "MACs per token"
// More of it is better: right answers and speed.
[[nodiscard]] bool moreIsBetter(TradeoffAmount amount);
// It was measured on windows of a text: that of other windows cannot be compared.
[[nodiscard]] bool isOfWindows(TradeoffAmount amount);

// As it is drawn: a change and an accuracy in percent. NaN where it is not known.
[[nodiscard]] double amountOf(const TradeoffPoint& point, TradeoffAmount amount);
[[nodiscard]] std::optional<double> errorOf(const TradeoffPoint& point, TradeoffAmount amount);
// With its unit and error, and for a perplexity its change against the dense one.
[[nodiscard]] QString amountText(const TradeoffPoint& point, TradeoffAmount amount);

// Of the plot whose upright axis it is.
[[nodiscard]] QString tradeoffTitle(TradeoffAmount up);
// What gives points a value; empty where every previewed plan has one.
[[nodiscard]] QString sourceOf(TradeoffAmount amount);

// What the legend calls all points of this kind, the front of two amounts, and the bars.
[[nodiscard]] QString kindText(const TradeoffPoint& point);
[[nodiscard]] QString frontText(TradeoffAmount across, TradeoffAmount up);
[[nodiscard]] QString errorText();

// The header of the numbers, and the numbers of a point, all of them whatever is drawn.
[[nodiscard]] QString tradeoffCsvHeader();
[[nodiscard]] QStringList tradeoffCsvFields(const TradeoffPoint& point);

}  // namespace secateur
