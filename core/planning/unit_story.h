// SPDX-License-Identifier: GPL-3.0-or-later
//
// FLAP's road from activation to verdict for one unit, number by number, as scores and plans computed them
// (An et al., Fluctuation-based Adaptive Structured Pruning, AAAI 2024, arXiv 2312.11983; algorithms.md 1.3
// to 1.8). Pure; any thread.
#pragma once

#include <optional>
#include <string>

#include "core/data/analysis.h"
#include "core/data/score_table.h"
#include "core/data/unit_cell.h"
#include "core/planning/unit_fate.h"

namespace secateur {

struct KeptUnits;
struct WidthDecision;

// Of a unit with several channels (heads, groups), what is said of a channel is the mean over its channels.
struct UnitStory {
    UnitCell cell;
    std::string metric;     // "WIFV", ...
    std::string structure;  // "AL-AM", ...
    Statistics statistics = Statistics::Exact;
    const char* linear = "";  // that reads the unit: "down_proj", "o_proj"
    int channels = 1;         // inputs of that linear that belong to the unit
    int layerChannels = 0;    // all inputs of the linear

    double mean = 0.0;           // activation
    double fluctuation = 0.0;    // variance; in reference statistics what FLAP accumulates instead of it
    double norm2 = 0.0;          // sum over a window of the squared activation, mean over windows
    double weightNorm2 = 0.0;    // squared norm of the weight's column
    double weightAbsMean = 0.0;  // mean over the outputs of |weight|
    double raw = 0.0;       // the metric: WIFV = fluctuation * weightNorm2; in units of the map's raw value
    bool squared = false;   // compared is the metric squared, as FLAP does in attention
    double compared = 0.0;  // before standardising; UL-*: the sum over the channels, AL-*: their mean
    bool standardised = false;  // score = (compared - layerMean) / layerDeviation; else score = compared
    double layerMean = 0.0;     // of what is compared, over all channels of the layer
    double layerDeviation = 0.0;
    double score = 0.0;  // as in the score table
    int rank = 0;        // 1 = highest of the layer's units of that kind
    int units = 0;

    int decidedUnit = 0;              // heads stay or go with their KV group; else the unit itself
    double decidedScore = 0.0;        // that is held against the threshold
    std::optional<double> threshold;  // none: no plan, one that compares other scores, or a layer left alone
    bool strict = true;               // kept is > threshold, else >=
    UnitFate fate = UnitFate::Unknown;
    // |mean| * norm of the column: what the bias takes over of a single channel. None for several, whose
    // columns add up (ActivationHistogram::biasNorm).
    std::optional<double> biasNorm;
};

// `decision` and `kept` may be null. Throws InvalidArgument for a unit that the table or the analysis does
// not have.
[[nodiscard]] UnitStory unitStory(const Analysis& analysis, const ScoreTable& table, const UnitCell& cell,
                                  const WidthDecision* decision, const KeptUnits* kept);

}  // namespace secateur
