// SPDX-License-Identifier: GPL-3.0-or-later
//
// One number per layer, from what the measuring pass saw of the residual stream (algorithms.md 5).
#include <numeric>

#include "core/base/error.h"
#include "core/planning/planner.h"

namespace secateur {

namespace {

std::vector<float> blockInfluence(const Analysis& analysis) {
    std::vector<float> values;
    for (const float cosine : analysis.residual.cosine) values.push_back(1.0f - cosine);
    return values;
}

// Distance between the input and the output of every layer.
std::vector<float> angularStep(const Analysis& analysis, const std::vector<float>& distances) {
    std::vector<float> values;
    const int points = analysis.angular.points;
    if (distances.size() != static_cast<std::size_t>(points) * points) return values;
    for (int layer = 0; layer + 1 < points; ++layer)
        values.push_back(distances[static_cast<std::size_t>(layer) * points + layer + 1]);
    return values;
}

double weightedFluctuation(const ChannelStatistics& channels, Statistics statistics) {
    const std::vector<float>& fluctuation = channels.fluctuations(statistics);
    return std::inner_product(fluctuation.begin(), fluctuation.end(), channels.weightNorm2.begin(), 0.0);
}

// The part of the network's summed WIFV that lies in each layer; sums to 1.
std::vector<float> fluctuationShare(const Analysis& analysis) {
    std::vector<double> sums;
    for (const LayerAnalysis& layer : analysis.layers) {
        const auto complete = [&](const ChannelStatistics& channels) {
            return channels.fluctuations(analysis.statistics).size() == channels.weightNorm2.size();
        };
        if (!complete(layer.oProj) || !complete(layer.downProj)) return {};
        sums.push_back(weightedFluctuation(layer.oProj, analysis.statistics) +
                       weightedFluctuation(layer.downProj, analysis.statistics));
    }
    const double total = std::accumulate(sums.begin(), sums.end(), 0.0);
    std::vector<float> values;
    for (const double sum : sums) values.push_back(static_cast<float>(total > 0.0 ? sum / total : 0.0));
    return values;
}

std::vector<float> metricValues(const Analysis& analysis, const std::string& metric) {
    static const LeaveOneOut kNone;
    const LeaveOneOut& leaveOneOut = analysis.leaveOneOut ? *analysis.leaveOneOut : kNone;
    if (metric == "block-influence") return blockInfluence(analysis);
    if (metric == "angular") return angularStep(analysis, analysis.angular.allTokens);
    if (metric == "angular-last") return angularStep(analysis, analysis.angular.lastToken);
    if (metric == "relative-update") return analysis.residual.relativeUpdate;
    if (metric == "fluctuation-share") return fluctuationShare(analysis);
    if (metric == "leave-one-out") return leaveOneOut.layer;
    if (metric == "leave-one-out-attention") return leaveOneOut.attention;
    if (metric == "leave-one-out-mlp") return leaveOneOut.mlp;
    throw Error(ErrorCode::InvalidArgument, "unknown layer metric '" + metric + "'",
                "known are block-influence, angular, angular-last, relative-update, fluctuation-share, "
                "leave-one-out, "
                "leave-one-out-attention and leave-one-out-mlp");
}

}  // namespace

std::vector<std::string> layerMetrics() {
    return {"block-influence",         "angular",           "angular-last",
            "relative-update",         "fluctuation-share", "leave-one-out",
            "leave-one-out-attention", "leave-one-out-mlp"};
}

LayerMetric layerMetric(const Analysis& analysis, const std::string& metric) {
    LayerMetric result{metric, {}, metricValues(analysis, metric)};
    for (const LayerAnalysis& layer : analysis.layers) result.layers.push_back(layer.layer);
    if (result.values.size() != result.layers.size())
        throw Error(ErrorCode::InvalidArgument, "the analysis has no " + metric + " values for its layers",
                    metric.rfind("leave-one-out", 0) == 0 ? "measure with --leave-one-out"
                                                          : "measure the model again with this version");
    return result;
}

std::optional<LayerMetric> findLayerMetric(const Analysis& analysis, const std::string& metric) {
    try {
        return layerMetric(analysis, metric);
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace secateur
