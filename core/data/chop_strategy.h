// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a way of choosing layers says about itself, and what those that look at the network find. Command line
// and window list strategies from these values. Plain values; any thread.
#pragma once

#include <cstdint>
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

// What a strategy removes one of at a time.
enum class ChopUnit {
    Layers,
    Sublayers,  // attention and MLP sublayers, each on its own; two count as a layer
    Attention,  // attention sublayers alone, each of which counts
};

// How a strategy that runs the network looks at it.
enum class ChopLook {
    Once,         // one pass, or none
    LeaveOneOut,  // the perplexity without each layer
    Gradients,    // forwards and backwards
    Search,       // again after every removal, for the lowest perplexity
    Outputs,      // again after every removal, for the nearest outputs
    Evolution,    // many sets of as many units, and again their changed children
};

struct ChopStrategy {
    std::string name;     // as in plans and on the command line, e.g. "max-gap"
    std::string label;    // as shown in lists
    std::string summary;  // what it removes, one sentence
    ChopNeeds needs = ChopNeeds::Nothing;
    ChopUnit unit = ChopUnit::Layers;
    int keeps = 1;                                  // layers that it leaves at least
    std::optional<MergeRule> merge = std::nullopt;  // folds layers into others, by this rule
    ChopLook look = ChopLook::Once;
    bool comparedFirst = false;  // among those that a comparison begins with: quick, and unlike each other
};

// What a set of units is judged by: the divergence of its predictions from the dense network's, or its
// perplexity.
enum class Fitness { Divergence, Perplexity };
// How strategies that search by evolution go about it.
struct EvolutionWishes {
    std::uint64_t seed = 0;
    int generations = 0;  // 0: as many as are usual for the number of layers that go
    Fitness fitness = Fitness::Divergence;
    bool operator==(const EvolutionWishes&) const = default;
};

// One thing that goes: a layer, or one of its sublayers.
struct RemovedPart {
    int layer = 0;  // ORIGINAL number
    bool attention = true;
    bool mlp = true;
    bool operator==(const RemovedPart&) const = default;
};

// What a strategy would remove, first to last. A chop of n layers is the first n entries, or the first 2n
// where two are a layer.
struct RemovalOrder {
    std::string strategy;
    std::vector<RemovedPart> parts;
    int partsOfLayer = 1;
};
// Entries that count as one layer.
[[nodiscard]] inline int partsOfLayer(ChopUnit unit) noexcept {
    return unit == ChopUnit::Sublayers ? 2 : 1;
}

}  // namespace secateur
