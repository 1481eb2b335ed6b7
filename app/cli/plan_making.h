// SPDX-License-Identifier: GPL-3.0-or-later
//
// Wishes and an analysis or a text -> plan: what `plan` and `sweep` share. A text that stands in for an
// analysis is measured in memory, and once more on the chopped network when layers are removed first.
#pragma once

#include <memory>
#include <optional>

#include "app/cli/console.h"
#include "core/data/plan_request.h"
#include "core/session.h"

namespace secateur::cli {

// Where scores come from; either may be missing.
struct ScoreSource {
    std::shared_ptr<const Analysis> analysis;
    std::optional<TokenWindows> windows;
};

// The plan that removes only what `chop` wishes, which becomes an explicit list; none when it wishes nothing.
[[nodiscard]] std::optional<PlanResult> settleChop(Session& session, const ScoreSource& source,
                                                   ChopRequest& chop, Console& console);

// A chop beside a width is decided first, and the width on the network that it leaves.
[[nodiscard]] PlanResult makePlanFrom(Session& session, const ScoreSource& source, PlanRequest request,
                                      Console& console);

}  // namespace secateur::cli
