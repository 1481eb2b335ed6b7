// SPDX-License-Identifier: GPL-3.0-or-later
//
// Scores of channels, heads and KV groups as the four structures compare them (algorithms.md 1.6, 1.8).
#include "core/planning/scores.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.h"
#include "core/planning/metric.h"
#include "core/planning/planner.h"

namespace secateur {

namespace {

enum class Fold { Sum, Mean, Norm };

// Folds every `count` consecutive values into one, in float64.
std::vector<float> folded(const std::vector<float>& values, int count, Fold fold) {
    std::vector<float> result(values.size() / count);
    for (std::size_t i = 0; i < result.size(); ++i) {
        const auto first = values.begin() + static_cast<std::ptrdiff_t>(i) * count;
        const double sum = fold == Fold::Norm
                               ? std::sqrt(std::inner_product(first, first + count, first, 0.0))
                               : std::accumulate(first, first + count, 0.0);
        result[i] = static_cast<float>(fold == Fold::Mean ? sum / count : sum);
    }
    return result;
}

// One layer in one metric and structure.
class LayerScorer {
public:
    LayerScorer(const NetworkConfig& network, const ScoreRequest& request)
        : headDim_(network.headDim), request_(request), adaptive_(request.structure.rfind("AL-", 0) == 0) {}

    void scoreAttention(const LayerAnalysis& layer, LayerScores& scores) const {
        if (!scoresAttention(request_.metric)) return;
        const std::string where = "layer " + std::to_string(layer.layer) + " o_proj";
        const std::vector<float> raw =
            channelMetric(layer.oProj, request_.metric, request_.statistics, where);
        if (layer.kvHeads <= 0 || layer.heads % layer.kvHeads != 0 ||
            raw.size() != static_cast<std::size_t>(layer.heads) * headDim_)
            throw Error(ErrorCode::InvalidArgument,
                        where + ": the analysis has " + std::to_string(raw.size()) + " channels for " +
                            std::to_string(layer.heads) + " heads of " + std::to_string(headDim_),
                        "measure this model; the analysis belongs to another one");
        const int groupChannels = headDim_ * (layer.heads / layer.kvHeads);
        const std::vector<float> compared = comparedInAttention(raw);
        const bool norm = foldsByNorm(request_.metric);
        const Fold fold = adaptive_ ? Fold::Mean : norm ? Fold::Norm : Fold::Sum;
        const Fold rawFold = norm ? Fold::Norm : Fold::Mean;
        scores.groupRaw = folded(raw, groupChannels, rawFold);
        scores.headRaw = folded(raw, headDim_, rawFold);
        scores.groupScore = folded(compared, groupChannels, fold);
        scores.headScore = folded(compared, headDim_, fold);
        // The mean over the whole standardised row is 0; what is left of it is rounding.
        if (adaptive_ && layer.kvHeads == 1) scores.groupScore.assign(1, 0.0f);
    }

    void scoreMlp(const LayerAnalysis& layer, LayerScores& scores) const {
        const std::string where = "layer " + std::to_string(layer.layer) + " down_proj";
        scores.channelRaw = channelMetric(layer.downProj, request_.metric, request_.statistics, where);
        scores.channelScore = adaptive_ ? standardized(scores.channelRaw) : scores.channelRaw;
    }

private:
    [[nodiscard]] std::vector<float> comparedInAttention(const std::vector<float>& raw) const {
        if (!squaresAttention(request_.metric)) return adaptive_ ? standardized(raw) : raw;
        std::vector<float> squared(raw.size());
        std::transform(raw.begin(), raw.end(), squared.begin(), [](float value) { return value * value; });
        return adaptive_ ? standardized(squared) : squared;
    }

    int headDim_;
    const ScoreRequest& request_;
    bool adaptive_;
};

bool hasChannels(const ChannelStatistics& channels) {
    return !channels.weightNorm2.empty() || !channels.mean.empty();
}

}  // namespace

std::vector<std::string> widthStructures() {
    return {"AL-AM", "AL-MM", "UL-MM", "UL-UM"};
}

LayerScores scoreLayer(const LayerAnalysis& layer, const NetworkConfig& network, const ScoreRequest& request,
                       bool attention, bool mlp) {
    LayerScores scores;
    scores.layer = layer.layer;
    const LayerScorer scorer(network, request);
    if (attention) scorer.scoreAttention(layer, scores);
    if (mlp) scorer.scoreMlp(layer, scores);
    return scores;
}

void checkStructure(const std::string& structure) {
    const std::vector<std::string> known = widthStructures();
    if (std::find(known.begin(), known.end(), structure) == known.end())
        throw Error(ErrorCode::InvalidArgument, "unknown structure '" + structure + "'",
                    "known are AL-AM, AL-MM, UL-MM and UL-UM");
}

ScoreTable widthScores(const Analysis& analysis, const NetworkConfig& network, const std::string& metric,
                       const std::string& structure, Statistics statistics) {
    checkStructure(structure);
    ScoreTable table{metric, structure, name(statistics), {}};
    for (const LayerAnalysis& layer : analysis.layers)
        table.layers.push_back(scoreLayer(layer, network, {metric, structure, statistics},
                                          hasChannels(layer.oProj), hasChannels(layer.downProj)));
    return table;
}

}  // namespace secateur
