// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/plan_making.h"

namespace secateur::cli {

PlanResult makePlanFrom(Session& session, const ScoreSource& source, const PlanRequest& request,
                        Console& console) {
    const TokenWindows* windows = source.windows ? &*source.windows : nullptr;
    PlanResult result = session.plan(source.analysis.get(), windows, request, console.job());
    for (const std::string& warning : result.warnings) console.warn(warning);
    return result;
}

}  // namespace secateur::cli
