// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/score_pairs.h"

#include <gmock/gmock.h>

#include "core/base/error.h"

namespace secateur {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

// Layers 0 and 2 of two channels, one head and KV group of width 1; influence falls as the update grows.
Analysis small() {
    Analysis analysis;
    for (const int number : {0, 2}) {
        LayerAnalysis layer;
        layer.layer = number;
        layer.heads = layer.kvHeads = 1;
        const auto of = [&](std::vector<float> fluctuation, std::vector<float> norm2) {
            ChannelStatistics channels;
            channels.mean.assign(norm2.size(), 0.0F);
            channels.fluctuation = std::move(fluctuation);
            channels.weightNorm2 = std::move(norm2);
            return channels;
        };
        const auto scale = static_cast<float>(number + 1);
        layer.downProj = of({2.0F * scale, 1.0F * scale}, {4.0F, 9.0F});
        layer.oProj = of({scale}, {1.0F});
        analysis.layers.push_back(layer);
    }
    analysis.residual.cosine = {0.5F, 0.25F};
    analysis.residual.relativeUpdate = {0.25F, 0.5F};
    return analysis;
}

NetworkConfig network() {
    NetworkConfig config;
    config.headDim = 1;
    return config;
}

TEST(ScorePairs, LayersByTheirMetrics) {
    const ScorePairs pairs =
        scorePairs(small(), network(), PairedUnits::Layers, "block-influence", "relative-update");
    EXPECT_THAT(pairs.layers, ElementsAre(0, 2));
    EXPECT_THAT(pairs.indices, ElementsAre(-1, -1));
    EXPECT_THAT(pairs.x, ElementsAre(0.5F, 0.75F));
    EXPECT_THAT(pairs.y, ElementsAre(0.25F, 0.5F));
    EXPECT_FALSE(pairs.agreement) << "two pairs have no order to speak of";
}

TEST(ScorePairs, ChannelsOfAllLayersWithTheAgreementOfTheirOrders) {
    const ScorePairs pairs = scorePairs(small(), network(), PairedUnits::Channels, "IFV", "magnitude");
    EXPECT_THAT(pairs.layers, ElementsAre(0, 0, 2, 2));
    EXPECT_THAT(pairs.indices, ElementsAre(0, 1, 0, 1));
    EXPECT_THAT(pairs.x, ElementsAre(2.0F, 1.0F, 6.0F, 3.0F));
    EXPECT_THAT(pairs.y, ElementsAre(2.0F, 3.0F, 2.0F, 3.0F));
    // Ranks 2, 1, 4, 3 against 1.5, 3.5, 1.5, 3.5: sums of products -2, of squares 5 and 4.
    ASSERT_TRUE(pairs.agreement);
    EXPECT_NEAR(*pairs.agreement, -2.0 / std::sqrt(20.0), 1e-12);
    EXPECT_EQ(scorePairs(small(), network(), PairedUnits::KvGroups, "IFV", "WIFV").count(), 2U);
}

TEST(ScorePairs, OfTwoAnalysesOfNetworksOfTheSameShape) {
    Analysis other = small();
    for (LayerAnalysis& layer : other.layers)
        for (float& norm2 : layer.downProj.weightNorm2) norm2 *= 9.0F;
    const ScorePairs pairs =
        scorePairs(small(), "magnitude", other, "magnitude", network(), PairedUnits::Channels);
    ASSERT_EQ(pairs.x.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_FLOAT_EQ(pairs.y[i], 3.0F * pairs.x[i]);
    ASSERT_TRUE(pairs.agreement);
    EXPECT_NEAR(*pairs.agreement, 1.0, 1e-12);
    other.layers.back().layer += 1;
    for (const PairedUnits units : {PairedUnits::Layers, PairedUnits::Channels})
        EXPECT_THROW(static_cast<void>(scorePairs(
                         small(), units == PairedUnits::Layers ? "block-influence" : "IFV", other,
                         units == PairedUnits::Layers ? "block-influence" : "IFV", network(), units)),
                     Error);
}

TEST(ScorePairs, OffersWhatWasMeasured) {
    const auto names = pairableScores(small(), PairedUnits::Layers);
    EXPECT_THAT(names, Contains("block-influence"));
    EXPECT_THAT(names, Not(Contains("leave-one-out")));
    EXPECT_THAT(pairableScores(small(), PairedUnits::Channels), ElementsAre("WIFV", "IFV", "magnitude"))
        << "no norms were measured";
    EXPECT_THROW(static_cast<void>(
                     scorePairs(small(), network(), PairedUnits::Layers, "leave-one-out", "block-influence")),
                 Error);
}

}  // namespace
}  // namespace secateur
