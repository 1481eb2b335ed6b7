// SPDX-License-Identifier: GPL-3.0-or-later
//
// Scores of channels, heads and KV groups as the four structures compare them (algorithms.md 1.6, 1.8).
#include "core/planning/scores.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.h"
#include "core/planning/methods.h"
#include "core/planning/metric.h"
#include "core/planning/planner.h"
#include "core/planning/saliency_scores.h"

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
        : headDim_(network.headDim),
          request_(request),
          adaptive_(request.structure.rfind("AL-", 0) == 0),
          saliency_(saliencyMetric(request.metric)) {}

    void scoreAttention(const LayerAnalysis& layer, LayerScores& scores) const {
        if (saliency_) return scoreAttention(layer, *saliency_, scores);
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
        scores.channelRaw = saliency_
                                ? channelSaliency(layer, *saliency_)
                                : channelMetric(layer.downProj, request_.metric, request_.statistics, where);
        scores.channelScore = adaptive_ ? standardized(scores.channelRaw) : scores.channelRaw;
    }

private:
    // Members of a unit are of four linears: there is no score of an o_proj channel to be folded.
    void scoreAttention(const LayerAnalysis& layer, const SaliencyMetric& metric, LayerScores& scores) const {
        AttentionSaliency saliency = attentionSaliency(layer, headDim_, metric);
        scores.groupRaw = std::move(saliency.groups);
        scores.headRaw = std::move(saliency.heads);
        scores.groupScore = adaptive_ ? standardized(scores.groupRaw) : scores.groupRaw;
        scores.headScore = adaptive_ ? standardized(scores.headRaw) : scores.headRaw;
    }

    [[nodiscard]] std::vector<float> comparedInAttention(const std::vector<float>& raw) const {
        if (!squaresAttention(request_.metric)) return adaptive_ ? standardized(raw) : raw;
        std::vector<float> squared(raw.size());
        std::transform(raw.begin(), raw.end(), squared.begin(), [](float value) { return value * value; });
        return adaptive_ ? standardized(squared) : squared;
    }

    int headDim_;
    const ScoreRequest& request_;
    bool adaptive_;
    std::optional<SaliencyMetric> saliency_;
};

bool hasChannels(const ChannelStatistics& channels) {
    return !channels.weightNorm2.empty() || !channels.mean.empty();
}

}  // namespace

std::vector<std::string> widthStructures() {
    return {"AL-AM", "AL-MM", "UL-MM", "UL-UM"};
}

std::vector<std::string> unitMetrics() {
    std::vector<std::string> all = widthMetrics();
    for (const char* own : {kMagnitudeMetric, kMinitronMetric, kTwoStageMetric, kPeakMetric})
        all.emplace_back(own);
    for (const std::string& saliency : saliencyNames()) all.push_back(saliency);
    return all;
}

bool holdsMetric(const Analysis& analysis, const std::string& metric, bool attention) {
    if (saliencyMetric(metric)) return analysis.gradients.has_value();
    if (attention && !scoresAttention(metric)) return false;
    const auto linear = attention ? &LayerAnalysis::oProj : &LayerAnalysis::downProj;
    // Of all layers the same was measured.
    const auto one = std::ranges::find_if(
        analysis.layers, [&](const LayerAnalysis& layer) { return !(layer.*linear).weightNorm2.empty(); });
    if (one == analysis.layers.end()) return false;
    try {
        (void)channelMetric((*one).*linear, metric, analysis.statistics, {});
    } catch (const Error&) {
        return false;
    }
    return true;
}

std::string metricOf(const WidthRequest& request) {
    const Method& method = methodNamed(request.method);
    return method.widthRule ? method.widthRule(request).metric : std::string();
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
