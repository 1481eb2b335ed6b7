// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/plan_making.h"

#include <algorithm>
#include <variant>

#include "core/planning/planner.h"

namespace secateur::cli {

namespace {

Needs needsOf(const std::string& method) {
    const auto& all = methods();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const MethodInfo& one) { return one.name == method; });
    return found == all.end() ? Needs::Weights : found->needs;  // the planner refuses unknown names
}

bool widthNeedsAnalysis(const PlanRequest& request) {
    return request.width && needsOf(request.width->method) == Needs::Analysis;
}

bool strategyNeedsAnalysis(const ChopRequest& chop, int layers) {
    if (chop.count == 0) return false;
    try {
        (void)chooseLayers(chop.strategy, layers, chop.count, nullptr);
        return false;
    } catch (const Error&) {
        return true;  // needs one, or is wrong altogether, which the planner will say
    }
}

std::shared_ptr<const Analysis> measured(Session& session, const TokenWindows& windows,
                                         const PlanRequest& request, std::optional<Plan> chop,
                                         Console& console) {
    MeasureOptions options;
    if (request.width && request.width->statistics) options.statistics = *request.width->statistics;
    options.leaveOneOut = !chop && request.chop.strategy == "leave-one-out";
    options.plan = std::move(chop);
    return session.measure(windows, options, console.job());
}

// The chop is planned first, the width on the network that it leaves.
PlanResult measureAndPlan(Session& session, const TokenWindows& windows, PlanRequest request,
                          Console& console) {
    const int layers = session.summary().config.originalLayers;
    std::shared_ptr<const Analysis> analysis;
    if (strategyNeedsAnalysis(request.chop, layers))
        analysis = measured(session, windows, request, std::nullopt, console);
    if (request.chop.empty() || !widthNeedsAnalysis(request)) {
        if (!analysis && widthNeedsAnalysis(request))
            analysis = measured(session, windows, request, std::nullopt, console);
        return session.plan(analysis.get(), &windows, request, console.job());
    }
    const PlanResult chopped =
        session.plan(analysis.get(), nullptr, {request.chop, std::nullopt}, console.job());
    const auto& step = std::get<ChopStep>(chopped.plan.steps.at(0));
    request.chop = {step.layers, step.attention, step.mlp, 0, {}};
    analysis = measured(session, windows, request, chopped.plan, console);
    PlanResult result = session.plan(analysis.get(), &windows, request, console.job());
    std::get<ChopStep>(result.plan.steps.at(0)).chosenBy = step.chosenBy;
    return result;
}

}  // namespace

PlanResult makePlanFrom(Session& session, const ScoreSource& source, const PlanRequest& request,
                        Console& console) {
    PlanResult result;
    if (source.windows && !source.analysis) {
        result = measureAndPlan(session, *source.windows, request, console);
    } else {
        result = session.plan(source.analysis.get(), source.windows ? &*source.windows : nullptr, request,
                              console.job());
    }
    for (const std::string& warning : result.warnings) console.warn(warning);
    return result;
}

}  // namespace secateur::cli
