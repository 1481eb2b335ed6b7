// SPDX-License-Identifier: GPL-3.0-or-later
//
// Wishes that meet a budget. Pure functions.
#pragma once

#include <optional>

#include "core/planning/budget.h"
#include "widgets/document/plan_wishes.h"

namespace secateur {

// The wishes with the width that meets a budget of parameters or bytes, or has a ratio: the last width step,
// or a new one before the steps that change what linears are.
[[nodiscard]] PlanWishes withBudget(PlanWishes wishes, const Budget& budget, const Accounting& present);
[[nodiscard]] PlanWishes withRatio(PlanWishes wishes, double ratio);
// What the wishes ask for, as a budget; nothing when they do not name one.
[[nodiscard]] std::optional<Budget> budgetOf(const PlanWishes& wishes);

}  // namespace secateur
