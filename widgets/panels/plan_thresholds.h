// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/planning/planner.h"

namespace secateur {

class PlanDocument;

// Whether the present plan has a width step.
[[nodiscard]] bool narrows(const PlanDocument& document);

// What decided the widths of the present plan among the scores of `table` (null: none): the decision that was
// made here, else, for a plan that came decided (from a file), the thresholds that keep what it keeps. Null
// where there is no width step, or where what it keeps does not follow those scores.
[[nodiscard]] std::shared_ptr<const WidthDecision> shownDecision(const PlanDocument& document,
                                                                 const ScoreTable* table);

}  // namespace secateur
