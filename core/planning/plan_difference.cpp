// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/plan_difference.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace secateur {
namespace {

FateCount countOf(const UnitMask& a, const UnitMask& b, int units) {
    FateCount count;
    for (const PairFate fate : fatesOf(a, b, units)) count.add(fate);
    return count;
}

const UnitMask& maskOf(const std::vector<UnitMask>& masks, int layer) {
    static const UnitMask kNone;
    return layer < static_cast<int>(masks.size()) ? masks[static_cast<std::size_t>(layer)] : kNone;
}

bool has(const std::vector<bool>& layers, int layer) {
    return layer < static_cast<int>(layers.size()) && layers[static_cast<std::size_t>(layer)];
}

}  // namespace

std::vector<PairFate> fatesOf(const UnitMask& a, const UnitMask& b, int units) {
    std::vector<PairFate> fates(static_cast<std::size_t>(units));
    for (std::size_t i = 0; i < fates.size(); ++i) {
        const bool inA = i < a.size() && a[i] != 0;
        const bool inB = i < b.size() && b[i] != 0;
        fates[i] = fateOf(inA, inB);
    }
    return fates;
}

void FateCount::add(PairFate fate) noexcept {
    int* const counts[] = {&keptByBoth, &removedByA, &removedByB, &removedByBoth};
    ++*counts[static_cast<std::size_t>(fate)];
}

void FateCount::add(const FateCount& other) noexcept {
    keptByBoth += other.keptByBoth;
    removedByA += other.removedByA;
    removedByB += other.removedByB;
    removedByBoth += other.removedByBoth;
}

PlanDifference differenceOf(const NetworkConfig& original, const KeptUnits& a, const KeptUnits& b) {
    PlanDifference difference;
    for (const LayerConfig& config : original.layers) {
        const int layer = config.originalLayer;
        LayerDifference one;
        one.layer = layer;
        one.inA = has(a.layer, layer);
        one.inB = has(b.layer, layer);
        one.kvGroups = countOf(maskOf(a.kvGroups, layer), maskOf(b.kvGroups, layer), config.kvHeads);
        one.channels = countOf(maskOf(a.channels, layer), maskOf(b.channels, layer), config.intermediateSize);
        difference.kvGroups.add(one.kvGroups);
        difference.channels.add(one.channels);
        difference.layers.push_back(one);
    }
    return difference;
}

namespace {

std::vector<UnitMask> maskedBy(const std::vector<UnitMask>& outer, const std::vector<UnitMask>& inner) {
    std::vector<UnitMask> masks(outer.size());
    for (std::size_t layer = 0; layer < outer.size() && layer < inner.size(); ++layer) {
        if (inner[layer].empty()) continue;  // the sublayer is gone
        UnitMask mask(outer[layer].size(), 0);
        std::size_t unit = 0;  // of the inner one
        for (std::size_t i = 0; i < mask.size(); ++i)
            if (outer[layer][i] != 0 && unit < inner[layer].size()) mask[i] = inner[layer][unit++];
        masks[layer] = std::move(mask);
    }
    return masks;
}

}  // namespace

KeptUnits within(const KeptUnits& outer, const KeptUnits& inner) {
    KeptUnits kept = inner;
    kept.kvGroups = maskedBy(outer.kvGroups, inner.kvGroups);
    kept.channels = maskedBy(outer.channels, inner.channels);
    kept.layer.resize(outer.layer.size(), false);
    kept.forms.resize(outer.layer.size());
    return kept;
}

std::vector<LayerWidths> widthsOf(const NetworkConfig& network) {
    std::map<int, LayerWidths> widths;
    for (const LayerConfig& layer : network.layers) {
        LayerWidths& one = widths[layer.originalLayer];
        one.layer = layer.originalLayer;
        one.kvGroups = std::max(one.kvGroups, layer.kvHeads);
        one.channels = std::max(one.channels, layer.intermediateSize);
    }
    std::vector<LayerWidths> list;
    for (const auto& [number, one] : widths) list.push_back(one);
    return list;
}

std::vector<KeptWidths> pairWidths(std::span<const LayerWidths> opened, std::span<const LayerWidths> a,
                                   std::span<const LayerWidths> b) {
    std::map<int, KeptWidths> pairs;
    const auto add = [&](std::span<const LayerWidths> widths, int KeptWidths::*groups,
                         int KeptWidths::*channels) {
        for (const LayerWidths& one : widths) {
            KeptWidths& pair = pairs[one.layer];
            pair.layer = one.layer;
            if (groups != nullptr) pair.*groups = one.kvGroups;
            if (channels != nullptr) pair.*channels = one.channels;
            pair.groups = std::max(pair.groups, one.kvGroups);
            pair.channels = std::max(pair.channels, one.channels);
        }
    };
    add(opened, nullptr, nullptr);
    add(a, &KeptWidths::groupsA, &KeptWidths::channelsA);
    add(b, &KeptWidths::groupsB, &KeptWidths::channelsB);
    std::vector<KeptWidths> list;
    for (const auto& [number, pair] : pairs) list.push_back(pair);
    return list;
}

std::string shapeObstacle(const NetworkConfig& a, const NetworkConfig& b) {
    const std::tuple<const char*, int, int> shapes[] = {
        {"hidden size", a.hiddenSize, b.hiddenSize},
        {"head size", a.headDim, b.headDim},
        {"layers of the original", a.originalLayers, b.originalLayers}};
    for (const auto& [what, one, other] : shapes) {
        if (one != other)
            return std::string(what) + ' ' + std::to_string(one) + " against " + std::to_string(other);
    }
    return {};
}

std::optional<PairedChange> pairedChange(std::span<const double> a, std::span<const double> b) {
    if (a.size() != b.size() || a.size() < 2) return std::nullopt;
    const auto count = static_cast<double>(a.size());
    double mean = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) mean += (b[i] - a[i]) / count;
    double squares = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) squares += std::pow(b[i] - a[i] - mean, 2);
    const double quotient = std::exp(mean);
    return PairedChange{quotient - 1.0, quotient * std::sqrt(squares / (count - 1.0) / count),
                        static_cast<int>(a.size())};
}

}  // namespace secateur
