// SPDX-License-Identifier: GPL-3.0-or-later
//
// Scores of every prunable unit, as planners compare them and views show them.
#pragma once

#include <string>
#include <vector>

#include "core/data/unit_set.h"

namespace secateur {

// Scores of one layer. `*Raw`: the metric in its own units; `*Score`: what the structure compares (z-scores
// for AL-*, the raw metric, attention squared, for UL-*). Higher = more important. Empty vectors where the
// layer lacks the sublayer, and of attention where the metric is of MLP channels alone. The only KV group of
// a layer scores 0 in AL-* and is never removed there.
struct LayerScores {
    int layer = 0;                  // ORIGINAL number
    std::vector<float> channelRaw;  // MLP channels
    std::vector<float> channelScore;
    std::vector<float> groupRaw;  // KV groups
    std::vector<float> groupScore;
    std::vector<float> headRaw;  // query heads: mean of the metric over head_dim channels, or its L2 norm
    std::vector<float> headScore;
};

struct ScoreTable {
    std::string metric;     // "WIFV", ...
    std::string structure;  // decides what `*Score` means
    std::string statistics;
    std::vector<LayerScores> layers;
};

// One row per layer: "block-influence", "angular", "relative-update", "leave-one-out", ...
struct LayerMetric {
    std::string metric;
    std::vector<int> layers;    // ORIGINAL numbers
    std::vector<float> values;  // higher = more important
};

}  // namespace secateur
