// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/thresholds.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/planning/planner.h"  // WidthDecision

namespace secateur {

std::optional<UnitThresholds> UnitThresholds::of(const WidthDecision* decision) {
    if (decision == nullptr) return std::nullopt;
    UnitThresholds result{.metric = decision->scores->metric,
                          .structure = decision->scores->structure,
                          .strict = decision->strict,
                          .layers = {},
                          .group = decision->groupThreshold,
                          .channel = decision->channelThreshold};
    for (const LayerScores& layer : decision->scores->layers) result.layers.push_back(layer.layer);
    return result;
}

float UnitThresholds::at(UnitKind kind, int layer) const {
    const std::vector<float>& values = kind == UnitKind::Channels ? channel : group;
    for (std::size_t i = 0; i < layers.size() && i < values.size(); ++i) {
        if (layers[i] == layer) return values[i];
    }
    return std::numeric_limits<float>::quiet_NaN();
}

bool UnitThresholds::decides(int layer) const {
    return std::find(layers.begin(), layers.end(), layer) != layers.end();
}

std::optional<float> UnitThresholds::common(UnitKind kind) const {
    std::optional<float> shared;
    for (float value : kind == UnitKind::Channels ? channel : group) {
        if (std::isnan(value)) continue;
        if (shared && *shared != value) return std::nullopt;
        shared = value;
    }
    return shared;
}

}  // namespace secateur
