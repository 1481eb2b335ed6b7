// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sentences about units: what is under the cursor and why the plan keeps or removes it.
#pragma once

#include <QString>

#include "widgets/plots/thresholds.h"
#include "widgets/plots/unit_map.h"

namespace secateur {

[[nodiscard]] QString scoreText(double value);  // formatScore() as Qt text
[[nodiscard]] QString unitName(UnitKind kind);  // "channel", "head", "KV group"
// What the metric is measured in, e.g. "activation^2 x weight^2" for WIFV; empty for metrics of other
// methods.
[[nodiscard]] QString metricUnit(const std::string& metric);

// "kept: above the threshold 0.31"; empty where the plan does not speak of the unit. `kept` and `thresholds`
// may be null.
[[nodiscard]] QString fateText(const ScoreTable& table, const LayerScores& layer, UnitKind kind, int unit,
                               const KeptUnits* kept, const UnitThresholds* thresholds);

// "layer 7, channel 311: WIFV 0.42, z 1.9, rank 88 of 512, kept: above the threshold 0.31". `kept` and
// `thresholds` may be null.
[[nodiscard]] QString describeUnit(const ScoreTable& table, const LayerScores& layer, UnitKind kind, int unit,
                                   const KeptUnits* kept, const UnitThresholds* thresholds);

}  // namespace secateur
