// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/narrowed_analysis.h"

#include <cmath>
#include <numeric>

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/planning/planner.h"

namespace secateur {
namespace {

using testing::ElementsAre;
using testing::FloatEq;

ChannelStatistics counted(int channels, float from) {
    std::vector<float> values(static_cast<std::size_t>(channels));
    std::iota(values.begin(), values.end(), from);
    return {values, values, values, values, values, values, values};
}

// Three layers of two KV groups (two heads of one channel each) and four channels; values of layer l begin at
// 100 l.
Analysis threeLayers() {
    Analysis analysis;
    analysis.originalLayers = 3;
    for (int layer = 0; layer < 3; ++layer) {
        const auto from = static_cast<float>(100 * layer);
        analysis.layers.push_back({layer, 4, 2, counted(4, from), counted(4, from)});
        analysis.residual.cosine.push_back(0.1F * static_cast<float>(layer));
    }
    analysis.angular.points = 4;
    for (int a = 0; a < 4; ++a)
        for (int b = 0; b < 4; ++b)
            analysis.angular.allTokens.push_back(static_cast<float>(std::abs(a * a - b * b)));
    analysis.leaveOneOut.emplace();
    analysis.leaveOneOut->layer = {5.0F, 6.0F, 7.0F};
    return analysis;
}

NetworkConfig likeIt() {
    NetworkConfig network;
    network.hiddenSize = 4;
    network.headDim = 1;
    return network;
}

// Chops layer 1, and keeps the second group and the channels 0 and 3 of layer 2.
NetworkState leftOfIt() {
    Plan plan;
    plan.steps.emplace_back(ChopStep{{1}, {}, {}});
    WidthStep width;
    width.keep.push_back({.layer = 2, .kvGroups = UnitMask{0, 1}, .channels = UnitMask{1, 0, 0, 1}});
    plan.steps.emplace_back(width);
    return stateAfter(measuredNetwork(threeLayers(), likeIt()), plan);
}

TEST(NarrowedAnalysis, IsOfTheLayersAndUnitsThatAreLeft) {
    const Analysis narrowed = narrowedTo(threeLayers(), leftOfIt());
    ASSERT_EQ(narrowed.layers.size(), 2U);
    EXPECT_EQ(narrowed.layers[0].layer, 0);
    EXPECT_EQ(narrowed.layers[0].downProj.mean.size(), 4U);
    const LayerAnalysis& cut = narrowed.layers[1];
    EXPECT_EQ(cut.layer, 2);
    EXPECT_EQ(cut.heads, 2);
    EXPECT_EQ(cut.kvHeads, 1);
    EXPECT_THAT(cut.oProj.fluctuation, ElementsAre(202.0F, 203.0F)) << "both heads of the group";
    EXPECT_THAT(cut.downProj.fluctuation, ElementsAre(200.0F, 203.0F));
}

TEST(NarrowedAnalysis, MetricsOfLayersAreThoseOfTheLayersThatAreLeft) {
    const Analysis narrowed = narrowedTo(threeLayers(), leftOfIt());
    EXPECT_THAT(narrowed.residual.cosine, ElementsAre(FloatEq(0.0F), FloatEq(0.2F)));
    EXPECT_THAT(narrowed.leaveOneOut->layer, ElementsAre(5.0F, 7.0F));
    // Over layer 0 (from 0 to 1) and over layer 2 (from 4 to 9).
    EXPECT_THAT(layerMetric(narrowed, "angular").values, ElementsAre(1.0F, 5.0F));
    EXPECT_TRUE(std::isnan(narrowed.angular.all(0, 2))) << "between them a layer is gone";
    EXPECT_FALSE(findLayerMetric(narrowed, "relative-update")) << "nobody measured it";
}

TEST(NarrowedAnalysis, OneOfOtherWidthsIsRefused) {
    Analysis narrow = threeLayers();
    narrow.layers[2].downProj = counted(3, 0.0F);
    EXPECT_FALSE(sameShape(narrow, threeLayers()));
    EXPECT_TRUE(sameShape(threeLayers(), threeLayers()));
    EXPECT_THROW(static_cast<void>(narrowedTo(narrow, leftOfIt())), Error);
}

}  // namespace
}  // namespace secateur
