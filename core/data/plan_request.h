// SPDX-License-Identifier: GPL-3.0-or-later
//
// The wishes a plan is made from: what a user sets in the Plan panel or on the command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/data/analysis.h"
#include "core/data/chop_strategy.h"
#include "core/data/plan.h"

namespace secateur {

// How much a KV group costs, in channels, when units compete for a budget.
enum class Cost {
    Exact,      // D * hd * (2G + 2) against 3 * D weights
    Reference,  // the ratio of the two truncated to an integer, as in the published code
};

struct ChopRequest {
    std::vector<int> layers;     // explicit list
    std::vector<int> attention;  // only the attention sublayer of these
    std::vector<int> mlp;        // only the MLP sublayer of these
    int count = 0;               // > 0: let `strategy` choose this many layers
    std::string strategy;  // a name of chopStrategies(); empty: what suits its purpose, see nameStrategies()
    std::optional<ChosenBy> chosenBy = std::nullopt;  // what made explicit lists, when a strategy did
    std::optional<LayerMerge> merge = std::nullopt;   // how the explicit `layers` are folded into others
    std::vector<int> keep = {};      // instead: the layers that stay, in order, some repeated
    EvolutionWishes evolution = {};  // of strategies that search so
    bool replace = false;            // see ChopStep
    bool operator==(const ChopRequest&) const = default;
    [[nodiscard]] bool empty() const noexcept {
        return layers.empty() && attention.empty() && mlp.empty() && count == 0 && keep.empty();
    }
};

// The width method that is meant where none is named.
inline constexpr const char* kUsualWidthMethod = "flap";

// Exactly one of ratio, targetParameters and targetBytes says how much to remove.
struct WidthRequest {
    std::string method = kUsualWidthMethod;
    std::string metric = "WIFV";
    std::string structure = "AL-AM";
    std::optional<Statistics> statistics;  // default: those of the analysis
    std::optional<Cost> cost;              // default: follows the statistics
    double ratio = 0.0;  // fraction removed of the linear weights that the chop left; [0, 1)
    std::optional<std::int64_t> targetParameters;  // of the whole model
    std::optional<std::int64_t> targetBytes;       // of the whole model, at the stored dtype
    int removeHeads = -1;      // UL-MM, AL-MM: KV groups over the whole network; < 0 = not given
    std::vector<int> protect;  // layers that keep their width
    int minKeepGroups = 0;     // per layer
    int minKeepChannels = 0;
    int roundTo = 1;           // kept channels of a layer are a multiple of this
    bool bias = true;          // false: nothing makes up for what is removed
    std::string compensate;    // what does: "none", "bias" or "refit"; empty: what is usual with the method
    double alpha = 1.5;        // 2SSP: how much of the ratio attention bears
    int attentionLayers = -1;  // 2SSP: attention sublayers to drop; < 0: by alpha, 0: no second stage
    std::string saliency = "param_first";  // LLM-Pruner: a name of kAllSaliencies
    std::string reduction = "sum";         // LLM-Pruner: how the members of a unit are put together
    int rounds = 16;                       // structured OBS: of MLP channels
    double damping = 0.01;                 // structured OBS
    std::string order = "loss";            // structured OBS: "loss" or "tyr"
    bool operator==(const WidthRequest&) const = default;
    // True when it removes nothing.
    [[nodiscard]] bool empty() const noexcept { return ratio == 0.0 && !targetParameters && !targetBytes; }
};

// Which chops a comparison tries: every strategy with every count.
struct ChopSweepRequest {
    std::vector<std::string> strategies;  // names of chopStrategies()
    std::vector<int> counts;              // layers removed; empty: 1 to all but one
    bool growing = false;  // a few counts at once, smallest first, so that there is something to see early
};

// What a step of a plan is made from: wishes that planning decides, or a step that is decided already.
using StepRequest = std::variant<ChopRequest, WidthRequest, RecipeStep, HealStep, ChopStep, WidthStep>;

// In the order in which they are carried out.
struct PlanRequest {
    std::vector<StepRequest> steps;
    bool operator==(const PlanRequest&) const = default;
};

// The short form: a chop, unless it is empty, and then a width step.
[[nodiscard]] inline PlanRequest requestOf(ChopRequest chop,
                                           std::optional<WidthRequest> width = std::nullopt) {
    PlanRequest request;
    if (!chop.empty()) request.steps.emplace_back(std::move(chop));
    if (width) request.steps.emplace_back(std::move(*width));
    return request;
}

}  // namespace secateur
