// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/score_memory.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "core/planning/planner.h"
#include "tests/planning/toy_network.h"
#include "tests/short_request.h"

namespace secateur {
namespace {

const test::Shape kShape{8, 64, 8, 4, 8, 200, 300, false};

WidthRequest ratio(double value, const std::string& structure = "AL-AM") {
    WidthRequest width;
    width.ratio = value;
    width.structure = structure;
    return width;
}

TEST(ScoreMemory, GivesTheSamePlansAndTheSameTable) {
    const ModelSummary model = test::summary(kShape);
    const auto analysis = std::make_shared<const Analysis>(test::randomAnalysis(model.config));
    ScoreMemory memory(analysis);
    ChopRequest chop;
    chop.layers = {3};
    const ScoreTable* first = nullptr;
    for (const double value : {0.1, 0.3, 0.5}) {
        for (const PlanRequest& request : {requestOf({}, ratio(value)), requestOf(chop, ratio(value)),
                                           requestOf({}, ratio(value, "UL-UM"))}) {
            const PlanResult fresh = makePlan(model, analysis.get(), request);
            const PlanResult again = makePlan(model, analysis.get(), request, &memory);
            EXPECT_EQ(again.plan, fresh.plan);
            EXPECT_EQ(again.after.layers, fresh.after.layers);
            EXPECT_EQ(again.warnings, fresh.warnings);
        }
        const auto table =
            makePlan(model, analysis.get(), requestOf({}, ratio(value)), &memory).decision->scores;
        if (first == nullptr) first = table.get();
        EXPECT_EQ(table.get(), first);
    }
    // What an earlier step narrowed is scored anew, and so is another analysis.
    PlanRequest twice = requestOf({}, ratio(0.2));
    twice.steps.emplace_back(ratio(0.3));
    EXPECT_EQ(makePlan(model, analysis.get(), twice, &memory).plan,
              makePlan(model, analysis.get(), twice).plan);
    Analysis other = *analysis;
    std::ranges::reverse(other.layers[0].downProj.fluctuation);
    EXPECT_EQ(makePlan(model, &other, requestOf({}, ratio(0.3)), &memory).plan,
              makePlan(model, &other, requestOf({}, ratio(0.3))).plan);
}

TEST(PlanResult, SaysWhatThePlanLeaves) {
    const ModelSummary model = test::summary(kShape);
    const Analysis analysis = test::randomAnalysis(model.config);
    const PlanResult result = makePlan(model, &analysis, requestOf({}, ratio(0.3)));
    EXPECT_EQ(result.after.config, plannedNetwork(model.config, result.plan));
    EXPECT_EQ(result.after.layers, stateAfter(model.config, result.plan).layers);
}

}  // namespace
}  // namespace secateur
