// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/plan_difference.h"

#include <cmath>

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
