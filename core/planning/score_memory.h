// SPDX-License-Identifier: GPL-3.0-or-later
//
// The scores of one analysis, kept from one plan to the next: while a ratio is dragged they stay the same,
// and at 80 layers of 28 672 channels they take longer than the plan. Thread rule: one thread at a time.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "core/data/analysis.h"
#include "core/data/score_table.h"
#include "core/planning/scores.h"

namespace secateur {

class ScoreMemory {
public:
    // Of one layer, what is scored.
    struct Part {
        int layer = 0;  // ORIGINAL number
        bool attention = true;
        bool mlp = true;
        bool operator==(const Part&) const = default;
    };

    explicit ScoreMemory(std::shared_ptr<const Analysis> analysis) : analysis_(std::move(analysis)) {}

    [[nodiscard]] const Analysis* analysis() const noexcept { return analysis_.get(); }
    // Of these parts, each as wide as it was measured; null: not known yet.
    [[nodiscard]] std::shared_ptr<const ScoreTable> find(const ScoreRequest& request,
                                                         const std::vector<Part>& parts) const;
    // A few tables are kept, the latest ones.
    void keep(const ScoreRequest& request, std::vector<Part> parts, std::shared_ptr<const ScoreTable> table);

private:
    struct Known {
        ScoreRequest request;
        std::vector<Part> parts;
        std::shared_ptr<const ScoreTable> table;
    };
    std::shared_ptr<const Analysis> analysis_;  // held, so that no other one takes its address
    std::vector<Known> known_;
};

}  // namespace secateur
