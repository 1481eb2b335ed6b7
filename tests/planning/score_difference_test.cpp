// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/score_difference.h"

#include <gmock/gmock.h>

#include "core/base/error.h"

namespace secateur {
namespace {

using testing::ElementsAre;
using testing::FloatEq;

// Layers 0 and 2 of four channels and one KV group; IFV is the fluctuation itself.
Analysis measuredAs(const std::vector<std::vector<float>>& channels, std::vector<float> cosine) {
    Analysis analysis;
    for (std::size_t at = 0; at < channels.size(); ++at) {
        LayerAnalysis layer;
        layer.layer = static_cast<int>(2 * at);
        layer.heads = layer.kvHeads = 1;
        const auto of = [](std::vector<float> fluctuation) {
            ChannelStatistics statistics;
            statistics.mean.assign(fluctuation.size(), 0.0F);
            statistics.weightNorm2.assign(fluctuation.size(), 1.0F);
            statistics.fluctuationReference.assign(fluctuation.size(), 5.0F);
            statistics.fluctuation = std::move(fluctuation);
            return statistics;
        };
        layer.downProj = of(channels[at]);
        layer.oProj = of({1.0F});
        analysis.layers.push_back(layer);
    }
    analysis.residual.cosine = std::move(cosine);
    return analysis;
}

NetworkConfig oneHead() {
    NetworkConfig config;
    config.headDim = 1;
    return config;
}

const std::vector<std::vector<float>> kFirst{{1, 2, 3, 4}, {1, 2, 3, 4}};

TEST(ScoreDifference, RanksMoveByAShareOfTheList) {
    // Ranks 1 2 3 4 against 4 1.5 1.5 3: by 3, -0.5, -1.5 and -1 of 3.
    EXPECT_THAT(rankDifferences(kFirst[0], std::vector<float>{9, 1, 1, 5}),
                ElementsAre(FloatEq(1.0F), FloatEq(-0.5F / 3.0F), FloatEq(-0.5F), FloatEq(-1.0F / 3.0F)));
    EXPECT_THAT(rankDifferences(std::vector<float>{3}, std::vector<float>{7}), ElementsAre(0.0F));
}

TEST(ScoreDifference, ValuesDifferByAShareOfTheirMean) {
    EXPECT_THAT(relativeDifferences(std::vector<float>{1, 2, 0, 0, 4}, std::vector<float>{3, 2, 0, 5, 0}),
                ElementsAre(1.0F, 0.0F, 0.0F, 2.0F, -2.0F));
}

TEST(ScoreDifference, EveryLayerHasItsDifferencesAndTheAgreementOfItsOrders) {
    const Analysis a = measuredAs(kFirst, {0.5F, 0.25F});
    const Analysis b = measuredAs({{2, 4, 6, 8}, {4, 3, 2, 1}}, {0.25F, 0.5F});
    const ScoreDifference difference = scoreDifference(a, b, oneHead(), "IFV");
    ASSERT_EQ(difference.layers.size(), 2U);
    EXPECT_EQ(difference.layers[1].layer, 2);
    EXPECT_DOUBLE_EQ(*difference.layers[0].channels.agreement, 1.0);
    EXPECT_DOUBLE_EQ(*difference.layers[1].channels.agreement, -1.0);
    EXPECT_THAT(difference.layers[0].channels.ranks, ElementsAre(0.0F, 0.0F, 0.0F, 0.0F));
    EXPECT_THAT(difference.layers[0].channels.values, testing::Each(FloatEq(2.0F / 3.0F)));
    EXPECT_THAT(difference.layers[1].channels.ranks,
                ElementsAre(FloatEq(1.0F), FloatEq(1.0F / 3.0F), FloatEq(-1.0F / 3.0F), FloatEq(-1.0F)));
    EXPECT_EQ(difference.leastAlike(), &difference.layers[1]);
    EXPECT_EQ(difference.layers[0].kvGroups.ranks.size(), 1U);
    EXPECT_FALSE(difference.layers[0].kvGroups.agreement) << "one group has no order";
    // Over both layers the ranks are 1.5 3.5 5.5 7.5 1.5 3.5 5.5 7.5 and 2.5 5.5 7 8 5.5 4 2.5 1. Less their
    // mean 4.5 their products add up to 3, their squares to 40 and 41.
    ASSERT_TRUE(difference.channels);
    EXPECT_NEAR(*difference.channels, 3.0 / std::sqrt(40.0 * 41.0), 1e-12);
}

TEST(ScoreDifference, MetricsOfLayersThatBothMeasuredStandBesideEachOther) {
    const Analysis a = measuredAs(kFirst, {0.5F, 0.25F});
    Analysis b = measuredAs(kFirst, {0.25F, 0.5F});
    b.residual.relativeUpdate = {1.0F, 2.0F};
    const ScoreDifference difference = scoreDifference(a, b, oneHead(), "IFV");
    ASSERT_FALSE(difference.layerMetrics.empty());
    EXPECT_EQ(difference.layerMetrics[0].metric, "block-influence");
    EXPECT_THAT(difference.layerMetrics[0].a, ElementsAre(0.5F, 0.75F));
    EXPECT_THAT(difference.layerMetrics[0].b, ElementsAre(0.75F, 0.5F));
    for (const LayerMetricPair& pair : difference.layerMetrics)
        EXPECT_NE(pair.metric, "relative-update") << "A has none";
}

TEST(ScoreDifference, StatisticsThatAreAskedForScoreBoth) {
    Analysis a = measuredAs(kFirst, {}), b = a;
    b.statistics = Statistics::Reference;
    EXPECT_FALSE(scoreDifference(a, b, oneHead(), "IFV").channels) << "all of B's are the same";
    EXPECT_DOUBLE_EQ(*scoreDifference(a, b, oneHead(), "IFV", Statistics::Exact).channels, 1.0);
}

TEST(ScoreDifference, AMeasurementIsTheSameByItsWeightsAndItsText) {
    Analysis a = measuredAs(kFirst, {}), b = a;
    b.calibration.source = "renamed.txt";
    b.leaveOneOut.emplace();
    EXPECT_TRUE(sameMeasurement(a, b));
    b.calibration.seed = 1;
    EXPECT_FALSE(sameMeasurement(a, b));
    b = a;
    b.modelFingerprint = "sha256:healed";
    EXPECT_FALSE(sameMeasurement(a, b));
}

TEST(ScoreDifference, NetworksOfOtherShapesAreRefused) {
    const Analysis a = measuredAs(kFirst, {});
    EXPECT_THROW(static_cast<void>(scoreDifference(a, measuredAs({{1, 2, 3, 4}}, {}), oneHead(), "IFV")),
                 Error);
    EXPECT_THROW(
        static_cast<void>(scoreDifference(a, measuredAs({{1, 2, 3, 4}, {1, 2}}, {}), oneHead(), "IFV")),
        Error);
    EXPECT_THROW(static_cast<void>(scoreDifference(a, a, oneHead(), "twigs")), Error);
}

}  // namespace
}  // namespace secateur
