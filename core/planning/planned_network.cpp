// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a plan leaves of a network, in the forms that planning and views ask for.
#include "core/data/linear_form.h"
#include "core/data/plan_validate.h"
#include "core/planning/planner.h"

namespace secateur {

NetworkConfig plannedNetwork(const NetworkConfig& original, const Plan& plan) {
    return stateAfter(original, plan).config;
}

KeptUnits keptUnits(const NetworkState& state) {
    const auto count = static_cast<std::size_t>(originalLayerCount(*state.opened));
    KeptUnits kept{std::vector<bool>(count, false), std::vector<UnitMask>(count),
                   std::vector<UnitMask>(count), std::vector<std::string>(count)};
    for (std::size_t i = 0; i < state.layers.size(); ++i) {
        const auto layer = static_cast<std::size_t>(state.config.layers[i].originalLayer);
        kept.layer[layer] = true;
        kept.kvGroups[layer] = state.layers[i].kvGroups;
        kept.channels[layer] = state.layers[i].channels;
        kept.forms[layer] = formsText(state.layers[i].forms);
    }
    return kept;
}

KeptUnits keptUnits(const NetworkConfig& original, const Plan& plan) {
    return keptUnits(stateAfter(original, plan));
}

}  // namespace secateur
