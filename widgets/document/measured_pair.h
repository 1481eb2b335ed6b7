// SPDX-License-Identifier: GPL-3.0-or-later
//
// Two measurements beside each other: how differently they score, and what the plan would remove by each.
// Pure; any thread. Of a large network it takes seconds.
#pragma once

#include <QString>
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "core/planning/plan_difference.h"
#include "core/planning/score_difference.h"
#include "widgets/document/plan_wishes.h"

namespace secateur {

// What is removed by each measurement: the plan's chops and its last width step, scored anew. Where the plan
// has no width step that an analysis decides, or it removes nothing, the usual one at kUsualCut.
struct CutQuestion {
    PlanWishes wishes;
    WidthRequest width;     // that of the wishes
    bool ofThePlan = true;  // the plan's own, not the usual one
    bool operator==(const CutQuestion&) const = default;
};
inline constexpr double kUsualCut = 0.2;
[[nodiscard]] CutQuestion cutQuestion(const PlanWishes& wishes);
// "FLAP WIFV, AL-AM, at 20.0 %"
[[nodiscard]] QString inWords(const CutQuestion& cut);

struct MeasuredPair {
    std::array<std::shared_ptr<const Analysis>, 2> asked;  // as they were measured
    // The same on units that both networks have, see common_units.h.
    std::shared_ptr<const Analysis> a;
    std::shared_ptr<const Analysis> b;
    QString units;                         // what was done for that, in a sentence; empty: nothing
    std::optional<Statistics> statistics;  // both are scored with; none: each with its own
    std::shared_ptr<const ScoreDifference> scores;
    std::optional<PlanDifference> removed;  // none: cutProblem says why
    std::vector<KeptWidths> widths;         // that are left by each
    QString cut;                            // what removes, in words
    QString cutProblem;
};

// `models`: the open one first, then others that may be known by their plans; those that were compared may be
// theirs. Throws what commonUnits() and scoreDifference() throw. `known`: a pair of before of the same
// models, whose scores are taken where they are the same; may be null.
using ComparedModels = std::vector<std::shared_ptr<const ModelSummary>>;
[[nodiscard]] MeasuredPair measuredPair(const ComparedModels& models, std::shared_ptr<const Analysis> a,
                                        std::shared_ptr<const Analysis> b, const CutQuestion& cut,
                                        const MeasuredPair* known = nullptr);

}  // namespace secateur
