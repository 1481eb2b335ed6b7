// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a user has decided about a plan: the value that undo and redo move through. Pure functions between
// wishes and plans.
#pragma once

#include <optional>
#include <vector>

#include "core/data/model_summary.h"
#include "core/data/plan.h"
#include "core/data/plan_request.h"
#include "core/planning/planner.h"

namespace secateur {

enum class LayerPart { Layer, Attention, Mlp };

struct PlanWishes {
    PlanRequest request;
    // The width step of a loaded plan. Its masks are authoritative until a wish about width changes.
    std::optional<WidthStep> loadedWidth;
    std::vector<OtherStep> otherSteps;  // of a loaded plan; kept, shown, and written back
    bool operator==(const PlanWishes&) const = default;
};

// A plan that removes nothing, with FLAP ready at ratio 0.
[[nodiscard]] PlanWishes emptyWishes();

// The wishes whose plan is `plan`.
[[nodiscard]] PlanWishes wishesOf(const Plan& plan);

// True when the method of the width wish prunes as it goes, so that the engine must plan it.
[[nodiscard]] bool plannedByEngine(const PlanWishes& wishes);

// Throws what makePlan and planFromKeep throw.
[[nodiscard]] PlanResult planOf(const ModelSummary& model, const Analysis* analysis,
                                const PlanWishes& wishes);

// The chop of a plan as an explicit list, so that a single layer can be added or taken away.
[[nodiscard]] ChopRequest explicitChop(const Plan& plan);
// `layer` (or one part of it) removed or restored. Removing a layer forgets about its parts.
[[nodiscard]] ChopRequest withPart(ChopRequest chop, int layer, LayerPart part, bool removed);

// True when nothing is removed.
[[nodiscard]] bool isIdentity(const Plan& plan);

}  // namespace secateur
