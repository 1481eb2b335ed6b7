// SPDX-License-Identifier: GPL-3.0-or-later
//
// Scores of single layers, for planners that score only what competes.
#pragma once

#include <string>

#include "core/data/analysis.h"
#include "core/data/score_table.h"

namespace secateur {

struct ScoreRequest {
    std::string metric;
    std::string structure;
    Statistics statistics = Statistics::Exact;
    bool operator==(const ScoreRequest&) const = default;
};

// Scores the sublayers asked for; the rest stays empty. Throws like channelMetric, and InvalidArgument for
// channel counts that do not fit the layer's heads.
[[nodiscard]] LayerScores scoreLayer(const LayerAnalysis& layer, const NetworkConfig& network,
                                     const ScoreRequest& request, bool attention, bool mlp);

// Throws InvalidArgument unless it is one of widthStructures().
void checkStructure(const std::string& structure);

}  // namespace secateur
