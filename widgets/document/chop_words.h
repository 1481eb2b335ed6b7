// SPDX-License-Identifier: GPL-3.0-or-later
//
// Chops and their strategies in the words of the window: the same names in lists, curves, tables, forms and
// messages.
#pragma once

#include <QString>
#include <string>

#include "core/data/reports.h"

namespace secateur {

// "Leave one out" for "leave-one-out"; a name that no strategy has stays as it is.
[[nodiscard]] QString strategyLabel(const std::string& name);

// "layers 3, 5", "attention of 2, MLP of 4"; "nothing" for an empty chop.
[[nodiscard]] QString chopInWords(const ChopStep& chop);

// "1.691 -> 1.702 (+0.6 % ± 0.4 %)": the perplexity of the dense network and of a row's.
[[nodiscard]] QString changeInWords(const ChopSweepReport& report, const ChopSweepRow& row);

// Who is best where so many layers go: "Best at 2 layers: Leave one out removes layers 2, 6, 1.691 -> 1.702
// (+0.6 % ± 0.4 %)." and what is to be said of it. Empty where that count was not compared.
[[nodiscard]] QString verdictInWords(const ChopSweepReport& report, int count);

}  // namespace secateur
