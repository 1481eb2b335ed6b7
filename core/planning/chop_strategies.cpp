// SPDX-License-Identifier: GPL-3.0-or-later
//
// Layers to remove: by position (LayerChop's five configurations and the baselines around them) or by score.
// Ties go to the lowest index. Formulas: docs/metrics.md, section 5.
#include "core/planning/chop_strategies.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/base/error.h"
#include "core/planning/planner.h"

namespace secateur {

namespace {

std::vector<int> range(int first, int count) {
    std::vector<int> positions(count);
    std::iota(positions.begin(), positions.end(), first);
    return positions;
}

// `low` layers from `first` on, and `high` layers that end before `end`.
std::vector<int> twoBlocks(int first, int low, int high, int end) {
    std::vector<int> removed = range(first, low);
    const std::vector<int> last = range(end - high, high);
    removed.insert(removed.end(), last.begin(), last.end());
    return removed;
}

// Keeps layers at even distances, the first and the last among them.
std::vector<int> maxGap(int layers, int count) {
    const int keep = layers - count;
    if (count == 0) return {};
    std::vector<bool> kept(layers, false);
    for (int i = 0; i < keep; ++i)
        kept[static_cast<int>(std::floor(static_cast<double>(i) * (layers - 1) / (keep - 1) + 0.5))] = true;
    std::vector<int> removed;
    for (int layer = 0; layer < layers; ++layer)
        if (!kept[layer]) removed.push_back(layer);
    return removed;
}

// The `count` positions with the lowest values.
std::vector<int> lowest(const std::vector<float>& values, int count) {
    std::vector<int> order = range(0, static_cast<int>(values.size()));
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return values[a] < values[b]; });
    order.resize(count);
    std::sort(order.begin(), order.end());
    return order;
}

// The contiguous block whose input and output are nearest; a block may end at the last layer.
std::vector<int> nearestBlock(const AngularDistances& angular, const std::vector<float>& distances,
                              int count) {
    const int points = angular.points;
    int best = 0;
    float smallest = std::numeric_limits<float>::infinity();
    for (int from = 0; from + count < points; ++from) {
        const float distance = distances[static_cast<std::size_t>(from) * points + from + count];
        if (distance < smallest) {
            smallest = distance;
            best = from;
        }
    }
    if (!std::isfinite(smallest))
        throw Error(ErrorCode::InvalidArgument, "the analysis has no angular distance that is a number",
                    "measure the model again");
    return range(best, count);
}

const Analysis& analysisOf(const std::string& strategy, const std::vector<int>& numbers,
                           const Analysis* analysis) {
    if (!analysis)
        throw Error(ErrorCode::InvalidArgument, "the chop strategy '" + strategy + "' needs an analysis",
                    "measure the model first, or choose a strategy by position such as max-gap");
    const auto same = [](const LayerAnalysis& layer, int number) { return layer.layer == number; };
    if (!std::equal(analysis->layers.begin(), analysis->layers.end(), numbers.begin(), numbers.end(), same))
        throw Error(ErrorCode::InvalidArgument,
                    "the analysis covers " + std::to_string(analysis->layers.size()) +
                        " layers, the model has " + std::to_string(numbers.size()),
                    "choose layers on an analysis of the whole model");
    return *analysis;
}

std::vector<int> nearestBlock(const Analysis& analysis, const std::string& strategy, int count) {
    const std::vector<float>& distances =
        strategy == "angular" ? analysis.angular.allTokens : analysis.angular.lastToken;
    // Checks that the distances were measured.
    (void)layerMetric(analysis, strategy);
    return nearestBlock(analysis.angular, distances, count);
}

std::vector<float> finiteMetric(const Analysis& analysis, const std::string& metric) {
    LayerMetric result = layerMetric(analysis, metric);
    for (std::size_t i = 0; i < result.values.size(); ++i)
        if (std::isnan(result.values[i]))
            throw Error(
                ErrorCode::InvalidArgument,
                "the analysis has no " + metric + " value for layer " + std::to_string(result.layers[i]),
                "measure the model again");
    return result.values;
}

std::vector<int> choosePositions(const std::string& strategy, const std::vector<int>& numbers, int count,
                                 const Analysis* analysis) {
    const int layers = static_cast<int>(numbers.size());
    const int half = count / 2;
    if (strategy == "max-gap") return maxGap(layers, count);
    if (strategy == "input") return range(1, count);
    if (strategy == "middle") return range((layers - count + 1) / 2, count);
    if (strategy == "both") return twoBlocks(1, count - half, half, layers - 1);
    if (strategy == "output") return range(layers - count - 1, count);
    if (strategy == "top") return range(layers - count, count);
    if (strategy == "top-keep-last") return range(std::max(layers - count - 1, 0), count);
    if (strategy == "bottom") return range(0, count);
    if (strategy == "both-ends") return twoBlocks(0, half, count - half, layers);
    if (strategy == "angular" || strategy == "angular-last")
        return nearestBlock(analysisOf(strategy, numbers, analysis), strategy, count);
    if (strategy == "block-influence" || strategy == "relative-update" || strategy == "leave-one-out")
        return lowest(finiteMetric(analysisOf(strategy, numbers, analysis), strategy), count);
    throw Error(ErrorCode::InvalidArgument,
                "the chop strategy '" + chopStrategy(strategy).name + "' looks at the network itself",
                "plan from the checkpoint" +
                    std::string(chopStrategy(strategy).needs == ChopNeeds::Text ? " and a text" : "") +
                    ", as `secateur plan` and the Chop lab do");
}

}  // namespace

bool choosesByScore(const std::string& strategy) {
    return chopStrategy(strategy).needs == ChopNeeds::Analysis;
}

std::vector<int> chooseAmong(const std::string& strategy, const std::vector<int>& numbers, int count,
                             const Analysis* analysis) {
    const int layers = static_cast<int>(numbers.size());
    if (count < 0 || count >= layers)
        throw Error(ErrorCode::InvalidArgument,
                    "cannot chop " + std::to_string(count) + " of " + std::to_string(layers) + " layers",
                    "at least one layer must be left");
    // What chooses by position says itself how many it leaves; searches and scores are their callers' matter.
    if (const ChopStrategy& entry = chopStrategy(strategy);
        entry.needs == ChopNeeds::Nothing && count > std::max(layers - entry.keeps, 0))
        throw Error(ErrorCode::InvalidArgument,
                    "the chop strategy '" + strategy + "' keeps the first and the last layer: of " +
                        std::to_string(layers) + " layers it cannot remove " + std::to_string(count),
                    "chop at most " + std::to_string(std::max(layers - entry.keeps, 0)) +
                        ", or use a baseline such as top");
    std::vector<int> removed = choosePositions(strategy, numbers, count, analysis);
    for (int& position : removed) position = numbers[position];
    return removed;
}

std::vector<int> chooseLayers(const std::string& strategy, int layers, int count, const Analysis* analysis) {
    if (layers < 1) throw Error(ErrorCode::InvalidArgument, "a network without layers cannot be chopped");
    return chooseAmong(strategy, range(0, layers), count, analysis);
}

int chopCount(double ratio, int layers) {
    if (!(ratio >= 0.0 && ratio < 1.0))
        throw Error(ErrorCode::InvalidArgument,
                    "the fraction of layers to chop must be at least 0 and below 1");
    return std::min(static_cast<int>(std::floor(ratio * layers + 0.5)), layers - 1);
}

}  // namespace secateur
