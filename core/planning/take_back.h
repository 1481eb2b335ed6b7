// SPDX-License-Identifier: GPL-3.0-or-later
//
// The plans that a plan becomes when one of its cuts is taken back. Pure; any thread.
#pragma once

#include <vector>

#include "core/data/plan.h"
#include "core/data/take_back.h"

namespace secateur {

struct LessenedPlan {
    TakenBack what;
    Plan plan;
};

// The plan without each of its steps, and with each layer and sublayer back that a chop removes; a chop of
// one thing counts as that thing alone. A chop that folds layers into others, or names those that stay, comes
// back as a whole, and a step that changes nothing is passed over. Everything else stays as it was decided:
// layers that come back keep all their units. Accounting and perplexities of the plan do not hold for them
// and are left out.
[[nodiscard]] std::vector<LessenedPlan> lessenedPlans(const Plan& plan);

}  // namespace secateur
