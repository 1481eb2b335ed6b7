// SPDX-License-Identifier: GPL-3.0-or-later
//
// Width methods with a metric of their own: Minitron's activations and PPM's weights, on vectors that are
// worked out beside them.
#include <cmath>

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/planning/metric.h"
#include "core/planning/planner.h"
#include "tests/planning/toy_network.h"

namespace secateur {
namespace {

using testing::ElementsAre;
using testing::FloatEq;
using testing::HasSubstr;

// 4 query heads of 2 channels, two to a KV head, and 4 MLP channels.
Analysis fourHeads() {
    LayerAnalysis layer;
    layer.heads = 4;
    layer.kvHeads = 2;
    layer.oProj.mean.assign(8, 0.0F);
    layer.oProj.absMeanNorm = {3, 4, 0, 1, 1, 0, 2, 2};
    layer.downProj.mean.assign(4, 0.0F);
    layer.downProj.absMeanNorm = {0.5F, 2, 1, 4};
    layer.downProj.windowNorm = {4, 1, 3, 2};
    layer.downProj.rowPeaks = {9, 7, 8, 6};
    Analysis analysis;
    analysis.layers.push_back(layer);
    return analysis;
}

ScoreTable scoresOf(const std::string& metric) {
    NetworkConfig network;
    network.headDim = 2;
    return widthScores(fourHeads(), network, metric, "UL-UM", Statistics::Exact);
}

TEST(Minitron, AHeadIsWorthTheNormOverItsChannels) {
    const LayerScores layer = scoresOf("minitron").layers[0];
    EXPECT_THAT(layer.channelScore, ElementsAre(0.5F, 2, 1, 4));
    EXPECT_THAT(layer.headScore, ElementsAre(5, 1, 1, FloatEq(std::sqrt(8.0F))));
    EXPECT_THAT(layer.groupScore, ElementsAre(FloatEq(std::sqrt(26.0F)), 3));
    EXPECT_EQ(layer.groupRaw, layer.groupScore);
}

TEST(MlpMetrics, LeaveAttentionUnscored) {
    for (const char* metric : {"2ssp", "ppm"}) {
        const LayerScores layer = scoresOf(metric).layers[0];
        EXPECT_EQ(layer.channelScore.size(), 4U) << metric;
        EXPECT_TRUE(layer.groupScore.empty() && layer.headScore.empty() && layer.groupRaw.empty()) << metric;
    }
    const ScoreTable ppm = scoresOf("ppm"), norms = scoresOf("2ssp");
    EXPECT_THAT(ppm.layers[0].channelRaw, ElementsAre(9, 7, 8, 6));
    EXPECT_THAT(norms.layers[0].channelRaw, ElementsAre(4, 1, 3, 2));
}

class PublishedWidths : public testing::Test {
protected:
    PlanResult planned(const std::string& method, double ratio) {
        WidthRequest width;
        width.method = method;
        width.ratio = ratio;
        width.compensate = "none";
        return makePlan(model_, &analysis_, requestOf({}, width));
    }
    std::string refusalOf(const std::string& method, double ratio = 0.25) {
        try {
            (void)planned(method, ratio);
        } catch (const Error& error) {
            return error.message() + " | " + error.hint();
        }
        return {};
    }

    ModelSummary model_ = test::summary({.layers = 3, .heads = 8, .kvHeads = 4, .intermediate = 96});
    Analysis analysis_ = test::randomAnalysis(model_.config);
};

TEST_F(PublishedWidths, MinitronNarrowsEveryLayerAlike) {
    const PlanResult result = planned("minitron", 0.25);
    for (const LayerConfig& layer : result.after.config.layers) {
        EXPECT_EQ(layer.kvHeads, 3);
        EXPECT_EQ(layer.heads, 6);
        EXPECT_EQ(layer.intermediateSize, 72);
        EXPECT_FALSE(layer.oBias || layer.downBias);
    }
    const WidthStep& step = test::widthOf(result.plan);
    EXPECT_EQ(step.method, "minitron");
    EXPECT_TRUE(step.metric.empty()) << "the method has one of its own";
    ASSERT_TRUE(result.plan.calibration.has_value());
    EXPECT_EQ(result.decision->scores->metric, "minitron");
}

// Attention has 32 (8 + 4 + 4 + 8) 8 = 6144 weights of a layer's 15 360, the MLP 9216: a ratio of 0.15 is a
// quarter of the MLP.
TEST_F(PublishedWidths, PpmTakesTheWholeRatioFromTheMlp) {
    for (LayerAnalysis& layer : analysis_.layers) {
        ChannelStatistics weights;
        weights.weightNorm2 = layer.downProj.weightNorm2;
        weights.rowPeaks = layer.downProj.rowPeaks;
        layer.downProj = weights;
        weights = {};
        weights.weightNorm2 = layer.oProj.weightNorm2;
        layer.oProj = weights;
    }
    const PlanResult result = planned("ppm", 0.15);
    for (const LayerConfig& layer : result.after.config.layers) {
        EXPECT_EQ(layer.kvHeads, 4);
        EXPECT_EQ(layer.heads, 8);
        EXPECT_EQ(layer.intermediateSize, 72);
    }
    EXPECT_DOUBLE_EQ(result.plan.accounting->removedFraction, 0.15);
    EXPECT_DOUBLE_EQ(result.decision->removedFraction, 0.15);
    EXPECT_FALSE(result.plan.calibration.has_value()) << "no text has a part in it";
    for (const LayerKeep& keep : test::widthOf(result.plan).keep) EXPECT_FALSE(keep.kvGroups.has_value());
    for (const float threshold : result.decision->groupThreshold) EXPECT_TRUE(std::isnan(threshold));
    EXPECT_THAT(refusalOf("ppm", 0.7), HasSubstr("what may be narrowed holds 27648 of 46080 weights"));
}

TEST_F(PublishedWidths, PpmMeetsATargetSize) {
    WidthRequest width;
    width.method = "ppm";
    width.targetParameters = model_.parameters * 4 / 5;
    const PlanResult result = makePlan(model_, &analysis_, requestOf({}, width));
    EXPECT_LE(result.plan.accounting->parametersAfter, *width.targetParameters);
    EXPECT_GT(result.plan.accounting->parametersAfter, *width.targetParameters - 3 * 3 * 32);
    for (const LayerConfig& layer : result.after.config.layers) EXPECT_EQ(layer.kvHeads, 4);
}

TEST_F(PublishedWidths, SayWhatAnEarlierFileLacks) {
    analysis_.layers[1].downProj.absMeanNorm.clear();
    EXPECT_THAT(refusalOf("minitron"),
                HasSubstr("layer 1 down_proj: the analysis holds no mean magnitudes of "
                          "the activations"));
    EXPECT_THAT(refusalOf("minitron"), HasSubstr("measure the model again"));
    analysis_.layers[2].downProj.rowPeaks.clear();
    EXPECT_THAT(refusalOf("ppm"), HasSubstr("layer 2 down_proj: the analysis holds no largest and least"));
    EXPECT_EQ(refusalOf("flap"), "");
}

TEST_F(PublishedWidths, AreScoredOnWhatEarlierStepsLeft) {
    WidthRequest first;
    first.method = "minitron";
    first.ratio = 0.25;
    WidthRequest second = first;
    second.method = "ppm";
    ChopRequest chop;
    chop.layers = {1};
    PlanRequest request;
    request.steps = {chop, first, second};
    const PlanResult result = makePlan(model_, &analysis_, request);
    ASSERT_EQ(result.plan.steps.size(), 3U);
    for (const LayerConfig& layer : result.after.config.layers) {
        EXPECT_EQ(layer.kvHeads, 3);
        EXPECT_LT(layer.intermediateSize, 72);
    }
}

}  // namespace
}  // namespace secateur
