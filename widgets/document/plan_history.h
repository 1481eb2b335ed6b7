// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <vector>

#include "widgets/document/plan_wishes.h"

namespace secateur {

// One state of the plan, and the edit that led to it.
struct PlanState {
    QString edit;  // "Set ratio to 20 %"; empty for the first
    PlanWishes wishes;
};

// All states that undo and redo reach.
struct PlanHistory {
    std::vector<PlanState> states;  // at least one where there is a model
    int present = 0;                // index into states
    int saved = -1;                 // of the state that the plan file has; -1: none of them
};

}  // namespace secateur
