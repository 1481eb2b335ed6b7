// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/take_back.h"

#include <gtest/gtest.h>

namespace secateur {
namespace {

Plan planOf(std::vector<PlanStep> steps) {
    Plan plan;
    plan.steps = std::move(steps);
    plan.accounting.emplace().parametersAfter = 5;
    plan.measured.emplace().planPerplexity = 2.0;
    return plan;
}

ChopStep chop(std::vector<int> layers, std::vector<int> attention = {}) {
    ChopStep step;
    step.layers = std::move(layers);
    step.attention = std::move(attention);
    return step;
}

WidthStep narrow() {
    WidthStep step;
    step.ratio = 0.2;
    step.keep.push_back({2, std::nullopt, UnitMask{true, false}});
    return step;
}

TEST(LessenedPlans, AreThePlanWithoutEachStepAndWithEachLayerBack) {
    ChopStep first = chop({3, 5}, {1});
    first.chosenBy = ChosenBy{"block-influence", 2};
    const auto plans = lessenedPlans(planOf({first, narrow()}));
    ASSERT_EQ(plans.size(), 5u);
    EXPECT_EQ(plans[0].what, (TakenBack{TakenBack::Kind::Step, 0, -1}));
    EXPECT_EQ(plans[0].plan.steps, std::vector<PlanStep>{narrow()});
    EXPECT_EQ(plans[1].what, (TakenBack{TakenBack::Kind::Layer, 0, 3}));
    EXPECT_EQ(plans[1].plan.steps, (std::vector<PlanStep>{chop({5}, {1}), narrow()}))
        << "a choice less one layer is nobody's choice";
    EXPECT_EQ(plans[3].what, (TakenBack{TakenBack::Kind::Attention, 0, 1}));
    EXPECT_EQ(plans[4].what, (TakenBack{TakenBack::Kind::Step, 1, -1}));
    for (const LessenedPlan& lessened : plans) {
        EXPECT_FALSE(lessened.plan.accounting);
        EXPECT_FALSE(lessened.plan.measured);
    }
}

TEST(LessenedPlans, AChopOfOneLayerComesBackAsThatLayer) {
    const auto plans = lessenedPlans(planOf({chop({4})}));
    ASSERT_EQ(plans.size(), 1u);
    EXPECT_EQ(plans[0].what, (TakenBack{TakenBack::Kind::Layer, 0, 4}));
    EXPECT_TRUE(plans[0].plan.steps.empty());
}

TEST(LessenedPlans, FoldedAndNamedLayersComeBackTogether) {
    ChopStep folded = chop({3, 4});
    folded.merge = LayerMerge{MergeRule::Paper, {{2, 3, 4}}};
    ChopStep kept;
    kept.keep = {0, 1, 1};
    for (const ChopStep& step : {folded, kept}) {
        const auto plans = lessenedPlans(planOf({step}));
        ASSERT_EQ(plans.size(), 1u);
        EXPECT_EQ(plans[0].what.kind, TakenBack::Kind::Step);
    }
    EXPECT_TRUE(lessenedPlans(planOf({WidthStep{}})).empty()) << "nothing is narrowed";
}

}  // namespace
}  // namespace secateur
