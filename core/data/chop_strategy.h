// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a way of choosing layers says about itself, and what those that look at the network find. Command line
// and window list strategies from these values. Plain values; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/data/layer_merge.h"

namespace secateur {

// What a strategy must have before it can choose.
enum class ChopNeeds {
    Nothing,   // chooses by position
    Analysis,  // an analysis, and nothing else
    Weights,   // the checkpoint's weights
    Text,      // runs the network over calibration text, again for every choice or backwards
};
[[nodiscard]] const char* name(ChopNeeds needs) noexcept;  // "nothing", "analysis", "weights", "text"

// How a strategy that runs the network looks at it.
enum class ChopLook {
    Once,         // one pass, or none
    LeaveOneOut,  // the perplexity without each layer
    Gradients,    // forwards and backwards
    Search,       // again after every removal
};

struct ChopStrategy {
    std::string name;     // as in plans and on the command line, e.g. "max-gap"
    std::string label;    // as shown in lists
    std::string summary;  // what it removes, one sentence
    ChopNeeds needs = ChopNeeds::Nothing;
    bool sublayers = false;                         // removes attention and MLP sublayers on their own
    int keeps = 1;                                  // layers that it leaves at least
    std::optional<MergeRule> merge = std::nullopt;  // folds layers into others, by this rule
    ChopLook look = ChopLook::Once;
    bool comparedFirst = false;  // among those that a comparison begins with: quick, and unlike each other
};

// One thing that goes: a layer, or one of its sublayers.
struct RemovedPart {
    int layer = 0;  // ORIGINAL number
    bool attention = true;
    bool mlp = true;
    bool operator==(const RemovedPart&) const = default;
};

// What a strategy would remove, first to last. A chop of n layers is the first n entries that are layers, or
// the first 2n that are sublayers.
struct RemovalOrder {
    std::string strategy;
    std::vector<RemovedPart> parts;
};

}  // namespace secateur
