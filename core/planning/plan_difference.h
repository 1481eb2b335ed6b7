// SPDX-License-Identifier: GPL-3.0-or-later
//
// What two plans of the same network remove differently, unit by unit, what two networks keep of the same
// layers, and how their perplexities compare. Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/planning/planner.h"

namespace secateur {

enum class PairFate : std::uint8_t { KeptByBoth, RemovedByA, RemovedByB, RemovedByBoth };

[[nodiscard]] constexpr PairFate fateOf(bool keptByA, bool keptByB) noexcept {
    if (keptByA) return keptByB ? PairFate::KeptByBoth : PairFate::RemovedByB;
    return keptByB ? PairFate::RemovedByA : PairFate::RemovedByBoth;
}
// One value a unit. An empty mask removes all.
[[nodiscard]] std::vector<PairFate> fatesOf(const UnitMask& a, const UnitMask& b, int units);

// KV groups, or channels, of a layer or of the network: numbers that add up to that of the units.
struct FateCount {
    int keptByBoth = 0;
    int removedByA = 0;  // by it alone
    int removedByB = 0;
    int removedByBoth = 0;
    bool operator==(const FateCount&) const = default;
    [[nodiscard]] int units() const noexcept { return keptByBoth + removedByA + removedByB + removedByBoth; }
    [[nodiscard]] int keptByPlanA() const noexcept { return keptByBoth + removedByB; }
    [[nodiscard]] int keptByPlanB() const noexcept { return keptByBoth + removedByA; }
    // Jaccard: of what either plan removes, the share that both do, 0 to 1. None where neither removes any.
    [[nodiscard]] std::optional<double> overlap() const {
        const int either = removedByA + removedByB + removedByBoth;
        if (either == 0) return std::nullopt;
        return static_cast<double>(removedByBoth) / either;
    }
    // Of what A removes, the share that B removes too. None where A removes nothing.
    [[nodiscard]] std::optional<double> sharedByB() const {
        const int all = removedByA + removedByBoth;
        if (all == 0) return std::nullopt;
        return static_cast<double>(removedByBoth) / all;
    }
    void add(PairFate fate) noexcept;
    void add(const FateCount& other) noexcept;
};

struct LayerDifference {
    int layer = 0;    // ORIGINAL number
    bool inA = true;  // the layer is still there
    bool inB = true;
    FateCount kvGroups;
    FateCount channels;
};

struct PlanDifference {
    std::vector<LayerDifference> layers;  // one for each layer of the opened network
    FateCount kvGroups;                   // of all layers together
    FateCount channels;
};
[[nodiscard]] PlanDifference differenceOf(const NetworkConfig& original, const KeptUnits& a,
                                          const KeptUnits& b);

// Units of a network that was itself made by keeping `outer` of another: which of the other's units `inner`
// of its own are. By ORIGINAL layers.
[[nodiscard]] KeptUnits within(const KeptUnits& outer, const KeptUnits& inner);

// How wide the layers of a network are, by the number that they have in the original checkpoint; a layer that
// is repeated stands once.
struct LayerWidths {
    int layer = 0;  // ORIGINAL number
    int kvGroups = 0;
    int channels = 0;
    bool operator==(const LayerWidths&) const = default;
};
[[nodiscard]] std::vector<LayerWidths> widthsOf(const NetworkConfig& network);

// Units that two networks have of one layer. `groups` and `channels`: of the widest of the opened one and
// these two.
struct KeptWidths {
    int layer = 0;  // ORIGINAL number
    int groups = 0;
    int groupsA = 0;
    int groupsB = 0;
    int channels = 0;
    int channelsA = 0;
    int channelsB = 0;
    bool operator==(const KeptWidths&) const = default;
};
// One for each layer that any of the three has, ascending; 0 where a network has not that layer.
[[nodiscard]] std::vector<KeptWidths> pairWidths(std::span<const LayerWidths> opened,
                                                 std::span<const LayerWidths> a,
                                                 std::span<const LayerWidths> b);
// Why the layers of one are not those of the other: "hidden size 64 against 128". Empty where they may be.
[[nodiscard]] std::string shapeObstacle(const NetworkConfig& a, const NetworkConfig& b);

// The perplexity of B over that of A less 1, and its standard error: that of the mean over windows of the
// difference of losses, times the quotient, as in PreviewReport. One mean loss a window, of the same windows.
struct PairedChange {
    double change = 0.0;
    double standardError = 0.0;
    int windows = 0;
};
// None for lists of different lengths and for fewer than two windows.
[[nodiscard]] std::optional<PairedChange> pairedChange(std::span<const double> a, std::span<const double> b);

}  // namespace secateur
