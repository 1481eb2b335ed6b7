// SPDX-License-Identifier: GPL-3.0-or-later
//
// A budget in words, met by the width of a request.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/cli/console.h"
#include "app/cli/plan_making.h"
#include "core/data/bench.h"
#include "core/planning/budget.h"

namespace secateur::cli {

// What a budget of speed was met by: a measurement of the dense network, and the forecast of the plan.
struct RatePromise {
    std::shared_ptr<const BenchReport> measured;
    double rate = 0.0;  // foretold, of one sequence
};

struct PlanOptions;

// The budget of the options; none where there is none. Throws InvalidArgument for words that are none.
[[nodiscard]] std::optional<Budget> budgetOf(const PlanOptions& options);

// Makes the first width of the request remove as much as the budget asks for. For a speed the dense network
// is measured first. Throws InvalidArgument for a budget that the network meets as it is, and for a rate that
// no ratio reaches, naming the nearest.
std::optional<RatePromise> meetBudget(Session& session, const ScoreSource& source, const Budget& budget,
                                      PlanRequest& request, Console& console);
[[nodiscard]] double forecastRate(const Session& session, const RatePromise& promise, const Plan& plan);
[[nodiscard]] std::string describe(const RatePromise& promise);
[[nodiscard]] Json promiseJson(const RatePromise& promise);

}  // namespace secateur::cli
