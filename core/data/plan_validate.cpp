// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/plan_validate.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/data/network_state.h"

namespace secateur {

int originalLayerCount(const NetworkConfig& network) {
    int count = network.originalLayers;
    for (const LayerConfig& layer : network.layers) count = std::max(count, layer.originalLayer + 1);
    return count;
}

const LayerConfig* findLayer(const NetworkConfig& network, int originalLayer) {
    const auto found =
        std::find_if(network.layers.begin(), network.layers.end(),
                     [&](const LayerConfig& layer) { return layer.originalLayer == originalLayer; });
    return found == network.layers.end() ? nullptr : &*found;
}

bool sameShape(const LayerConfig& one, LayerConfig other) {
    other.originalLayer = one.originalLayer;
    other.ranks = one.ranks;
    return one == other;
}

bool needsMeans(const PlanStep& step) {
    const auto* width = std::get_if<WidthStep>(&step);
    return width && width->bias && !width->refit && !width->keep.empty();
}

void checkPlan(const Plan& plan, const NetworkConfig& network, const std::string& origin) {
    const auto fail = [&](const std::string& what) {
        throw Error(ErrorCode::InvalidArgument, origin + ": " + what,
                    "layer and unit numbers are those of the original checkpoint, from 0");
    };
    const int layers = originalLayerCount(network);
    if (plan.model.layers != layers)
        fail("model.layers: the plan is for " + std::to_string(plan.model.layers) +
             " layers, the model has " + std::to_string(layers));
    if (!plan.model.architecture.empty() && plan.model.architecture != name(network.architecture))
        fail("model.architecture: the plan is for '" + plan.model.architecture + "', the model is '" +
             name(network.architecture) + "'");
    static_cast<void>(stateAfter(network, plan, kAllSteps, origin));
}

}  // namespace secateur
