// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/score_difference.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "core/planning/planner.h"
#include "core/planning/rank.h"
#include "core/planning/score_pairs.h"

namespace secateur {
namespace {

// Scores of all layers so far, for the agreement over them together.
struct Together {
    std::vector<float> a;
    std::vector<float> b;
};

UnitDifference differenceOf(const std::vector<float>& a, const std::vector<float>& b, Together& all) {
    all.a.insert(all.a.end(), a.begin(), a.end());
    all.b.insert(all.b.end(), b.begin(), b.end());
    return {rankDifferences(a, b), relativeDifferences(a, b), rankAgreement(a, b)};
}

std::vector<LayerMetricPair> metricPairs(const Analysis& a, const Analysis& b) {
    std::vector<LayerMetricPair> pairs;
    for (const std::string& metric : layerMetrics()) {
        const auto ofA = findLayerMetric(a, metric);
        const auto ofB = findLayerMetric(b, metric);
        if (ofA && ofB && ofA->layers == ofB->layers)
            pairs.push_back({metric, ofA->values, ofB->values, rankAgreement(ofA->values, ofB->values)});
    }
    return pairs;
}

}  // namespace

std::vector<float> rankDifferences(std::span<const float> a, std::span<const float> b) {
    std::vector<float> differences(a.size(), 0.0F);
    if (a.size() < 2) return differences;
    const std::vector<double> first = ranksOf(a), second = ranksOf(b);
    const auto most = static_cast<double>(a.size() - 1);
    for (std::size_t i = 0; i < a.size(); ++i)
        differences[i] = static_cast<float>((second[i] - first[i]) / most);
    return differences;
}

std::vector<float> relativeDifferences(std::span<const float> a, std::span<const float> b) {
    std::vector<float> differences(a.size(), 0.0F);
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double sum = std::abs(static_cast<double>(a[i])) + std::abs(static_cast<double>(b[i]));
        if (sum > 0.0)
            differences[i] =
                static_cast<float>(2.0 * (static_cast<double>(b[i]) - static_cast<double>(a[i])) / sum);
    }
    return differences;
}

const LayerScoreDifference* ScoreDifference::leastAlike() const {
    const LayerScoreDifference* least = nullptr;
    for (const LayerScoreDifference& layer : layers) {
        if (!layer.channels.agreement) continue;
        if (least == nullptr || *layer.channels.agreement < *least->channels.agreement) least = &layer;
    }
    return least;
}

bool sameMeasurement(const Analysis& a, const Analysis& b) {
    const auto facts = [](const Analysis& analysis) {
        const CalibrationInfo& text = analysis.calibration;
        return std::tie(analysis.modelFingerprint, analysis.dtype, analysis.statistics,
                        analysis.choppedLayers, text.sha256, text.samples, text.seqLen, text.seed,
                        text.sampling, text.bos);
    };
    return facts(a) == facts(b);
}

ScoreDifference scoreDifference(const Analysis& a, const Analysis& b, const NetworkConfig& network,
                                const std::string& metric, std::optional<Statistics> statistics) {
    requireSameLayers(a, b);
    ScoreDifference difference;
    difference.metric = metric;
    Together channels, groups;
    for (std::size_t at = 0; at < a.layers.size(); ++at) {
        const auto scores = [&](const Analysis& analysis, PairedUnits units) {
            return unitScores(analysis.layers[at], network, units, metric,
                              statistics.value_or(analysis.statistics));
        };
        LayerScoreDifference layer;
        layer.layer = a.layers[at].layer;
        for (const PairedUnits units : {PairedUnits::Channels, PairedUnits::KvGroups}) {
            const std::vector<float> ofA = scores(a, units), ofB = scores(b, units);
            if (ofA.size() != ofB.size()) throwOtherShape(b);
            const bool isChannels = units == PairedUnits::Channels;
            (isChannels ? layer.channels : layer.kvGroups) =
                differenceOf(ofA, ofB, isChannels ? channels : groups);
        }
        difference.layers.push_back(std::move(layer));
    }
    difference.channels = rankAgreement(channels.a, channels.b);
    difference.kvGroups = rankAgreement(groups.a, groups.b);
    difference.layerMetrics = metricPairs(a, b);
    return difference;
}

}  // namespace secateur
