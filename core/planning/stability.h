// SPDX-License-Identifier: GPL-3.0-or-later
//
// How far scores depend on what they were measured on: the same network measured with several seeds, numbers
// of windows and texts. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/data/analysis.h"

namespace secateur {

// Scores of one measurement.
struct MeasuredScores {
    std::string text;  // file name
    int windows = 0;
    std::int64_t tokens = 0;
    std::uint64_t seed = 0;
    std::vector<int> numbers;     // ORIGINAL numbers of the layers
    std::vector<float> layers;    // one a layer
    std::vector<float> channels;  // MLP channels of all layers, one after the other
};
// `layerMetric`: of layerMetrics(); `channelMetric`: as in unitScores(). Throws InvalidArgument for unknown
// ones and for what was not measured.
[[nodiscard]] MeasuredScores measuredScores(const Analysis& analysis, const NetworkConfig& network,
                                            const std::string& layerMetric, const std::string& channelMetric);

// Spearman's over pairs of measurements that differ in one thing alone.
struct StabilityAgreement {
    std::string differ;  // "seed", "text", "windows"
    std::string text;    // that both are of; empty where texts differ
    int windows = 0;     // of the smaller measurement
    int others = 0;      // of the larger one
    int pairs = 0;
    std::optional<double> layers, layersLeast;  // mean and least; none where no pair has one
    std::optional<double> channels, channelsLeast;
};

struct LayerStability {
    int layer = 0;  // ORIGINAL number
    // Over the measurements of most windows: mean, and its 95 % interval by a bootstrap over them
    // (percentiles of 1000 means of as many draws); no interval for one measurement.
    double mean = 0.0;
    std::optional<double> low, high;
    int timesLowest = 0;  // measurements, of all, that it is among the lowest in
    bool safe = false;    // in every one
};

struct StabilityReport {
    std::string layerMetric;
    std::string channelMetric;
    int lowest = 0;  // how many layers the lowest are
    std::vector<MeasuredScores> measurements;
    std::vector<StabilityAgreement> agreements;  // seeds, then windows, then texts
    std::vector<LayerStability> layers;
    std::vector<std::string> remarks;  // sentences: where tokens are too few for a score
};

// Below this mean agreement between seeds a score is said to need more tokens.
inline constexpr double kSteadyAgreement = 0.9;

// `lowest`: 0 takes a quarter of the layers, at least one. Throws InvalidArgument for no measurements, for
// measurements of different layers, and for more lowest layers than there are.
[[nodiscard]] StabilityReport stabilityOf(std::vector<MeasuredScores> measurements,
                                          const std::string& layerMetric, const std::string& channelMetric,
                                          int lowest);

}  // namespace secateur
