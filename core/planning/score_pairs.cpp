// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/score_pairs.h"

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/planning/metric.h"
#include "core/planning/planner.h"
#include "core/planning/rank.h"
#include "core/planning/scores.h"

namespace secateur {
namespace {

std::vector<std::string> held(const Analysis& analysis, bool attention) {
    std::vector<std::string> names;
    for (const std::string& metric : unitMetrics())
        if (holdsMetric(analysis, metric, attention)) names.push_back(metric);
    return names;
}

}  // namespace

std::vector<float> unitScores(const LayerAnalysis& layer, const NetworkConfig& network, PairedUnits units,
                              const std::string& score, Statistics statistics) {
    const bool channels = units == PairedUnits::Channels;
    if ((channels ? layer.downProj : layer.oProj).weightNorm2.empty()) return {};
    const ScoreRequest request{score, "UL-UM", statistics};
    LayerScores scores = scoreLayer(layer, network, request, !channels, channels);
    return std::move(channels ? scores.channelRaw : scores.groupRaw);
}

void throwOtherShape(const Analysis& other) {
    throw Error(ErrorCode::InvalidArgument,
                "the analysis of " + other.modelName + " is of a network of another shape",
                "choose one whose layers have the same numbers and widths");
}

void requireSameLayers(const Analysis& analysis, const Analysis& other) {
    if (!std::ranges::equal(analysis.layers, other.layers, {}, &LayerAnalysis::layer, &LayerAnalysis::layer))
        throwOtherShape(other);
}

std::vector<std::string> pairableScores(const Analysis& analysis, PairedUnits units) {
    if (units != PairedUnits::Layers) return held(analysis, units != PairedUnits::Channels);
    std::vector<std::string> names;
    for (const std::string& metric : layerMetrics()) {
        if (findLayerMetric(analysis, metric)) names.push_back(metric);
    }
    return names;
}

ScorePairs scorePairs(const Analysis& analysis, const std::string& x, const Analysis& other,
                      const std::string& y, const NetworkConfig& network, PairedUnits units) {
    ScorePairs pairs;
    pairs.units = units;
    if (units == PairedUnits::Layers) {
        const LayerMetric across = layerMetric(analysis, x);
        const LayerMetric up = layerMetric(other, y);
        if (up.layers != across.layers) throwOtherShape(other);
        pairs.layers = across.layers;
        pairs.indices.assign(across.layers.size(), -1);
        pairs.x = across.values;
        pairs.y = up.values;
    } else {
        requireSameLayers(analysis, other);
        for (std::size_t at = 0; at < analysis.layers.size(); ++at) {
            const LayerAnalysis& layer = analysis.layers[at];
            const std::vector<float> across = unitScores(layer, network, units, x, analysis.statistics);
            const std::vector<float> up = unitScores(other.layers[at], network, units, y, other.statistics);
            if (up.size() != across.size()) throwOtherShape(other);
            pairs.x.insert(pairs.x.end(), across.begin(), across.end());
            pairs.y.insert(pairs.y.end(), up.begin(), up.end());
            for (std::size_t i = 0; i < across.size(); ++i) {
                pairs.layers.push_back(layer.layer);
                pairs.indices.push_back(static_cast<int>(i));
            }
        }
    }
    pairs.agreement = rankAgreement(pairs.x, pairs.y);
    return pairs;
}

ScorePairs scorePairs(const Analysis& analysis, const NetworkConfig& network, PairedUnits units,
                      const std::string& x, const std::string& y) {
    return scorePairs(analysis, x, analysis, y, network, units);
}

}  // namespace secateur
