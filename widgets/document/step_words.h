// SPDX-License-Identifier: GPL-3.0-or-later
//
// Steps of a plan as people read them, and what a step costs before its result is known. `methods`: the
// registry, which knows the labels. Pure; any thread.
#pragma once

#include <QString>
#include <vector>

#include "core/data/method_info.h"
#include "core/data/plan.h"
#include "widgets/document/plan_wishes.h"

namespace secateur {

// In the order of what they cost.
enum class StepCost {
    Instant,     // follows from the checkpoint
    OnePass,     // from an analysis, or from reading all weights once
    Calibrated,  // runs layers over calibration text
    Trains,
};
[[nodiscard]] QString costInWords(StepCost cost);  // "instant", "one pass", "calibrated", "trains"

[[nodiscard]] StepCost costOf(const Wish& wish, const std::vector<MethodInfo>& methods);
// What carrying out a plan costs that is decided: the dearest of its steps.
[[nodiscard]] StepCost costOf(const Plan& plan, const std::vector<MethodInfo>& methods);

// "FLAP 20.0 % AL-AM WIFV", "wanda 2:4", "layers 3-4 chopped"; empty for a step that removes nothing.
[[nodiscard]] QString stepInWords(const PlanStep& step, const std::vector<MethodInfo>& methods);
// The same of what is wished: "chop 2 layers by input".
[[nodiscard]] QString wishInWords(const Wish& wish, const std::vector<MethodInfo>& methods);
// "FLAP 20 %, layers 3-4 chopped"; "nothing removed" for the identity.
[[nodiscard]] QString planInWords(const Plan& plan);

// "FLAP"; the name itself where the registry does not know it, "Hand-made" without a name.
[[nodiscard]] QString methodLabel(const std::string& name, const std::vector<MethodInfo>& methods);
// What steps of a kind do: "Sparsify"; the kind itself where there are no words for it.
[[nodiscard]] QString kindLabel(const std::string& kind);
// The step of the plan that each wish became; -1 for those that are off or remove nothing.
[[nodiscard]] std::vector<int> planSteps(const PlanWishes& wishes);

}  // namespace secateur
