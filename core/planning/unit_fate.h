// SPDX-License-Identifier: GPL-3.0-or-later
//
// What becomes of single units under a plan.
#pragma once

#include "core/data/score_table.h"
#include "core/data/unit_cell.h"

namespace secateur {

struct KeptUnits;

enum class UnitFate {
    Unknown,  // no plan, or one that does not speak of that layer
    Kept,
    Removed,          // narrowed away
    SublayerDropped,  // the whole attention or MLP is gone
    LayerChopped,
};
// `unit` counts within the layer, 0 <= unit < the layer's units of that kind; heads follow their KV group.
// `kept` may be null.
[[nodiscard]] UnitFate fateOf(const KeptUnits* kept, const LayerScores& layer, UnitKind kind, int unit);

// Of the first `units` of the layer: 1 for each that goes, whatever the reason.
[[nodiscard]] UnitMask removedUnits(const KeptUnits* kept, const LayerScores& layer, UnitKind kind,
                                    int units);

// The KV group of a query head; 0 where the layer has no heads.
[[nodiscard]] int groupOfHead(const LayerScores& layer, int head);

}  // namespace secateur
