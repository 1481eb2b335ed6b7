// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/chop_order.h"

#include <cmath>

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/planning/planner.h"
#include "tests/planning/toy_network.h"

namespace secateur {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ChopOrder, LowestScoresGoFirstTiesByIndex) {
    const RemovalOrder order = orderByScore("magnitude", {3.0f, 1.0f, 2.0f, 1.0f}, {0, 2, 3, 5});
    EXPECT_THAT(order.parts, ElementsAre(RemovedPart{2}, RemovedPart{5}, RemovedPart{3}, RemovedPart{0}));
    const ChopRequest chop = chopFromOrder(order, 3);
    EXPECT_THAT(chop.layers, ElementsAre(2, 3, 5));
    EXPECT_EQ(chop.chosenBy, (ChosenBy{"magnitude", 3}));
    EXPECT_EQ(chop.count, 0);
    EXPECT_THROW((void)orderByScore("magnitude", {1.0f, NAN}, {0, 1}), Error);
    EXPECT_THROW((void)chopFromOrder(order, 5), Error);
    EXPECT_TRUE(chopFromOrder(order, 0).empty());
}

TEST(ChopOrder, TwoSublayersForALayerBothOfOneGoAsAWhole) {
    const RemovalOrder order{
        "finercut", {{4, true, false}, {2, true, false}, {4, false, true}, {1, false, true}}, 2};
    EXPECT_EQ(partsFor(order, 2), 4);
    EXPECT_THAT(chopFromOrder(order, 1).attention, ElementsAre(2, 4));
    const ChopRequest two = chopFromOrder(order, 2);
    EXPECT_THAT(two.layers, ElementsAre(4));
    EXPECT_THAT(two.attention, ElementsAre(2));
    EXPECT_THAT(two.mlp, ElementsAre(1));
    EXPECT_THROW((void)chopFromOrder(order, 3), Error);
}

TEST(ChopOrder, AttentionSublayersCountEach) {
    const RemovalOrder order{"greedy-attention", {{4, true, false}, {2, true, false}, {0, true, false}}};
    const ChopRequest two = chopFromOrder(order, 2);
    EXPECT_THAT(two.attention, ElementsAre(2, 4));
    EXPECT_THAT(two.layers, IsEmpty());
    EXPECT_EQ(two.chosenBy, (ChosenBy{"greedy-attention", 2}));
    EXPECT_THROW((void)chopFromOrder(order, 4), Error);
}

TEST(ChopOrder, SettledKeepsWhatWasListedBesides) {
    ChopRequest wish;
    wish.count = 1;
    wish.strategy = "finercut";
    wish.attention = {0, 2};
    const ChopRequest chop = settled(wish, {"finercut", {{2, true, false}, {1, false, true}}, 2});
    EXPECT_THAT(chop.attention, ElementsAre(0, 2));
    EXPECT_THAT(chop.mlp, ElementsAre(1));
    EXPECT_THAT(chop.layers, IsEmpty());
}

TEST(ChopOrder, PlansSayWhatChoseTheirLayers) {
    const ModelSummary model = test::summary(test::Shape{});
    const RemovalOrder order{"greedy", {{2}, {1}}};
    const PlanResult result = makePlan(model, nullptr, requestOf(chopFromOrder(order, 2)));
    const auto& step = std::get<ChopStep>(result.plan.steps.at(0));
    EXPECT_THAT(step.layers, ElementsAre(1, 2));
    EXPECT_EQ(step.chosenBy, (ChosenBy{"greedy", 2}));
    const ParsedPlan again = parsePlan(toJson(result.plan), model.config, model.fingerprint, "plan.json");
    EXPECT_EQ(std::get<ChopStep>(again.plan.steps.at(0)), step);
}

TEST(ChopTable, NamesWhatEachNeeds) {
    EXPECT_EQ(chopStrategy("max-gap").needs, ChopNeeds::Nothing);
    EXPECT_EQ(chopStrategy("block-influence").needs, ChopNeeds::Analysis);
    EXPECT_EQ(chopStrategy("magnitude").needs, ChopNeeds::Weights);
    EXPECT_EQ(chopStrategy("greedy").needs, ChopNeeds::Text);
    EXPECT_EQ(chopStrategy("finercut").unit, ChopUnit::Sublayers);
    EXPECT_EQ(chopStrategy("finercut").look, ChopLook::Outputs);
    EXPECT_EQ(chopStrategy("blockpruner").unit, ChopUnit::Sublayers);
    EXPECT_EQ(chopStrategy("greedy-attention").unit, ChopUnit::Attention);
    EXPECT_THROW((void)chopStrategy("nonsense"), Error);
    EXPECT_EQ(chopStrategies().size(), chopStrategyTable().size());
}

TEST(ChopTable, PlanningRefusesWhatItCannotLookAt) {
    ChopRequest wish;
    wish.count = 1;
    wish.strategy = "greedy";
    try {
        (void)makePlan(test::summary(test::Shape{}), nullptr, requestOf(wish));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        EXPECT_NE(error.hint().find("text"), std::string::npos);
    }
}

}  // namespace
}  // namespace secateur
