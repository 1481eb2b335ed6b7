// SPDX-License-Identifier: GPL-3.0-or-later
//
// The part of uniform pruning (UL-UM) that methods which prune as they go call layer by layer. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/data/model_summary.h"
#include "core/data/plan.h"
#include "core/data/plan_request.h"

namespace secateur {

// UL-UM's rule (algorithms.md 1.6): threshold = ascending_sorted[int(ratio * units)], keep >= threshold. Ties
// at the cut are all kept. ratio <= 0 keeps all. Throws InvalidArgument for ratio >= 1.
[[nodiscard]] UnitMask uniformKeep(std::span<const float> scores, double ratio);

// Sums of `channelsPerGroup` consecutive channels.
[[nodiscard]] std::vector<float> groupSums(std::span<const float> channels, int channelsPerGroup);

// What one layer keeps, given the channel scores of the inputs of o_proj and down_proj (empty where the layer
// lacks the sublayer): a group's score is the sum over its channels. Honours the request's minimum widths and
// rounding. Masks that keep all are left out.
[[nodiscard]] LayerKeep uniformLayerKeep(const NetworkConfig& network, const LayerConfig& layer,
                                         std::span<const float> attentionScores,
                                         std::span<const float> mlpScores, double ratio,
                                         const WidthRequest& request);

struct UniformRatio {
    double ofNetwork = 0.0;  // fraction of all weights that goes: what a plan records
    double ofLayer = 0.0;    // what each layer that is not protected loses, so that it comes to that
};
// The request's ratio, or the one that meets its target size. `network`: what the chop left of `model`.
// Throws InvalidArgument when it cannot be met.
[[nodiscard]] UniformRatio uniformRatio(const ModelSummary& model, const NetworkConfig& network,
                                        const WidthRequest& request);

}  // namespace secateur
