// SPDX-License-Identifier: GPL-3.0-or-later
//
// The list of chop strategies. Formulas: docs/metrics.md.
#include <algorithm>

#include "core/base/error.h"
#include "core/planning/planner.h"

namespace secateur {

const std::vector<ChopStrategy>& chopStrategyTable() {
    using enum ChopNeeds;
    using enum ChopUnit;
    static const std::vector<ChopStrategy> kTable{
        // LayerChop's five, which keep the first and the last layer, and four baselines beside them.
        {"max-gap",
         "Max gap",
         "layers at even distances, so that kept ones are spread; keeps first and last",
         Nothing,
         Layers,
         2,
         {},
         ChopLook::Once,
         true},
        {"input", "Input", "the block right after the first layer", Nothing, Layers, 2},
        {"middle", "Middle", "the block in the middle; keeps first and last", Nothing, Layers, 2},
        {"both", "Both", "half of them right after the first layer, half right before the last", Nothing,
         Layers, 2},
        {"output", "Output",
         "the block right before the last layer: cheapest before healing, the worst of LayerChop's five "
         "after "
         "it",
         Nothing, Layers, 2},
        {"top", "Top (baseline)", "the deepest layers, the last among them; a baseline that LayerChop lacks",
         Nothing, Layers, 1},
        {"top-keep-last",
         "Top, last kept",
         "the deepest layers but the last, like output",
         Nothing,
         Layers,
         1,
         {},
         ChopLook::Once,
         true},
        {"bottom", "Bottom (baseline)", "the first layers; a baseline that LayerChop lacks", Nothing, Layers,
         1},
        {"both-ends", "Both ends (baseline)",
         "half of them from the top, half from the bottom, the first and the last among them; a baseline "
         "that "
         "LayerChop lacks",
         Nothing, Layers, 1},
        {"angular",
         "Angular block",
         "the block whose input and output are nearest, over all tokens",
         Analysis,
         Layers,
         1,
         {},
         ChopLook::Once,
         true},
        {"angular-last", "Angular block, last token",
         "the block whose input and output are nearest at the last token", Analysis, Layers, 1},
        {"block-influence",
         "Block influence",
         "the layers that turn the residual stream least",
         Analysis,
         Layers,
         1,
         {},
         ChopLook::Once,
         true},
        {"relative-update", "Relative update", "the layers that add least to the residual stream", Analysis,
         Layers, 1},
        {"leave-one-out",
         "Leave one out",
         "the layers whose absence alone costs least perplexity",
         Analysis,
         Layers,
         1,
         {},
         ChopLook::LeaveOneOut,
         true},
        {"magnitude", "Magnitude", "the layers whose weights are smallest", Weights, Layers, 1},
        {"taylor",
         "Taylor",
         "the layers whose weights times gradients are smallest",
         Text,
         Layers,
         1,
         {},
         ChopLook::Gradients},
        {"greedy",
         "Greedy (SLEB)",
         "one layer after the other, each time the one that costs least perplexity; never the first or last",
         Text,
         Layers,
         2,
         {},
         ChopLook::Search},
        {"finercut",
         "FinerCut",
         "attention and MLP sublayers, two for a layer, each time the one that moves the output least",
         Text,
         Sublayers,
         1,
         {},
         ChopLook::Outputs},
        {"blockpruner",
         "BlockPruner",
         "attention and MLP sublayers, two for a layer, each time the one that costs least perplexity",
         Text,
         Sublayers,
         1,
         {},
         ChopLook::Search},
        {"greedy-attention",
         "Attention, greedy (2SSP)",
         "attention sublayers alone, each time the one that costs least perplexity; each counts",
         Text,
         Attention,
         1,
         {},
         ChopLook::Search},
        {"evopress",
         "EvoPress",
         "as many attention as MLP sublayers, by an evolution of whole sets whose predictions stay nearest",
         Text,
         Sublayers,
         1,
         {},
         ChopLook::Evolution},
        {"evopress-blocks",
         "EvoPress, whole layers",
         "whole layers, by an evolution of whole sets whose predictions stay nearest",
         Text,
         Layers,
         1,
         {},
         ChopLook::Evolution},
        {"laco", "LaCo merge",
         "from the top, up to two layers at a time folded into the one below by LaCo's formula, as long as "
         "the output stays similar",
         Text, Layers, 1, MergeRule::Paper},
        {"laco-code", "LaCo merge, as its code",
         "the same by what LaCo's published code computes: the last layer of a group takes the first one's "
         "place",
         Text, Layers, 1, MergeRule::Code},
    };
    return kTable;
}

const ChopStrategy& chopStrategy(const std::string& name) {
    const auto& table = chopStrategyTable();
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const ChopStrategy& strategy) { return strategy.name == name; });
    if (found != table.end()) return *found;
    std::string known;
    for (const ChopStrategy& strategy : table) known += (known.empty() ? "" : ", ") + strategy.name;
    throw Error(ErrorCode::InvalidArgument, "unknown chop strategy '" + name + "'", "known are " + known);
}

std::vector<std::string> chopStrategies() {
    std::vector<std::string> names;
    for (const ChopStrategy& strategy : chopStrategyTable()) names.push_back(strategy.name);
    return names;
}

}  // namespace secateur
