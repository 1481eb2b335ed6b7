// SPDX-License-Identifier: GPL-3.0-or-later
//
// Wishes and an analysis or a text -> plan: what `plan` and `sweep` share.
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

// Session::plan, its warnings on the console.
[[nodiscard]] PlanResult makePlanFrom(Session& session, const ScoreSource& source, const PlanRequest& request,
                                      Console& console);

// By this program, now.
[[nodiscard]] PlanCreated createdNow();

}  // namespace secateur::cli
