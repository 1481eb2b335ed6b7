// SPDX-License-Identifier: GPL-3.0-or-later
//
// A unit map as text: the label of its colours, its numbers, and its equivalent for readers who cannot see
// it.
#pragma once

#include <QString>

#include "widgets/plots/unit_rows.h"
#include "widgets/plots/value_scale.h"

namespace secateur {

[[nodiscard]] QString unitCount(UnitKind kind, int count);  // "512 MLP channels", "1 head"
[[nodiscard]] QString colourBarLabel(const ScoreTable& table, UnitValues values, const ValueScale& scale);
// The same in one or two words.
[[nodiscard]] QString shortColourBarLabel(const ScoreTable& table, UnitValues values);
// "layer,unit,raw,score,kept" of the given rows and columns (both ends included), in the order that is drawn.
[[nodiscard]] QString unitMapCsv(const UnitRows& rows, const KeptUnits* kept, int firstRow, int lastRow,
                                 int firstColumn, int lastColumn);
// One sentence over all, then a line a layer.
[[nodiscard]] QString unitMapSummary(const ScoreTable& table, const UnitRows& rows);

}  // namespace secateur
