// SPDX-License-Identifier: GPL-3.0-or-later
//
// What two plans of the same network remove differently, unit by unit, and how their perplexities compare.
// Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
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
