// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/plan_budget.h"

#include <algorithm>

#include "app/cli/bench_table.h"
#include "app/cli/plan_options.h"
#include "core/base/units.h"
#include "core/planning/rate_forecast.h"
#include "core/planning/requests.h"
#include "core/planning/score_memory.h"

namespace secateur::cli {

namespace {

[[noreturn]] void refuseBudget(const std::string& why, const std::string& hint) {
    throw Error(ErrorCode::InvalidArgument, "--budget: " + why, hint);
}

WidthRequest& firstWidth(PlanRequest& request) {
    for (StepRequest& step : request.steps)
        if (auto* width = std::get_if<WidthRequest>(&step)) return *width;
    refuseBudget("the plan has no width that could meet it", "leave out --method chop");
}

const BatchTimes& timesOf(const RatePromise& promise) {
    return promise.measured->dense.batches.front();
}

std::string rateOfSequence(double rate) {
    return formatRate(rate, "tokens");
}

RatePromise meetRate(Session& session, const ScoreSource& source, const Budget& budget, PlanRequest& request,
                     Console& console) {
    RatePromise promise;
    promise.measured = std::make_shared<const BenchReport>(session.bench(shortBench(), {}, console.job()));
    const double dense = timesOf(promise).decodeRate().median;
    const double target = targetRate(budget, dense);
    if (dense >= target)
        refuseBudget("the network writes " + rateOfSequence(dense) + " as it is", "ask for more");
    WidthRequest& width = firstWidth(request);
    width = withRatio(width, kLargestRatio);
    std::function<Plan(double)> planAt;
    // Methods that prune as they go take a pass for each plan.
    if (source.analysis != nullptr && std::ranges::none_of(request.steps, runsNetwork))
        planAt = [&, scores = ScoreMemory(source.analysis)](double ratio) mutable {
            width = withRatio(width, ratio);
            return makePlan(session.summary(), scores.analysis(), request, &scores).plan;
        };
    const RatioForRate found = ratioForRate(target, timesOf(promise), session.summary().config, planAt);
    if (!found.reached)
        refuseBudget("no ratio reaches " + budgetText(budget) + ": the nearest is about " +
                         rateOfSequence(found.rate) + ", at a ratio of " + formatScore(found.ratio),
                     "ask for less, or chop layers");
    width = withRatio(width, found.ratio);
    return promise;
}

}  // namespace

std::optional<Budget> budgetOf(const PlanOptions& options) {
    if (options.budget.empty()) return std::nullopt;
    const auto budget = parseBudget(options.budget);
    if (!budget)
        refuseBudget("\"" + options.budget + "\" is no budget",
                     std::string("write for example ") + budgetExamples());
    return budget;
}

std::optional<RatePromise> meetBudget(Session& session, const ScoreSource& source, const Budget& budget,
                                      PlanRequest& request, Console& console) {
    if (budget.ofSpeed()) return meetRate(session, source, budget, request, console);
    const ModelSummary& model = session.summary();
    const Accounting dense = account(model, stateOf(model.config));
    if (budget.kind != Budget::Kind::Share && isMet(budget, dense))
        refuseBudget("the network is within " + budgetText(budget) + " as it is", "ask for less");
    WidthRequest& width = firstWidth(request);
    width = withBudget(width, budget, dense);
    return std::nullopt;
}

double forecastRate(const Session& session, const RatePromise& promise, const Plan& plan) {
    const NetworkConfig& opened = session.summary().config;
    const BatchTimes& times = timesOf(promise);
    return rateOf(times, forecastStep(times, opened, stateAfter(opened, plan)));
}

std::string describe(const RatePromise& promise) {
    const BenchReport& report = *promise.measured;
    const Quartiles dense = timesOf(promise).decodeRate();
    return "writes about " + rateOfSequence(promise.rate) + ", predicted; dense " +
           rateOfSequence(dense.median) + " (half of the steps: " + formatScore(dense.lower) + " to " +
           formatScore(dense.upper) + "), one sequence after a prompt of " +
           std::to_string(report.options.promptTokens) + " tokens, " + inWords(report.place) + "\n";
}

Json promiseJson(const RatePromise& promise) {
    const BenchReport& report = *promise.measured;
    return {{"predicted_tokens_per_second", promise.rate},
            {"dense_tokens_per_second", quartilesJson(timesOf(promise).decodeRate())},
            {"prompt_tokens", report.options.promptTokens},
            {"measured_on", inWords(report.place)}};
}

}  // namespace secateur::cli
