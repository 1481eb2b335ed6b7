// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/plan_difference.h"

#include <cmath>

#include <gmock/gmock.h>

namespace secateur {
namespace {

using testing::ElementsAre;

// Layers 1 and 3 of an original of four, with 2 KV groups and 4 channels.
NetworkConfig twoLayers() {
    NetworkConfig network;
    network.originalLayers = 4;
    for (const int number : {1, 3}) {
        LayerConfig layer;
        layer.originalLayer = number;
        layer.heads = layer.kvHeads = 2;
        layer.intermediateSize = 4;
        network.layers.push_back(layer);
    }
    return network;
}

KeptUnits kept(bool third, const UnitMask& groups, const UnitMask& channels) {
    KeptUnits units;
    units.layer = {false, true, false, third};
    units.kvGroups = {{}, {1, 1}, {}, third ? groups : UnitMask{}};
    units.channels = {{}, channels, {}, third ? UnitMask{1, 1, 1, 1} : UnitMask{}};
    return units;
}

TEST(PlanDifference, EveryUnitHasItsFate) {
    EXPECT_THAT(fatesOf({1, 1, 0, 0}, {1, 0, 1, 0}, 4),
                ElementsAre(PairFate::KeptByBoth, PairFate::RemovedByB, PairFate::RemovedByA,
                            PairFate::RemovedByBoth));
    EXPECT_THAT(fatesOf({}, {1, 0}, 2), ElementsAre(PairFate::RemovedByA, PairFate::RemovedByBoth));
}

TEST(PlanDifference, CountsAreThoseOfTheMasks) {
    const KeptUnits a = kept(true, {1, 0}, {0, 0, 1, 1});
    const KeptUnits b = kept(false, {}, {0, 1, 0, 1});
    const PlanDifference difference = differenceOf(twoLayers(), a, b);
    ASSERT_EQ(difference.layers.size(), 2U);
    const LayerDifference& first = difference.layers[0];
    EXPECT_EQ(first.layer, 1);
    EXPECT_EQ(first.channels, (FateCount{1, 1, 1, 1}));
    EXPECT_DOUBLE_EQ(*first.channels.overlap(), 1.0 / 3.0);
    EXPECT_EQ(first.kvGroups, (FateCount{2, 0, 0, 0}));
    EXPECT_FALSE(first.kvGroups.overlap());
    const LayerDifference& second = difference.layers[1];
    EXPECT_EQ(second.layer, 3);
    EXPECT_TRUE(second.inA);
    EXPECT_FALSE(second.inB);
    EXPECT_EQ(second.kvGroups, (FateCount{0, 0, 1, 1}));
    EXPECT_EQ(second.channels, (FateCount{0, 0, 4, 0}));
    EXPECT_EQ(difference.channels, (FateCount{1, 1, 5, 1}));
    EXPECT_EQ(difference.channels.units(), 8);
    EXPECT_EQ(difference.channels.keptByPlanA(), 6);
    EXPECT_EQ(difference.channels.keptByPlanB(), 2);
    EXPECT_DOUBLE_EQ(*difference.channels.overlap(), 1.0 / 7.0);
}

TEST(PlanDifference, APlanOverlapsWithItself) {
    const KeptUnits a = kept(true, {1, 0}, {0, 0, 1, 1});
    const PlanDifference same = differenceOf(twoLayers(), a, a);
    EXPECT_EQ(same.channels, (FateCount{6, 0, 0, 2}));
    EXPECT_DOUBLE_EQ(*same.channels.overlap(), 1.0);
}

TEST(PlanDifference, SaysHowMuchOfOnePlansCutIsTheOthersToo) {
    EXPECT_DOUBLE_EQ(*(FateCount{4, 1, 2, 3}.sharedByB()), 0.75);
    EXPECT_FALSE((FateCount{4, 0, 2, 0}.sharedByB())) << "A removes nothing";
}

// Of eight channels a first plan keeps 1, 3, 4 and 6, and a second of these the first and the last.
TEST(PlanDifference, UnitsOfANetworkThatWasMadeHaveTheirNumbersInTheOneBefore) {
    const KeptUnits outer{{true, true}, {{1, 1}, {0, 1}}, {{0, 1, 0, 1, 1, 0, 1, 0}, {1, 1}}, {{}, {}}};
    const KeptUnits inner{{true, false}, {{1, 0}, {}}, {{1, 0, 0, 1}, {}}, {{}, {}}};
    const KeptUnits both = within(outer, inner);
    EXPECT_THAT(both.layer, ElementsAre(true, false));
    EXPECT_THAT(both.kvGroups[0], ElementsAre(1, 0));
    EXPECT_THAT(both.channels[0], ElementsAre(0, 1, 0, 0, 0, 0, 1, 0));
    EXPECT_TRUE(both.channels[1].empty()) << "the layer is gone";
}

TEST(KeptWidths, LayersAreKnownByTheirOriginalNumbers) {
    NetworkConfig opened = twoLayers();
    NetworkConfig narrow = opened;
    narrow.layers.erase(narrow.layers.begin());
    narrow.layers[0].kvHeads = 1;
    narrow.layers.push_back(narrow.layers[0]);
    narrow.layers.back().intermediateSize = 3;
    EXPECT_THAT(widthsOf(narrow), ElementsAre(LayerWidths{3, 1, 4})) << "a layer that is repeated";
    NetworkConfig original = opened;
    original.layers.insert(original.layers.begin(), original.layers[0]);
    original.layers[0].originalLayer = 0;
    original.layers[1].intermediateSize = 8;
    EXPECT_THAT(pairWidths(widthsOf(opened), widthsOf(narrow), widthsOf(original)),
                ElementsAre(KeptWidths{0, 2, 0, 2, 4, 0, 4}, KeptWidths{1, 2, 0, 2, 8, 0, 8},
                            KeptWidths{3, 2, 1, 2, 4, 4, 4}));
}

TEST(KeptWidths, NetworksOfOtherShapesSayWhatDiffers) {
    NetworkConfig a = twoLayers(), b = a;
    EXPECT_EQ(shapeObstacle(a, b), "");
    b.layers.pop_back();
    EXPECT_EQ(shapeObstacle(a, b), "") << "a chopped layer is no other shape";
    a.hiddenSize = 64;
    b.hiddenSize = 128;
    EXPECT_EQ(shapeObstacle(a, b), "hidden size 64 against 128");
}

TEST(PairedChange, IsThatOfTheSameWindows) {
    // Differences 0.1, 0.3: mean 0.2, deviation sqrt(0.02), error 0.1.
    const std::vector<double> a{1.0, 2.0}, b{1.1, 2.3};
    const auto change = pairedChange(a, b);
    ASSERT_TRUE(change);
    EXPECT_NEAR(change->change, std::exp(0.2) - 1.0, 1e-12);
    EXPECT_NEAR(change->standardError, std::exp(0.2) * 0.1, 1e-12);
    EXPECT_EQ(change->windows, 2);
    EXPECT_NEAR(pairedChange(a, a)->change, 0.0, 1e-15);
    EXPECT_DOUBLE_EQ(pairedChange(a, a)->standardError, 0.0);
}

TEST(PairedChange, NothingIsSaidOfOtherWindowsOrOne) {
    const std::vector<double> one{1.0}, two{1.0, 2.0}, none;
    EXPECT_FALSE(pairedChange(one, one));
    EXPECT_FALSE(pairedChange(one, two));
    EXPECT_FALSE(pairedChange(none, none));
}

}  // namespace
}  // namespace secateur
