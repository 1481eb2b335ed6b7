// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the steps of a plan leave of a network, step by step: the one replay behind accounting, planning,
// previews, applying and views. Pure; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/data/layer_merge.h"
#include "core/data/network_config.h"
#include "core/data/plan.h"

namespace secateur {

struct LayerState {
    int position = 0;   // in the opened checkpoint
    UnitMask kvGroups;  // of the opened layer's groups, those that are left; empty when its attention is gone
    UnitMask channels;  // of its channels, those that are left; empty when its MLP is gone
    std::array<LinearForm, kLinears> forms;  // by LinearName
    bool operator==(const LayerState&) const = default;
};

struct NetworkState {
    std::shared_ptr<const NetworkConfig> opened;
    NetworkConfig config;            // what is left, in execution order
    std::vector<LayerState> layers;  // one for each of config.layers
};

// Where a layer after a step comes from. Positions are those before the step.
struct LayerOrigin {
    int position = 0;
    LayerShares shares;  // what its linears are the sum of; empty: of the layer at `position` alone
    bool dropsAttention = false;
    bool dropsMlp = false;
    // Of the units that were left before the step, those that stay; nullopt: all.
    std::optional<UnitMask> groups;
    std::optional<UnitMask> channels;
    [[nodiscard]] bool untouched() const noexcept {
        return shares.empty() && !dropsAttention && !dropsMlp && !groups && !channels;
    }
};

struct StepEffect {
    NetworkState after;
    std::vector<LayerOrigin> origins;  // one for each layer that is left
};

// A network before any step.
[[nodiscard]] NetworkState stateOf(const NetworkConfig& opened);

// Carries out one step. Throws InvalidArgument beginning with `where` ("plan.json: steps[2]") for layers and
// units that are not there, duplicates, units out of range, and when nothing would be left of the network.
[[nodiscard]] StepEffect carryOut(const PlanStep& step, const NetworkState& before, const std::string& where);

inline constexpr std::size_t kAllSteps = std::numeric_limits<std::size_t>::max();
// After the first `steps` steps. Messages begin with `origin`.
[[nodiscard]] NetworkState stateAfter(const NetworkConfig& opened, const Plan& plan,
                                      std::size_t steps = kAllSteps, const std::string& origin = "plan");

}  // namespace secateur
