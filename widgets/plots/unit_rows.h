// SPDX-License-Identifier: GPL-3.0-or-later
//
// A score table arranged as a unit map shows it: one row an ORIGINAL layer, units natural or ranked, as a
// pyramid; and the same for what a plan removes. Rows of layers that the table lacks are empty.
#pragma once

#include <QString>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "widgets/plots/score_pyramid.h"
#include "widgets/plots/unit_map.h"

namespace secateur {

struct UnitRowsChoice {
    UnitKind kind = UnitKind::Channels;
    UnitValues values = UnitValues::Standardised;
    UnitOrder order = UnitOrder::Natural;
    Reduction reduction = Reduction::Maximum;
};

class UnitRows {
public:
    UnitRows() = default;
    // `layers`: rows at least, e.g. of the original network when the table lacks its last layers. `table`
    // must not be null.
    UnitRows(std::shared_ptr<const ScoreTable> table, const UnitRowsChoice& choice, int layers);

    // What is drawn as removed from now on; null: nothing.
    void mark(const KeptUnits* kept);

    [[nodiscard]] const ScorePyramid& values() const noexcept { return values_; }
    [[nodiscard]] const ScorePyramid* removed() const noexcept { return removed_ ? &*removed_ : nullptr; }
    [[nodiscard]] const UnitRowsChoice& choice() const noexcept { return choice_; }
    [[nodiscard]] int rows() const noexcept { return static_cast<int>(layers_.size()); }
    // Null when the table lacks that layer.
    [[nodiscard]] const LayerScores* layer(int row) const;
    // The unit drawn in that column, and back; -1 outside of the row.
    [[nodiscard]] int unitAt(int row, int column) const;
    [[nodiscard]] int columnOf(int row, int unit) const;
    // The unit with the highest value of the row, which must have some.
    [[nodiscard]] int highest(int row) const { return highest_[static_cast<std::size_t>(row)]; }
    // Units of the row that are removed.
    [[nodiscard]] int removedIn(int row) const {
        return removedIn_.empty() ? 0 : removedIn_[static_cast<std::size_t>(row)];
    }

    // What the plan makes of the linears of the row, in words; empty: nothing.
    [[nodiscard]] QString form(int row) const;

private:
    std::shared_ptr<const ScoreTable> table_;
    UnitRowsChoice choice_;
    std::vector<const LayerScores*> layers_;
    std::vector<std::vector<std::uint32_t>> order_;  // of each row when ranked
    std::vector<int> highest_;
    ScorePyramid values_;
    std::optional<ScorePyramid> removed_;
    std::vector<int> removedIn_;
    std::vector<std::string> forms_;
};

}  // namespace secateur
