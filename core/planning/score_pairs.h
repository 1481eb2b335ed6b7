// SPDX-License-Identifier: GPL-3.0-or-later
//
// Any score against any other: pairs for a scatter, with the agreement of their orders. Pure; any thread.
// Over the channels of a large network it takes seconds, so that the window asks for it on a thread of its
// own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/data/analysis.h"

namespace secateur {

enum class PairedUnits { Layers, Channels, KvGroups };

struct ScorePairs {
    PairedUnits units = PairedUnits::Layers;
    std::vector<int> layers;   // ORIGINAL number of each pair
    std::vector<int> indices;  // of channel or KV group within the layer; -1 for layers
    std::vector<float> x;
    std::vector<float> y;
    std::optional<double> agreement;  // Spearman's, over all pairs; see rankAgreement()
    [[nodiscard]] std::size_t count() const noexcept { return x.size(); }
};

// What pairs can be made of: layer metrics that were measured; "WIFV", "WIFN", "IFV" and "magnitude" of
// channels and of KV groups, in their own units (LayerScores::channelRaw, groupRaw).
[[nodiscard]] std::vector<std::string> pairableScores(const Analysis& analysis, PairedUnits units);

// Throws InvalidArgument for an unknown score or one that was not measured.
[[nodiscard]] ScorePairs scorePairs(const Analysis& analysis, const NetworkConfig& network, PairedUnits units,
                                    const std::string& x, const std::string& y);

// The same with `y` of another analysis: of other text, or of another network of the same shape, healed or
// not. Throws too where their layers or units differ.
[[nodiscard]] ScorePairs scorePairs(const Analysis& analysis, const std::string& x, const Analysis& other,
                                    const std::string& y, const NetworkConfig& network, PairedUnits units);

// One score a channel, or a KV group, of a layer, in its own units; empty where the layer has none. Throws
// like channelMetric().
[[nodiscard]] std::vector<float> unitScores(const LayerAnalysis& layer, const NetworkConfig& network,
                                            PairedUnits units, const std::string& score,
                                            Statistics statistics);
// Throws InvalidArgument unless both are of layers of the same numbers.
void requireSameLayers(const Analysis& analysis, const Analysis& other);
// What is said of units that do not match.
[[noreturn]] void throwOtherShape(const Analysis& other);

}  // namespace secateur
