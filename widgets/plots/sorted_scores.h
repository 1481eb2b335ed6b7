// SPDX-License-Identifier: GPL-3.0-or-later
//
// The scores of a table in ascending order within each layer, so that what lies below a threshold is found
// instead of counted: a threshold is dragged over millions of units. Immutable once built; any thread.
#pragma once

#include <cstddef>
#include <vector>

#include "widgets/plots/unit_map.h"

namespace secateur {

class SortedScores {
public:
    struct Row {
        int layer = 0;              // ORIGINAL number
        int units = 0;              // all of them
        std::vector<float> scores;  // as the structure compares them, without NaN

        [[nodiscard]] std::size_t below(double score) const;     // number of scores < score
        [[nodiscard]] std::size_t notAbove(double score) const;  // number of scores <= score
    };

    SortedScores() = default;
    // Of channels and KV groups.
    explicit SortedScores(const ScoreTable& table);

    [[nodiscard]] const std::vector<Row>& rows(UnitKind kind) const noexcept {
        return kind == UnitKind::Channels ? channels_ : groups_;
    }

private:
    std::vector<Row> channels_;
    std::vector<Row> groups_;
};

// Of the finite scores of all rows together.
struct ScoreEnds {
    double least = 0.0;
    double most = 0.0;  // but for the given share of them, which is above
};
// Both 0 where there is none.
[[nodiscard]] ScoreEnds endsOf(const std::vector<const SortedScores::Row*>& rows, double shareAbove);

}  // namespace secateur
