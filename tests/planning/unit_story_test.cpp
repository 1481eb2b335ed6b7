// SPDX-License-Identifier: GPL-3.0-or-later
//
// One unit from activation to verdict: every number is that of the analysis, the score table or the plan.
#include "core/planning/unit_story.h"

#include <cmath>
#include <functional>
#include <limits>

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/planning/planner.h"

namespace secateur {
namespace {

constexpr int kChannelsOf = 12;
constexpr int kHeadsOf = 4;
constexpr int kWide = 3;  // channels of a head

ChannelStatistics channelsOf(int count, float scale) {
    ChannelStatistics s;
    for (int c = 0; c < count; ++c) {
        const auto x = static_cast<float>((c * 5) % count);
        s.mean.push_back(0.25F * (x - 3.0F));
        s.meanReference.push_back(0.2F * (x - 3.0F));
        s.fluctuation.push_back(scale * (0.5F + x));
        s.fluctuationReference.push_back(48.0F * scale * (0.5F + x));
        s.norm2.push_back(40.0F + x);
        s.weightNorm2.push_back(1.5F + 0.25F * static_cast<float>(c % 4));
        s.weightAbsMean.push_back(0.1F + 0.01F * static_cast<float>(c));
    }
    return s;
}

class UnitStoryTest : public ::testing::Test {
protected:
    UnitStoryTest() {
        network.headDim = kWide;
        network.hiddenSize = 12;
        network.originalLayers = 3;
        analysis.originalLayers = 3;
        for (int l = 0; l < 3; ++l) {
            LayerConfig layer;
            layer.originalLayer = l;
            layer.heads = kHeadsOf;
            layer.kvHeads = 2;
            layer.intermediateSize = kChannelsOf;
            network.layers.push_back(layer);
            const float scale = 1.0F + static_cast<float>(l);
            analysis.layers.push_back(
                {l, kHeadsOf, 2, channelsOf(kHeadsOf * kWide, scale), channelsOf(kChannelsOf, scale)});
        }
        model.config = network;
        model.parameters = totalParameters(network);
        model.decoderLinearParameters = decoderLinearParameters(network);
    }

    ScoreTable table(const std::string& metric, const std::string& structure,
                     Statistics statistics = Statistics::Exact) const {
        return widthScores(analysis, network, metric, structure, statistics);
    }

    NetworkConfig network;
    Analysis analysis;
    ModelSummary model;
};

TEST_F(UnitStoryTest, AChannelsScoreIsTheProductOfItsParts) {
    const ScoreTable scores = table("WIFV", "AL-AM");
    for (int unit = 0; unit < kChannelsOf; ++unit) {
        const UnitStory story = unitStory(analysis, scores, {1, UnitKind::Channels, unit}, nullptr, nullptr);
        const auto at = static_cast<std::size_t>(unit);
        const ChannelStatistics& channels = analysis.layers[1].downProj;
        EXPECT_FLOAT_EQ(static_cast<float>(story.mean), channels.mean[at]);
        EXPECT_FLOAT_EQ(static_cast<float>(story.fluctuation * story.weightNorm2),
                        scores.layers[1].channelRaw[at]);
        EXPECT_EQ(story.raw, scores.layers[1].channelRaw[at]);
        EXPECT_EQ(story.compared, story.raw);
        EXPECT_FALSE(story.squared);
        EXPECT_NEAR((story.compared - story.layerMean) / story.layerDeviation, story.score, 1e-5);
        EXPECT_EQ(story.score, scores.layers[1].channelScore[at]);
        EXPECT_NEAR(story.biasNorm.value(), std::abs(channels.mean[at]) * std::sqrt(channels.weightNorm2[at]),
                    1e-6);
        EXPECT_EQ(story.fate, UnitFate::Unknown);
        EXPECT_FALSE(story.threshold.has_value());
    }
}

TEST_F(UnitStoryTest, EveryMetricAndStructureIsRetold) {
    for (const std::string& metric : widthMetrics()) {
        for (const std::string& structure : widthStructures()) {
            for (const Statistics statistics : {Statistics::Exact, Statistics::Reference}) {
                const ScoreTable scores = table(metric, structure, statistics);
                for (const UnitCell cell :
                     {UnitCell{2, UnitKind::Channels, 4}, UnitCell{2, UnitKind::Heads, 3},
                      UnitCell{0, UnitKind::Groups, 1}}) {
                    const UnitStory story = unitStory(analysis, scores, cell, nullptr, nullptr);
                    const double retold = story.standardised
                                              ? (story.compared - story.layerMean) / story.layerDeviation
                                              : story.compared;
                    EXPECT_NEAR(retold, story.score, 1e-4 * std::max(1.0, std::abs(story.score)))
                        << metric << ' ' << structure << ' ' << formatUnitCell(cell);
                    EXPECT_EQ(story.squared, cell.kind != UnitKind::Channels);
                    EXPECT_EQ(story.biasNorm.has_value(), cell.kind == UnitKind::Channels);
                }
            }
        }
    }
}

TEST_F(UnitStoryTest, RanksCountFromTheHighest) {
    const ScoreTable scores = table("WIFV", "AL-AM");
    std::vector<int> seen(kChannelsOf + 1, 0);
    float before = std::numeric_limits<float>::infinity();
    for (int rank = 1; rank <= kChannelsOf; ++rank) {
        for (int unit = 0; unit < kChannelsOf; ++unit) {
            const UnitStory story =
                unitStory(analysis, scores, {0, UnitKind::Channels, unit}, nullptr, nullptr);
            if (story.rank != rank) continue;
            ++seen[static_cast<std::size_t>(rank)];
            EXPECT_LE(story.score, before);
            before = static_cast<float>(story.score);
        }
        EXPECT_EQ(seen[static_cast<std::size_t>(rank)], 1) << rank;
    }
}

TEST_F(UnitStoryTest, TheVerdictIsThePlans) {
    PlanRequest request;
    WidthRequest width;
    width.ratio = 0.3;
    request.steps = {width};
    const PlanResult plan = makePlan(model, &analysis, request);
    ASSERT_TRUE(plan.decision.has_value());
    const KeptUnits kept = keptUnits(network, plan.plan);
    int removed = 0;
    for (int layer = 0; layer < 3; ++layer) {
        for (const auto& [kind, units] :
             {std::pair(UnitKind::Channels, kChannelsOf), std::pair(UnitKind::Heads, kHeadsOf),
              std::pair(UnitKind::Groups, 2)}) {
            for (int unit = 0; unit < units; ++unit) {
                const UnitStory story =
                    unitStory(analysis, *plan.decision->scores, {layer, kind, unit}, &*plan.decision, &kept);
                ASSERT_TRUE(story.threshold.has_value());
                const bool stays = story.strict ? story.decidedScore > *story.threshold
                                                : story.decidedScore >= *story.threshold;
                EXPECT_EQ(story.fate, stays ? UnitFate::Kept : UnitFate::Removed)
                    << formatUnitCell(story.cell);
                removed += !stays;
            }
        }
    }
    EXPECT_GT(removed, 5);
    // Another metric than the one that decided has no threshold, but the same verdict.
    const UnitStory other =
        unitStory(analysis, table("IFV", "AL-AM"), {0, UnitKind::Channels, 0}, &*plan.decision, &kept);
    EXPECT_FALSE(other.threshold.has_value());
    EXPECT_NE(other.fate, UnitFate::Unknown);
}

TEST_F(UnitStoryTest, UnitsThatWereNotMeasuredAreRefused) {
    const ScoreTable scores = table("WIFV", "AL-AM");
    for (const UnitCell cell :
         {UnitCell{7, UnitKind::Channels, 0}, UnitCell{0, UnitKind::Channels, kChannelsOf},
          UnitCell{0, UnitKind::Heads, -1}}) {
        EXPECT_THROW(static_cast<void>(unitStory(analysis, scores, cell, nullptr, nullptr)), Error);
    }
}

TEST(UnitCellName, ReadsWhatItWrites) {
    for (const UnitCell cell : {UnitCell{7, UnitKind::Channels, 311}, UnitCell{0, UnitKind::Heads, 0},
                                UnitCell{79, UnitKind::Groups, 7}})
        EXPECT_EQ(parseUnitCell(formatUnitCell(cell), "--channel"), cell);
    EXPECT_EQ(formatUnitCell({7, UnitKind::Channels, 311}), "7:channel:311");
    for (const char* wrong : {"", "7", "7:channel", "7:channels:3", "7:channel:-1", "x:head:1", "1:head:2:3",
                              "1:head:2 ", "99999999999:head:1"})
        EXPECT_THROW(static_cast<void>(parseUnitCell(wrong, "--channel")), Error) << wrong;
}

}  // namespace
}  // namespace secateur
