// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/uniform.h"

#include <numeric>

#include "core/base/error.h"
#include "core/planning/structures.h"
#include "core/planning/width_limits.h"
#include "core/planning/width_planner.h"

namespace secateur {

namespace {

// The rule on scores of which some may have to stay.
UnitMask kept(const std::vector<float>& scores, double ratio) {
    if (!(ratio < 1.0)) throw Error(ErrorCode::InvalidArgument, "the ratio must be at least 0 and below 1");
    UnitMask mask(scores.size(), 1);
    if (ratio <= 0.0 || scores.empty()) return mask;
    const float threshold =
        ascendingAt(scores, static_cast<std::int64_t>(ratio * static_cast<double>(scores.size())));
    for (std::size_t unit = 0; unit < scores.size(); ++unit) mask[unit] = scores[unit] >= threshold;
    return mask;
}

std::optional<UnitMask> unlessAll(UnitMask mask) {
    if (countKept(mask) == static_cast<int>(mask.size())) return std::nullopt;
    return mask;
}

void checkLength(std::span<const float> scores, int channels, const LayerConfig& layer, const char* what) {
    if (static_cast<int>(scores.size()) != channels)
        throw Error(ErrorCode::InvalidArgument,
                    "layer " + std::to_string(layer.originalLayer) + " has " + std::to_string(channels) +
                        " " + what + " channels, scores were given for " + std::to_string(scores.size()));
}

}  // namespace

UnitMask uniformKeep(std::span<const float> scores, double ratio) {
    return kept(std::vector<float>(scores.begin(), scores.end()), ratio);
}

std::vector<float> groupSums(std::span<const float> channels, int channelsPerGroup) {
    std::vector<float> sums;
    for (std::size_t first = 0; first + channelsPerGroup <= channels.size(); first += channelsPerGroup) {
        const auto group = channels.subspan(first, channelsPerGroup);
        sums.push_back(static_cast<float>(std::accumulate(group.begin(), group.end(), 0.0)));
    }
    return sums;
}

LayerKeep uniformLayerKeep(const NetworkConfig& network, const LayerConfig& layer,
                           std::span<const float> attentionScores, std::span<const float> mlpScores,
                           double ratio, const WidthRequest& request) {
    checkLength(attentionScores, layer.heads * network.headDim, layer, "attention");
    checkLength(mlpScores, layer.intermediateSize, layer, "MLP");
    LayerKeep keep;
    keep.layer = layer.originalLayer;
    if (layer.kvHeads > 0) {
        std::vector<float> groups =
            groupSums(attentionScores, network.headDim * (layer.heads / layer.kvHeads));
        keepBest(groups, request.minKeepGroups);
        keep.kvGroups = unlessAll(kept(groups, ratio));
    }
    if (layer.intermediateSize > 0) {
        std::vector<float> channels(mlpScores.begin(), mlpScores.end());
        keepBest(channels, request.minKeepChannels);
        UnitMask mask = kept(channels, ratio);
        const int units = layer.intermediateSize;
        adjustCount(mask, channels,
                    roundedCount(countKept(mask), units, request.roundTo, request.minKeepChannels));
        keep.channels = unlessAll(std::move(mask));
    }
    return keep;
}

UniformRatio uniformRatio(const ModelSummary& model, const NetworkConfig& network,
                          const WidthRequest& request) {
    // UL-UM removes numbers of units, so any scores without ties answer how many.
    ScoreTable scores;
    for (const LayerConfig& layer : network.layers) {
        LayerScores row;
        row.groupScore.resize(layer.kvHeads);
        row.channelScore.resize(layer.intermediateSize);
        std::iota(row.groupScore.begin(), row.groupScore.end(), 0.0f);
        std::iota(row.channelScore.begin(), row.channelScore.end(), 0.0f);
        scores.layers.push_back(std::move(row));
    }
    const WidthRule rule{"", "UL-UM", false, true};
    const WidthPlanner planner(model, network, scores, rule, request, Cost::Exact);
    const double ratio = planner.ratio();
    return {ratio, planner.ratioOfContest(ratio)};
}

}  // namespace secateur
