// SPDX-License-Identifier: GPL-3.0-or-later
//
// What points of the trade-off are drawn against, as numbers and in words. Pure functions.
#pragma once

#include <QString>

#include "widgets/plots/tradeoff_view.h"

namespace secateur {

[[nodiscard]] double amountOf(const TradeoffPoint& point, TradeoffAxis axis);
[[nodiscard]] QString amountText(double value, TradeoffAxis axis);  // with its unit
// Of the perplexity, as a fraction of the dense one; NaN where that is not known.
[[nodiscard]] double changeOf(const TradeoffPoint& point);

// What the legend calls all points of this kind, the front and the bars.
[[nodiscard]] QString kindText(const TradeoffPoint& point);
[[nodiscard]] QString frontText();
[[nodiscard]] QString errorText();

}  // namespace secateur
