// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/plan_making.h"

#include <array>
#include <ctime>

namespace secateur::cli {

PlanResult makePlanFrom(Session& session, const ScoreSource& source, const PlanRequest& request,
                        Console& console) {
    const TokenWindows* windows = source.windows ? &*source.windows : nullptr;
    PlanResult result = session.plan(source.analysis.get(), windows, request, console.job());
    for (const std::string& warning : result.warnings) console.warn(warning);
    return result;
}

PlanCreated createdNow() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {toolName(), text.data()};
}

}  // namespace secateur::cli
