// SPDX-License-Identifier: GPL-3.0-or-later
//
// The scores of a table as thresholds see them: which units take part, and what a threshold removes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "core/data/score_table.h"
#include "widgets/plots/sorted_scores.h"
#include "widgets/plots/thresholds.h"

namespace secateur {

class ScorePool {
public:
    // Null: none.
    void setTable(std::shared_ptr<const ScoreTable> table);
    [[nodiscard]] const std::shared_ptr<const ScoreTable>& table() const noexcept { return table_; }

    std::optional<UnitThresholds> thresholds;
    std::int64_t groupParameters = 0;  // 0 and 0: every unit weighs the same
    std::int64_t channelParameters = 0;
    int onlyLayer = -1;  // -1 = all

    // Calls visit(row, threshold) for every layer in view; `threshold` is the layer's own, NaN where it has
    // none. Layers that the plan chops are left out.
    template <typename Visit>
    void eachLayer(UnitKind kind, const Visit& visit) const {
        for (const SortedScores::Row& row : sorted_.rows(kind)) {
            if (onlyLayer >= 0 && row.layer != onlyLayer) continue;
            if (thresholds && !thresholds->decides(row.layer)) continue;
            visit(row, thresholdOf(kind, row.layer));
        }
    }
    [[nodiscard]] float thresholdOf(UnitKind kind, int layer) const;
    // Layers that keep their width are left out of the counts once a decision says which they are.
    [[nodiscard]] bool takesPart(float threshold) const;
    // How many of the scores a threshold removes: so many of the lowest. NaN removes none.
    [[nodiscard]] std::size_t removedOf(const SortedScores::Row& row, float threshold) const;

    [[nodiscard]] int count(UnitKind kind) const;                        // units in view
    [[nodiscard]] int removedAt(UnitKind kind, double threshold) const;  // with that threshold in every layer
    [[nodiscard]] int removed(UnitKind kind) const;              // with the thresholds of the decision
    [[nodiscard]] double share(int groups, int channels) const;  // of all weights in view

private:
    std::shared_ptr<const ScoreTable> table_;
    SortedScores sorted_;
};

// Ends between which nearly all finite scores lie, together with the thresholds; the tail above is for the
// last bin.
struct ScoreRange {
    double low = 0.0;
    double high = 1.0;
};
[[nodiscard]] ScoreRange rangeOf(const ScorePool& pool, UnitKind kind);

}  // namespace secateur
