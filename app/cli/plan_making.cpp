// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/plan_making.h"

#include <variant>

namespace secateur::cli {

namespace {

// How the layers were chosen, and what was said about it, which an explicit list does not tell.
void restoreChoice(PlanResult& result, const PlanResult& chopped) {
    result.warnings.insert(result.warnings.begin(), chopped.warnings.begin(), chopped.warnings.end());
    if (chopped.plan.steps.empty() || result.plan.steps.empty()) return;
    const auto* chosen = std::get_if<ChopStep>(&chopped.plan.steps.front());
    auto* step = std::get_if<ChopStep>(&result.plan.steps.front());
    if (chosen && step) step->chosenBy = chosen->chosenBy;
}

}  // namespace

std::optional<PlanResult> settleChop(Session& session, const ScoreSource& source, ChopRequest& chop,
                                     Console& console) {
    if (chop.empty()) return std::nullopt;
    const TokenWindows* windows = source.windows ? &*source.windows : nullptr;
    PlanResult result = session.plan(source.analysis.get(), windows, {chop, std::nullopt}, console.job());
    if (result.plan.steps.empty()) return std::nullopt;
    const auto& step = std::get<ChopStep>(result.plan.steps.front());
    chop = {step.layers, step.attention, step.mlp, 0, {}, step.chosenBy, step.merge};
    return result;
}

PlanResult makePlanFrom(Session& session, const ScoreSource& source, PlanRequest request, Console& console) {
    std::optional<PlanResult> chopped;
    if (request.width) chopped = settleChop(session, source, request.chop, console);
    const TokenWindows* windows = source.windows ? &*source.windows : nullptr;
    PlanResult result = session.plan(source.analysis.get(), windows, request, console.job());
    if (chopped) restoreChoice(result, *chopped);
    for (const std::string& warning : result.warnings) console.warn(warning);
    return result;
}

}  // namespace secateur::cli
