// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/console.h"
#include "app/cli/plan_inputs.h"
#include "core/session.h"

namespace secateur::cli {

// `preview --take-back`: the cuts of a plan, ranked by what taking each back would win.
void printTakeBack(Session& session, const PlanInputs& inputs, const TokenWindows& windows, Console& console);

}  // namespace secateur::cli
