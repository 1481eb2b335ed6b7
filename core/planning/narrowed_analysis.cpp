// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/narrowed_analysis.h"

#include <algorithm>
#include <cmath>

#include "core/planning/score_pairs.h"

namespace secateur {
namespace {

using Values = std::vector<float>;

// One value for each layer that is left.
Values taken(const Values& values, const std::vector<std::size_t>& places) {
    Values some;
    for (const std::size_t place : places)
        if (place < values.size()) some.push_back(values[place]);
    return some.size() == places.size() ? some : Values();
}

// Distances over one layer alone: those between layers that lie apart are of another stream.
Values steps(const Values& distances, int points, const std::vector<std::size_t>& places) {
    const auto from = static_cast<std::size_t>(points), to = places.size() + 1;
    if (distances.size() != from * from) return {};
    Values some(to * to, std::nanf(""));
    for (std::size_t at = 0; at < to; ++at) some[at * to + at] = 0.0F;
    for (std::size_t at = 0; at < places.size(); ++at)
        some[at * to + at + 1] = some[(at + 1) * to + at] = distances[places[at] * from + places[at] + 1];
    return some;
}

}  // namespace

bool sameShape(const Analysis& a, const Analysis& b) {
    return std::ranges::equal(a.layers, b.layers, [](const LayerAnalysis& one, const LayerAnalysis& other) {
        return one.layer == other.layer && one.kvHeads == other.kvHeads && one.heads == other.heads &&
               one.downProj.weightNorm2.size() == other.downProj.weightNorm2.size();
    });
}

NetworkConfig measuredNetwork(const Analysis& analysis, const NetworkConfig& like) {
    NetworkConfig network = like;
    network.originalLayers = analysis.originalLayers;
    network.layers.clear();
    for (const LayerAnalysis& layer : analysis.layers)
        network.layers.push_back({.originalLayer = layer.layer,
                                  .heads = layer.heads,
                                  .kvHeads = layer.kvHeads,
                                  .intermediateSize = static_cast<int>(layer.downProj.weightNorm2.size())});
    return network;
}

Analysis narrowedTo(const Analysis& whole, const NetworkState& left) {
    Analysis narrowed = whole;
    narrowed.layers.clear();
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < left.layers.size(); ++i) {
        const int number = left.config.layers[i].originalLayer;
        const LayerState& state = left.layers[i];
        const LayerConfig& opened = left.opened->layers[static_cast<std::size_t>(state.position)];
        const auto found = std::ranges::find(whole.layers, number, &LayerAnalysis::layer);
        if (found == whole.layers.end() || found->kvHeads != opened.kvHeads ||
            found->downProj.weightNorm2.size() != static_cast<std::size_t>(opened.intermediateSize))
            throwOtherShape(whole);
        places.push_back(static_cast<std::size_t>(found - whole.layers.begin()));
        LayerAnalysis layer = *found;
        keepGroups(layer, state.kvGroups);
        keepChannels(layer, state.channels);
        narrowed.layers.push_back(std::move(layer));
    }
    for (Values* values :
         {&narrowed.residual.cosine, &narrowed.residual.relativeUpdate, &narrowed.residual.norm})
        *values = taken(*values, places);
    narrowed.angular.points = static_cast<int>(places.size()) + 1;
    narrowed.angular.allTokens = steps(whole.angular.allTokens, whole.angular.points, places);
    narrowed.angular.lastToken = steps(whole.angular.lastToken, whole.angular.points, places);
    if (narrowed.leaveOneOut) {
        LeaveOneOut& without = *narrowed.leaveOneOut;
        for (Values* values : {&without.layer, &without.attention, &without.mlp})
            *values = taken(*values, places);
    }
    return narrowed;
}

}  // namespace secateur
