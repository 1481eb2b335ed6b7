// SPDX-License-Identifier: GPL-3.0-or-later
//
// The four structures: which units of which layers compete, and where the cut lies (algorithms.md 1.6, 1.8).
// Counts are doubles truncated to whole numbers, evaluated in the order written there, so that masks equal
// those of the published code.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "core/data/network_config.h"
#include "core/data/plan_request.h"

namespace secateur {

// The score of a unit that must stay, whatever the cut.
inline constexpr float kAlwaysKept = std::numeric_limits<float>::infinity();

// One layer that takes part; empty where it lacks the sublayer. Units that must stay have the score
// kAlwaysKept.
struct ContestLayer {
    std::vector<float> groups;
    std::vector<float> channels;
};

struct Contest {
    std::vector<ContestLayer> layers;
    std::int64_t groupWeights = 0;    // linear weights removed with a KV group
    std::int64_t channelWeights = 0;  // and with a channel
    Cost cost = Cost::Exact;
};

// Costs of a group and a channel when they compete: their weights, or the ratio of the two truncated to an
// integer.
struct UnitCosts {
    std::int64_t group = 0;
    std::int64_t channel = 0;
};
[[nodiscard]] UnitCosts unitCosts(const Contest& contest);

// One value per layer and module; a unit stays when its score is above (strict) or not below its threshold.
struct Thresholds {
    std::vector<float> group;
    std::vector<float> channel;
    bool strict = true;
    std::vector<std::string> warnings;  // where the counts asked for cannot be
    [[nodiscard]] bool keeps(float score, float threshold) const noexcept {
        return score == kAlwaysKept || (strict ? score > threshold : score >= threshold);
    }
};

// `ratio` in (0, 1): fraction of the contest's weights to remove. `removeHeads`: KV groups over the whole
// contest, for AL-MM and UL-MM; not given (< 0) counts as 0, no group removed. Throws InvalidArgument for an
// unknown structure and more groups than can go.
[[nodiscard]] Thresholds decideThresholds(const std::string& structure, const Contest& contest, double ratio,
                                          int removeHeads);

// Channels to remove when `groups` KV groups go. One layer (UL-MM), and the whole network of `layers` equal
// layers (AL-MM).
[[nodiscard]] std::int64_t channelsPerLayer(double ratio, std::int64_t layerWeights,
                                            std::int64_t groupWeights, int groups,
                                            std::int64_t channelWeights);
[[nodiscard]] std::int64_t channelsOverNetwork(int layers, double ratio, std::int64_t layerWeights,
                                               std::int64_t groupWeights, int groups,
                                               std::int64_t channelWeights);

// The `index`-th smallest score, from 0; kAlwaysKept when there are not so many.
[[nodiscard]] float ascendingAt(std::vector<float> scores, std::int64_t index);

}  // namespace secateur
