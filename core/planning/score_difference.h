// SPDX-License-Identifier: GPL-3.0-or-later
//
// Two measurements held against each other, B against A: how differently they score every unit, and how well
// their orders agree. They are of other text or of another network of the same shape, healed or not. Pure;
// any thread. Over the channels of a large network it takes seconds, so that the window asks for it on a
// thread of its own.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/data/analysis.h"

namespace secateur {

// One value a unit. Of ranks: by how much of the list a unit stands higher in B, from -1 (the first of A is
// the last of B) to 1; equal scores share the mean of their ranks. Of lists of equal length.
[[nodiscard]] std::vector<float> rankDifferences(std::span<const float> a, std::span<const float> b);
// The difference over the mean, 2 (b - a) / (|a| + |b|), from -2 to 2: it does not say which of the two is
// the right one. 0 where both are 0.
[[nodiscard]] std::vector<float> relativeDifferences(std::span<const float> a, std::span<const float> b);

// Channels, or KV groups, of a layer. Empty where the layer has none.
struct UnitDifference {
    std::vector<float> ranks;  // within the layer
    std::vector<float> values;
    std::optional<double> agreement;  // Spearman's of this layer; see rankAgreement()
};

struct LayerScoreDifference {
    int layer = 0;  // ORIGINAL number
    UnitDifference channels;
    UnitDifference kvGroups;
};

// A metric of whole layers in both.
struct LayerMetricPair {
    std::string metric;  // of layerMetrics()
    std::vector<float> a;
    std::vector<float> b;
    std::optional<double> agreement;
};

struct ScoreDifference {
    std::string metric;  // of channels and KV groups
    std::vector<LayerScoreDifference> layers;
    std::optional<double> channels;  // Spearman's over the units of all layers together
    std::optional<double> kvGroups;
    std::vector<LayerMetricPair> layerMetrics;  // those that both measured; values as `layers`
    // The layer whose order of channels agrees least; null where no layer has an order.
    [[nodiscard]] const LayerScoreDifference* leastAlike() const;
};

// Of the same weights on the same windows in the same way, with leaving layers out or without.
[[nodiscard]] bool sameMeasurement(const Analysis& a, const Analysis& b);

// `statistics`: what both are scored with; none: each with its own. Throws InvalidArgument for an unknown
// metric, and where layers or units differ, as scorePairs() does.
[[nodiscard]] ScoreDifference scoreDifference(const Analysis& a, const Analysis& b,
                                              const NetworkConfig& network, const std::string& metric,
                                              std::optional<Statistics> statistics = std::nullopt);

}  // namespace secateur
