// SPDX-License-Identifier: GPL-3.0-or-later
//
// How 2SSP shares a ratio between its stages. A layer has 3072 weights of attention and 4608 of MLP, so that
// with alpha 1.5 the exponent is 1; eight of them have 61 440.
#include "core/planning/two_stage.h"

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/planning/methods.h"
#include "core/planning/planner.h"
#include "core/planning/requests.h"
#include "tests/planning/toy_network.h"

namespace secateur {
namespace {

using testing::HasSubstr;

WidthRequest twoStages(double ratio) {
    WidthRequest width = widthRequest("2ssp", {}, "here");
    width.ratio = ratio;
    return width;
}

class TwoStages : public testing::Test {
protected:
    TwoStageSplit split(const WidthRequest& request) { return twoStageSplit(model_, model_.config, request); }

    ModelSummary model_ = test::summary({.layers = 8});
};

TEST_F(TwoStages, EquationFive) {
    ASSERT_EQ(attentionParameters(model_.config, model_.config.layers[0]), 3072);
    ASSERT_EQ(mlpParameters(model_.config, model_.config.layers[0]), 4608);
    const TwoStageSplit quarter = split(twoStages(0.25));
    EXPECT_EQ(quarter.attention, 2);
    EXPECT_EQ(quarter.ratio, 0.25);
    EXPECT_DOUBLE_EQ(quarter.mlp.ratio, 0.25 - 2 * 3072.0 / 61440.0);
    EXPECT_EQ(quarter.mlp.attentionLayers, 0);
    EXPECT_EQ(split(twoStages(0.3125)).attention, 2) << "2.5: halves go to the even number";
    EXPECT_EQ(split(twoStages(0.4375)).attention, 4) << "3.5";
    WidthRequest more = twoStages(0.25);
    more.alpha = 3.0;  // 8 sqrt(0.25)
    EXPECT_EQ(split(more).attention, 4);
    EXPECT_DOUBLE_EQ(split(more).mlp.ratio, 0.25 - 4 * 3072.0 / 61440.0);
}

TEST_F(TwoStages, ANumberThatIsNamedStands) {
    WidthRequest named = twoStages(0.25);
    named.attentionLayers = 1;
    EXPECT_EQ(split(named).attention, 1);
    named.attentionLayers = 0;
    EXPECT_EQ(split(named).mlp.ratio, 0.25);
    for (const auto& [count, words] : {std::pair(6, "6 attention sublayers are more than the ratio"),
                                       std::pair(9, "cannot drop 9 of 8")}) {
        named.attentionLayers = count;
        try {
            (void)split(named);
            FAIL() << count;
        } catch (const Error& error) {
            EXPECT_THAT(error.message(), HasSubstr(words));
        }
    }
}

TEST_F(TwoStages, CountWhatIsLeft) {
    for (const std::size_t layer : {1U, 4U})
        model_.config.layers[layer].heads = model_.config.layers[layer].kvHeads = 0;
    EXPECT_EQ(split(twoStages(0.5)).attention, 3) << "half of the six that have attention";
}

TEST_F(TwoStages, ATargetSizeIsMetByBothStages) {
    WidthRequest width = twoStages(0.0);
    width.targetParameters = model_.parameters - 61440 / 4;
    const TwoStageSplit both = split(width);
    EXPECT_NEAR(both.ratio, 0.25, 0.01);
    EXPECT_EQ(both.attention, 2);
    // The norm of 32 goes with the 3072 weights.
    EXPECT_EQ(*both.mlp.targetParameters, *width.targetParameters + 2 * (3072 + 32));
}

TEST_F(TwoStages, TheFirstStageAloneIsPlannedFromAnAnalysis) {
    const Analysis analysis = test::randomAnalysis(model_.config);
    WidthRequest width = twoStages(0.15);  // a quarter of the MLPs
    EXPECT_TRUE(plansOnNetwork(width));
    EXPECT_TRUE(runsNetwork(width));
    EXPECT_THROW((void)makePlan(model_, &analysis, requestOf({}, width)), Error);
    width.attentionLayers = 0;
    EXPECT_FALSE(runsNetwork(width));
    const PlanResult result = makePlan(model_, &analysis, requestOf({}, width));
    for (const LayerConfig& layer : result.after.config.layers) {
        EXPECT_EQ(layer.kvHeads, 2);
        EXPECT_EQ(layer.intermediateSize, 36);
    }
    EXPECT_EQ(result.decision->scores->metric, "2ssp");
}

TEST(TwoStageOptions, GoThereAndBack) {
    OptionValues values;
    values.set("alpha", 2.0);
    values.set("attention-layers", std::int64_t{3});
    const WidthRequest request = widthRequest("2ssp", values, "here");
    EXPECT_EQ(request.alpha, 2.0);
    EXPECT_EQ(request.attentionLayers, 3);
    EXPECT_EQ(optionValues(request), values);
    EXPECT_TRUE(optionValues(widthRequest("2ssp", {}, "here")).empty());
    EXPECT_THROW((void)widthRequest("flap", values, "--"), Error);
}

}  // namespace
}  // namespace secateur
