// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/planning/planner.h"
#include "tests/planning/toy_network.h"
#include "tests/short_request.h"

namespace secateur {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Plan planOf(std::vector<PlanStep> steps, int layers = 4) {
    Plan plan;
    plan.model.layers = layers;
    plan.steps = std::move(steps);
    return plan;
}

UnitMask first(int kept, int units) {
    UnitMask mask(units, 0);
    std::fill_n(mask.begin(), kept, 1);
    return mask;
}

WidthStep widthStep(std::vector<LayerKeep> keep, bool bias = true) {
    WidthStep step;
    step.bias = bias;
    step.keep = std::move(keep);
    return step;
}

TEST(PlannedNetwork, ZeroUnitsKeepTheBiasAndDroppedSublayersDoNot) {
    NetworkConfig network = test::network({4});
    network.layers[1].oBias = true;
    const Plan plan =
        planOf({ChopStep{{3}, {1}, {}, {}}, widthStep({{0, first(0, 2), {}}, {2, {}, first(0, 48)}})});
    const NetworkConfig after = plannedNetwork(network, plan);
    ASSERT_EQ(after.layerCount(), 3);
    EXPECT_EQ(after.layers[0].heads, 0);
    EXPECT_EQ(after.layers[0].kvHeads, 0);
    EXPECT_TRUE(after.layers[0].oBias);
    EXPECT_EQ(after.layers[1].heads, 0);
    EXPECT_FALSE(after.layers[1].oBias);
    EXPECT_EQ(after.layers[2].intermediateSize, 0);
    EXPECT_TRUE(after.layers[2].downBias);
    const KeptUnits kept = keptUnits(network, plan);
    EXPECT_THAT(kept.layer, ElementsAre(true, true, true, false));
    EXPECT_EQ(kept.kvGroups[0], first(0, 2));
    EXPECT_TRUE(kept.kvGroups[1].empty());
    EXPECT_TRUE(kept.channels[3].empty());
    EXPECT_EQ(countKept(kept.channels[0]), 48);
}

TEST(PlannedNetwork, KeepsFlagsAndAddsNoneWithoutBias) {
    NetworkConfig network = test::network({4});
    network.layers[0].downBias = true;
    network.layers[0].qkvBias = true;
    const NetworkConfig after =
        plannedNetwork(network, planOf({widthStep({{0, first(1, 2), first(20, 48)}}, false)}));
    EXPECT_TRUE(after.layers[0].downBias);
    EXPECT_TRUE(after.layers[0].qkvBias);
    EXPECT_FALSE(after.layers[0].oBias);
    EXPECT_EQ(after.layers[0].heads, 2);
}

TEST(PlannedNetwork, LaterWidthStepsKeepTheIntersection) {
    const NetworkConfig network = test::network({4});
    UnitMask odd(48, 0);
    for (int unit = 1; unit < 48; unit += 2) odd[unit] = 1;
    const NetworkConfig after =
        plannedNetwork(network, planOf({widthStep({{1, {}, first(10, 48)}}), widthStep({{1, {}, odd}})}));
    EXPECT_EQ(after.layers[1].intermediateSize, 5);
}

TEST(PlannedNetwork, ChoppedCheckpointsKeepTheirNumbers) {
    NetworkConfig network = test::network({6});
    network.layers.erase(network.layers.begin() + 2);  // chopped before
    const ModelSummary model = test::summary(network);
    test::ShortRequest request;
    request.chop.count = 1;
    request.chop.strategy = "top";
    const PlanResult top = makePlan(model, nullptr, request);
    EXPECT_THAT(std::get<ChopStep>(top.plan.steps[0]).layers, ElementsAre(5));
    EXPECT_EQ(top.plan.model.layers, 6);
    request.chop = {{2}, {}, {}, 0, ""};
    try {
        (void)makePlan(model, nullptr, request);
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.message(), HasSubstr("layer 2 is not in this checkpoint"));
    }
}

PlanResult planFromKeep(const ModelSummary& model, const ChopStep& chop, const WidthStep& width) {
    return makePlan(model, nullptr, {{chop, width}});
}

TEST(PlanFromKeep, SortsEntriesAndLeavesOutWhatKeepsAll) {
    const ModelSummary model = test::summary(test::Shape{4});
    const WidthStep step =
        widthStep({{2, first(1, 2), first(48, 48)}, {1, first(2, 2), {}}, {0, {}, first(9, 48)}}, false);
    const PlanResult result = planFromKeep(model, ChopStep{{3}, {}, {}}, step);
    const WidthStep& width = test::widthOf(result.plan);
    ASSERT_EQ(width.keep.size(), 2u);
    EXPECT_EQ(width.keep[0].layer, 0);
    EXPECT_FALSE(width.keep[0].kvGroups.has_value());
    EXPECT_FALSE(width.keep[1].channels.has_value());
    EXPECT_FALSE(result.decision.has_value());
    EXPECT_GT(result.plan.accounting->removedFraction, 0.25);
    EXPECT_THROW((void)planFromKeep(model, {}, widthStep({{0, first(1, 3), {}}})), Error);
    EXPECT_THROW((void)planFromKeep(model, {}, widthStep({{0, first(1, 2), {}}, {0, {}, first(1, 48)}})),
                 Error);
    EXPECT_THROW((void)planFromKeep(model, ChopStep{{0}, {}, {}}, widthStep({{0, first(1, 2), {}}})), Error);
}

TEST(Uniform, LayerKeepFollowsTheLimits) {
    const NetworkConfig network = test::network({1, 32, 4, 2, 4, 10, 100, false});
    const std::vector<float> attention{1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2};
    const std::vector<float> mlp{9, 1, 8, 2, 7, 3, 6, 4, 5, 0};
    WidthRequest request;
    const LayerKeep keep = uniformLayerKeep(network, network.layers[0], attention, mlp, 0.5, request);
    EXPECT_EQ(*keep.kvGroups, (UnitMask{0, 1}));
    EXPECT_EQ(*keep.channels, (UnitMask{1, 0, 1, 0, 1, 0, 1, 0, 1, 0}));
    request.minKeepGroups = 2;
    request.minKeepChannels = 6;
    request.roundTo = 4;
    const LayerKeep limited = uniformLayerKeep(network, network.layers[0], attention, mlp, 0.5, request);
    EXPECT_FALSE(limited.kvGroups.has_value());
    EXPECT_EQ(*limited.channels, (UnitMask{1, 0, 1, 1, 1, 1, 1, 1, 1, 0}));
    EXPECT_THROW((void)uniformLayerKeep(network, network.layers[0], mlp, mlp, 0.5, request), Error);
}

TEST(Uniform, RatioOfTheLayersThatTakePart) {
    const ModelSummary model = test::summary(test::Shape{4, 32, 4, 4, 8, 400, 100, false});
    WidthRequest request;
    request.ratio = 0.3;
    EXPECT_DOUBLE_EQ(uniformRatio(model, model.config, request).ofLayer, 0.3);
    request.protect = {1};
    EXPECT_DOUBLE_EQ(uniformRatio(model, model.config, request).ofLayer, 0.3 * 4 / 3);
    EXPECT_EQ(uniformRatio(model, model.config, request).ofNetwork, 0.3);
    request.ratio = 0.8;
    EXPECT_THROW((void)uniformRatio(model, model.config, request), Error);
    request.ratio = 0.0;
    EXPECT_EQ(uniformRatio(model, model.config, request).ofLayer, 0.0);
    request.protect.clear();
    request.targetParameters = model.parameters * 7 / 10;
    const double found = uniformRatio(model, model.config, request).ofNetwork;
    const std::int64_t linear = decoderLinearParameters(model.config);
    EXPECT_NEAR(found, 0.3 * static_cast<double>(model.parameters) / static_cast<double>(linear), 0.03);
}

// algorithms.md 5.6: theta = 1, 3, 4 gives 6 by the paper's formula and 4 by the code's.
TEST(Merges, SharesFollowTheRules) {
    const NetworkConfig network = test::network({});
    const std::vector<double> theta{1.0, 3.0, 4.0, 10.0};
    const auto value = [&](MergeRule rule, std::vector<std::vector<int>> groups, std::size_t position) {
        ChopStep step;
        step.merge = LayerMerge{rule, std::move(groups)};
        for (const std::vector<int>& group : step.merge->groups)
            step.layers.insert(step.layers.end(), group.begin() + 1, group.end());
        const StepEffect effect = carryOut(step, stateOf(network), "plan: steps[0]");
        double sum = 0.0;
        for (const LayerShare& entry : effect.origins[position].shares)
            sum += entry.share * theta[static_cast<std::size_t>(entry.position)];
        return sum;
    };
    EXPECT_EQ(value(MergeRule::Paper, {{0, 1, 2}}, 0), 6.0);
    EXPECT_EQ(value(MergeRule::Code, {{0, 1, 2}}, 0), 4.0);
    EXPECT_EQ(value(MergeRule::Paper, {{1, 2, 3}, {0, 1}}, 0), 3.0 + 1.0 + 7.0)
        << "of what was folded before";
    EXPECT_EQ(value(MergeRule::Paper, {{2, 3}}, 0), 0.0) << "no shares: its own";
}

TEST(Methods, DescribeThemselves) {
    std::vector<std::string> names;
    for (const MethodInfo& method : methods()) {
        names.push_back(method.name);
        EXPECT_FALSE(method.label.empty());
        EXPECT_FALSE(method.summary.empty());
        EXPECT_THAT(method.citation, testing::AnyOf(HasSubstr("arXiv"), HasSubstr("github.com")));
        EXPECT_FALSE(method.formula.empty());
        EXPECT_FALSE(method.options.empty());
        for (const OptionSpec& option : method.options) {
            EXPECT_FALSE(option.label.empty()) << option.key;
            EXPECT_FALSE(option.help.empty()) << option.key;
            if (!option.choices.empty()) {
                EXPECT_THAT(option.choices, testing::Contains(formatOption(option.usual)));
            }
        }
    }
    EXPECT_THAT(names, ElementsAre("chop", "flap", "magnitude-sp", "wanda-sp", "minitron", "ppm", "2ssp",
                                   "llm-pruner", "obs"));
}

}  // namespace
}  // namespace secateur
