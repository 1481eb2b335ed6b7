// SPDX-License-Identifier: GPL-3.0-or-later
//
// The scores of a table as thresholds see them: which units take part, and what a threshold removes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "core/data/score_table.h"
#include "widgets/plots/histogram.h"
#include "widgets/plots/thresholds.h"

namespace secateur {

struct ScorePool {
    std::shared_ptr<const ScoreTable> table;
    std::optional<UnitThresholds> thresholds;
    std::int64_t groupParameters = 0;  // 0 and 0: every unit weighs the same
    std::int64_t channelParameters = 0;
    int onlyLayer = -1;  // -1 = all

    // Calls visit(score, threshold) for every unit in view; `threshold` is the layer's own, NaN where it has
    // none. Layers that the plan chops are left out.
    template <typename Visit>
    void each(UnitKind kind, const Visit& visit) const {
        if (!table) return;
        for (const LayerScores& layer : table->layers) {
            if (onlyLayer >= 0 && layer.layer != onlyLayer) continue;
            if (thresholds && !thresholds->decides(layer.layer)) continue;
            const float threshold = thresholdOf(kind, layer.layer);
            for (float score : unitScores(layer, kind, UnitValues::Standardised)) visit(score, threshold);
        }
    }
    [[nodiscard]] float thresholdOf(UnitKind kind, int layer) const;
    // Layers that keep their width are left out of the counts once a decision says which they are.
    [[nodiscard]] bool takesPart(float threshold) const;
    [[nodiscard]] bool removes(float score, float threshold) const;

    [[nodiscard]] int count(UnitKind kind) const;                        // units in view
    [[nodiscard]] int removedAt(UnitKind kind, double threshold) const;  // with that threshold in every layer
    [[nodiscard]] int removed(UnitKind kind) const;              // with the thresholds of the decision
    [[nodiscard]] double share(int groups, int channels) const;  // of all weights in view
};

// Ends between which nearly all finite scores lie, together with the thresholds; the tail above is for the
// last bin.
struct ScoreRange {
    double low = 0.0;
    double high = 1.0;
};
[[nodiscard]] ScoreRange rangeOf(const ScorePool& pool, UnitKind kind);

}  // namespace secateur
