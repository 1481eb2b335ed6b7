// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/structures.h"

#include <algorithm>
#include <limits>

#include "core/base/error.h"
#include "core/planning/budget_threshold.h"

namespace secateur {

namespace {

constexpr float kNothingCompared = std::numeric_limits<float>::quiet_NaN();
constexpr float kBelowAll = -std::numeric_limits<float>::infinity();

using Rows = std::vector<float> ContestLayer::*;

std::int64_t layerWeights(const Contest& contest, const ContestLayer& layer) {
    return static_cast<std::int64_t>(layer.groups.size()) * contest.groupWeights +
           static_cast<std::int64_t>(layer.channels.size()) * contest.channelWeights;
}

std::int64_t removable(const std::vector<float>& scores) {
    return std::count_if(scores.begin(), scores.end(), [](float score) { return score != kAlwaysKept; });
}

std::vector<float> pooled(const Contest& contest, Rows rows) {
    std::vector<float> pool;
    for (const ContestLayer& layer : contest.layers)
        pool.insert(pool.end(), (layer.*rows).begin(), (layer.*rows).end());
    return pool;
}

// One threshold for all layers that have the module.
std::vector<float> spread(const Contest& contest, Rows rows, float threshold) {
    std::vector<float> thresholds;
    for (const ContestLayer& layer : contest.layers)
        thresholds.push_back((layer.*rows).empty() ? kNothingCompared : threshold);
    return thresholds;
}

[[noreturn]] void tooManyGroups(int removeHeads, std::int64_t most) {
    throw Error(ErrorCode::InvalidArgument,
                "cannot remove " + std::to_string(removeHeads) + " KV groups, at most " +
                    std::to_string(most) + " can go",
                most == 0 ? "a layer with one KV group keeps it; drop the attention of whole layers instead"
                          : "remove fewer KV groups, or drop the attention of whole layers");
}

Thresholds uniformBoth(const Contest& contest, double ratio) {
    Thresholds result;
    result.strict = false;
    const auto cut = [&](const std::vector<float>& scores) {
        if (scores.empty()) return kNothingCompared;
        return ascendingAt(scores, static_cast<std::int64_t>(ratio * static_cast<double>(scores.size())));
    };
    for (const ContestLayer& layer : contest.layers) {
        result.group.push_back(cut(layer.groups));
        result.channel.push_back(cut(layer.channels));
    }
    return result;
}

// The number of channels that a budget asks for, as far as there are that many.
std::int64_t bounded(std::int64_t channels, std::int64_t most, Thresholds& result) {
    if (channels < 0)
        result.warnings.push_back(
            "the KV groups to remove are more than the ratio asks for; no channel is removed");
    if (channels > most)
        result.warnings.push_back("the ratio asks for more channels than can be removed; less is removed");
    return std::clamp<std::int64_t>(channels, 0, most);
}

Thresholds uniformManual(const Contest& contest, double ratio, int removeHeads) {
    Thresholds result;
    result.strict = false;
    const auto withGroups = std::count_if(contest.layers.begin(), contest.layers.end(),
                                          [](const ContestLayer& layer) { return !layer.groups.empty(); });
    const int perLayer = withGroups > 0 ? removeHeads / static_cast<int>(withGroups) : 0;
    if (withGroups == 0 && removeHeads > 0) tooManyGroups(removeHeads, 0);
    for (const ContestLayer& layer : contest.layers) {
        if (perLayer > 0 && !layer.groups.empty() && perLayer >= static_cast<int>(layer.groups.size()))
            tooManyGroups(removeHeads, static_cast<std::int64_t>(layer.groups.size() - 1) * withGroups);
        const int groups = layer.groups.empty() ? 0 : perLayer;
        result.group.push_back(layer.groups.empty() ? kNothingCompared : ascendingAt(layer.groups, groups));
        if (layer.channels.empty()) {
            result.channel.push_back(kNothingCompared);
            continue;
        }
        const std::int64_t channels = channelsPerLayer(ratio, layerWeights(contest, layer),
                                                       contest.groupWeights, groups, contest.channelWeights);
        result.channel.push_back(
            ascendingAt(layer.channels, bounded(channels, removable(layer.channels), result)));
    }
    return result;
}

bool equalLayers(const Contest& contest) {
    return std::all_of(contest.layers.begin(), contest.layers.end(), [&](const ContestLayer& layer) {
        return layerWeights(contest, layer) == layerWeights(contest, contest.layers.front());
    });
}

std::int64_t adaptiveChannels(const Contest& contest, double ratio, int groups) {
    if (equalLayers(contest))
        return channelsOverNetwork(static_cast<int>(contest.layers.size()), ratio,
                                   layerWeights(contest, contest.layers.front()), contest.groupWeights,
                                   groups, contest.channelWeights);
    std::int64_t total = 0;
    for (const ContestLayer& layer : contest.layers) total += layerWeights(contest, layer);
    return channelsOverNetwork(1, ratio, total, contest.groupWeights, groups, contest.channelWeights);
}

// The n-th smallest score goes too, for the comparison is strict.
float thresholdRemoving(std::vector<float> scores, std::int64_t count) {
    return count == 0 ? kBelowAll : ascendingAt(std::move(scores), count - 1);
}

Thresholds adaptiveManual(const Contest& contest, double ratio, int removeHeads) {
    Thresholds result;
    std::vector<float> groups = pooled(contest, &ContestLayer::groups);
    std::vector<float> channels = pooled(contest, &ContestLayer::channels);
    if (removeHeads > removable(groups)) tooManyGroups(removeHeads, removable(groups));
    const std::int64_t most = removable(channels);
    const std::int64_t count = bounded(adaptiveChannels(contest, ratio, removeHeads), most, result);
    result.group = spread(contest, &ContestLayer::groups, thresholdRemoving(std::move(groups), removeHeads));
    result.channel = spread(contest, &ContestLayer::channels, thresholdRemoving(std::move(channels), count));
    return result;
}

Thresholds adaptiveBoth(const Contest& contest, double ratio) {
    const UnitCosts costs = unitCosts(contest);
    std::vector<UnitPool> pools{{{}, costs.group}, {{}, costs.channel}};
    for (const ContestLayer& layer : contest.layers) {
        pools[0].rows.emplace_back(layer.groups);
        pools[1].rows.emplace_back(layer.channels);
    }
    Thresholds result;
    const float threshold = budgetThreshold(pools, (1.0 - ratio) * static_cast<double>(totalCost(pools)));
    if (threshold == kAlwaysKept)
        result.warnings.push_back("the units that must stay are more than the ratio leaves; less is removed");
    result.group = spread(contest, &ContestLayer::groups, threshold);
    result.channel = spread(contest, &ContestLayer::channels, threshold);
    return result;
}

}  // namespace

UnitCosts unitCosts(const Contest& contest) {
    if (contest.cost == Cost::Exact) return {contest.groupWeights, contest.channelWeights};
    return {contest.groupWeights / contest.channelWeights, 1};
}

std::int64_t channelsPerLayer(double ratio, std::int64_t layerWeights, std::int64_t groupWeights, int groups,
                              std::int64_t channelWeights) {
    return static_cast<std::int64_t>(
        (ratio * static_cast<double>(layerWeights) - static_cast<double>(groupWeights * groups)) /
        static_cast<double>(channelWeights));
}

std::int64_t channelsOverNetwork(int layers, double ratio, std::int64_t layerWeights,
                                 std::int64_t groupWeights, int groups, std::int64_t channelWeights) {
    return static_cast<std::int64_t>(
        (layers * ratio * static_cast<double>(layerWeights) - static_cast<double>(groupWeights * groups)) /
        static_cast<double>(channelWeights));
}

float ascendingAt(std::vector<float> scores, std::int64_t index) {
    if (index >= static_cast<std::int64_t>(scores.size())) return kAlwaysKept;
    const auto place = scores.begin() + index;
    std::nth_element(scores.begin(), place, scores.end());
    return *place;
}

Thresholds decideThresholds(const std::string& structure, const Contest& contest, double ratio,
                            int removeHeads) {
    const int groups = std::max(removeHeads, 0);
    if (structure == "UL-UM") return uniformBoth(contest, ratio);
    if (structure == "UL-MM") return uniformManual(contest, ratio, groups);
    if (structure == "AL-MM") return adaptiveManual(contest, ratio, groups);
    if (structure == "AL-AM") return adaptiveBoth(contest, ratio);
    throw Error(ErrorCode::InvalidArgument, "unknown structure '" + structure + "'",
                "known are AL-AM, AL-MM, UL-MM and UL-UM");
}

}  // namespace secateur
