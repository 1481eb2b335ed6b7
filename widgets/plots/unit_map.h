// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a unit map shows of a score table: plain choices, and how to get at the numbers behind them.
#pragma once

#include <span>

#include "core/data/score_table.h"
#include "core/data/unit_cell.h"
#include "core/planning/unit_fate.h"

namespace secateur {

enum class UnitValues { Standardised, Raw };  // what the structure compares | the metric in its own units
enum class UnitOrder { Natural, Ranked };     // as in the model | highest first within each layer
enum class Reduction { Maximum, Mean };       // of units that share a pixel

[[nodiscard]] std::span<const float> unitScores(const LayerScores& layer, UnitKind kind, UnitValues values);
// The layer's scores, or null when the table lacks that ORIGINAL layer.
[[nodiscard]] const LayerScores* scoresOfLayer(const ScoreTable& table, int layer);
// True when the structure compares z-scores ("AL-*"), false when it compares the metric itself.
[[nodiscard]] bool standardises(const ScoreTable& table);

}  // namespace secateur
