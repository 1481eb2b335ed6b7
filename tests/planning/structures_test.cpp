// SPDX-License-Identifier: GPL-3.0-or-later
//
// The four structures on the vectors of algorithms.md 1.4, 1.6 and 1.8.
#include "core/planning/structures.h"

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/planning/budget_threshold.h"
#include "core/planning/metric.h"
#include "core/planning/planner.h"
#include "tests/planning/toy_network.h"

namespace secateur {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::Pointwise;

// W = [[1,-2,0.5,0],[2,1,-0.5,3]]
ChannelStatistics toyChannels() {
    ChannelStatistics channels;
    channels.mean = channels.meanReference = {0, 0, 0, 0};
    channels.fluctuation = channels.fluctuationReference = {2.0f, 0.5f, 4.0f, 1.0f};
    channels.norm2 = {4.0f, 1.0f, 9.0f, 16.0f};
    channels.weightNorm2 = {5.0f, 5.0f, 0.5f, 9.0f};
    channels.weightAbsMean = {1.5f, 1.5f, 0.5f, 1.5f};
    return channels;
}

TEST(Metric, ToyVectors) {
    const ChannelStatistics channels = toyChannels();
    const auto metric = [&](const char* name) {
        return channelMetric(channels, name, Statistics::Exact, "toy");
    };
    EXPECT_THAT(metric("WIFV"), ElementsAre(10.0f, 2.5f, 2.0f, 9.0f));
    EXPECT_THAT(metric("IFV"), ElementsAre(2.0f, 0.5f, 4.0f, 1.0f));
    EXPECT_THAT(metric("WIFN"), ElementsAre(3.0f, 1.5f, 1.5f, 6.0f));
    EXPECT_THAT(metric("magnitude"), Pointwise(FloatNear(1e-6f), {2.236068f, 2.236068f, 0.7071068f, 3.0f}));
}

TEST(Metric, AttentionIsSquaredBeforeItIsCompared) {
    LayerAnalysis layer;
    layer.heads = layer.kvHeads = 4;
    layer.oProj = toyChannels();
    Analysis analysis;
    analysis.layers.push_back(layer);
    NetworkConfig network;
    network.headDim = 1;
    const ScoreTable table = widthScores(analysis, network, "WIFV", "UL-UM", Statistics::Exact);
    EXPECT_THAT(table.layers[0].groupScore, ElementsAre(100.0f, 6.25f, 4.0f, 81.0f));
    EXPECT_THAT(table.layers[0].groupRaw, ElementsAre(10.0f, 2.5f, 2.0f, 9.0f));
    EXPECT_TRUE(table.layers[0].channelScore.empty());
    const ScoreTable magnitude = widthScores(analysis, network, "magnitude", "UL-UM", Statistics::Exact);
    EXPECT_FLOAT_EQ(magnitude.layers[0].groupScore[3], 3.0f);
}

TEST(Metric, NamesWhatIsNotANumber) {
    ChannelStatistics channels = toyChannels();
    channels.fluctuation[2] = std::numeric_limits<float>::quiet_NaN();
    try {
        (void)channelMetric(channels, "WIFV", Statistics::Exact, "layer 3 o_proj");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Corrupt);
        EXPECT_EQ(error.message(), "layer 3 o_proj: WIFV of channel 2 is not a number");
    }
    EXPECT_NO_THROW((void)channelMetric(channels, "WIFV", Statistics::Reference, "layer 3 o_proj"));
    EXPECT_THROW((void)channelMetric(channels, "WIFX", Statistics::Exact, "toy"), Error);
    channels.norm2.clear();
    EXPECT_THROW((void)channelMetric(channels, "WIFN", Statistics::Exact, "toy"), Error);
}

TEST(Standardized, UnbiasedDeviationAndConstantRows) {
    EXPECT_THAT(standardized(std::vector<float>{1, 4, 7}), ElementsAre(-1.0f, 0.0f, 1.0f));
    EXPECT_THAT(standardized(std::vector<float>{0.1f, 0.1f, 0.1f}), ElementsAre(0.0f, 0.0f, 0.0f));
    EXPECT_THAT(standardized(std::vector<float>{0.0f, 0.0f}), ElementsAre(0.0f, 0.0f));
    EXPECT_THAT(standardized(std::vector<float>{5.0f}), ElementsAre(0.0f));
    // Squared metrics of early layers are tiny but not constant.
    EXPECT_THAT(standardized(std::vector<float>{1e-15f, 4e-15f, 7e-15f}),
                Pointwise(FloatNear(1e-5f), {-1.0f, 0.0f, 1.0f}));
}

TEST(Scores, GroupIsTheMeanOfItsHeads) {
    // 4 query heads of 2 channels with scores 1..8, two to a KV head.
    LayerAnalysis layer;
    layer.heads = 4;
    layer.kvHeads = 2;
    layer.oProj.fluctuation = {1, 2, 3, 4, 5, 6, 7, 8};
    layer.oProj.mean.assign(8, 0.0f);
    Analysis analysis;
    analysis.layers.push_back(layer);
    NetworkConfig network;
    network.headDim = 2;
    const ScoreTable table = widthScores(analysis, network, "IFV", "AL-AM", Statistics::Exact);
    EXPECT_THAT(table.layers[0].headRaw, ElementsAre(1.5f, 3.5f, 5.5f, 7.5f));
    EXPECT_THAT(table.layers[0].groupRaw, ElementsAre(2.5f, 6.5f));
}

TEST(UniformBoth, TiesAtTheCutStay) {
    const std::vector<float> scores{5, 1, 4, 1, 3};
    EXPECT_EQ(uniformKeep(scores, 0.2), (UnitMask{1, 1, 1, 1, 1}));
    EXPECT_EQ(uniformKeep(scores, 0.4), (UnitMask{1, 0, 1, 0, 1}));
    EXPECT_EQ(uniformKeep(scores, 0.5), (UnitMask{1, 0, 1, 0, 1}));
    EXPECT_EQ(uniformKeep(scores, 0.0), (UnitMask{1, 1, 1, 1, 1}));
    EXPECT_THROW((void)uniformKeep(scores, 1.0), Error);
}

TEST(UniformManual, ChannelsOf7B) {
    const std::int64_t layer = 3LL * 11008 * 4096 + 4LL * 4096 * 4096;
    const std::int64_t head = 4LL * 4096 * 128;
    EXPECT_EQ(channelsPerLayer(0.5, layer, head, 384 / 32, 3 * 4096), 6186);
    EXPECT_EQ(channelsOverNetwork(32, 0.5, layer, head, 380, 3 * 4096), 198656);
}

TEST(UnitCosts, TruncatedAndExact) {
    Contest contest;
    contest.groupWeights = 4LL * 4096 * 128;
    contest.channelWeights = 3LL * 4096;
    contest.cost = Cost::Reference;
    EXPECT_EQ(unitCosts(contest).group, 170);
    EXPECT_EQ(unitCosts(contest).channel, 1);
    const std::vector<float> groups(1024, 0.0f);
    const std::vector<float> channels(32 * 11008, 0.0f);
    EXPECT_EQ(totalCost({{{groups}, 170}, {{channels}, 1}}), 526336);
    // Llama-3-8B: four query heads to a group.
    NetworkConfig network;
    network.hiddenSize = 4096;
    network.headDim = 128;
    EXPECT_NEAR(
        static_cast<double>(kvGroupParameters(network, 4)) / static_cast<double>(channelParameters(network)),
        426.67, 0.005);
    const double exactUnits = 256 * 1280.0 / 3 + 32 * 14336.0;
    EXPECT_NEAR(exactUnits, 567978.7, 0.05);
}

// L = 2, two heads of two channels, three neurons.
struct Toy {
    ModelSummary model;
    Analysis analysis;
};

Toy toy() {
    Toy result;
    test::Shape shape;
    shape.layers = 2;
    shape.hidden = 4;
    shape.heads = shape.kvHeads = shape.headDim = 2;
    shape.intermediate = 3;
    result.model = test::summary(shape);
    result.analysis = test::randomAnalysis(result.model.config);
    const std::vector<std::vector<float>> attention{{1, 2, 3, 6}, {2, 2, 4, 8}};
    const std::vector<std::vector<float>> mlp{{1, 4, 7}, {2, 3, 10}};
    for (int layer = 0; layer < 2; ++layer) {
        result.analysis.layers[layer].oProj.fluctuation = attention[layer];
        result.analysis.layers[layer].downProj.fluctuation = mlp[layer];
    }
    return result;
}

TEST(AdaptiveBoth, ToyScores) {
    const Toy it = toy();
    const ScoreTable table = widthScores(it.analysis, it.model.config, "IFV", "AL-AM", Statistics::Exact);
    const auto near = [](std::vector<float> values) { return Pointwise(FloatNear(1e-6f), values); };
    EXPECT_THAT(table.layers[0].groupScore, near({-0.624593f, 0.624593f}));
    EXPECT_THAT(table.layers[1].groupScore, near({-0.630126f, 0.630126f}));
    EXPECT_THAT(table.layers[0].channelScore, near({-1.0f, 0.0f, 1.0f}));
    EXPECT_THAT(table.layers[1].channelScore, near({-0.688247f, -0.458831f, 1.147079f}));
}

class AdaptiveToy : public testing::TestWithParam<Cost> {};

TEST_P(AdaptiveToy, HalfRemoved) {
    const Toy it = toy();
    WidthRequest width;
    width.metric = "IFV";
    width.ratio = 0.5;
    width.cost = GetParam();
    const PlanResult result = makePlan(it.model, &it.analysis, requestOf({}, width));
    EXPECT_EQ(result.decision->channelThreshold[0], 0.0f);
    EXPECT_EQ(result.decision->groupThreshold[1], 0.0f);
    EXPECT_TRUE(result.decision->strict);
    const KeptUnits kept = keptUnits(it.model.config, result.plan);
    EXPECT_THAT(kept.kvGroups, ElementsAre(UnitMask{0, 1}, UnitMask{0, 1}));
    EXPECT_THAT(kept.channels, ElementsAre(UnitMask{0, 0, 1}, UnitMask{0, 0, 1}));
}

INSTANTIATE_TEST_SUITE_P(BothCosts, AdaptiveToy, testing::Values(Cost::Reference, Cost::Exact));

TEST(AdaptiveBoth, RatioZeroIsTheIdentityThoughTheBareRuleRemovesOne) {
    const Toy it = toy();
    const ScoreTable table = widthScores(it.analysis, it.model.config, "IFV", "AL-AM", Statistics::Exact);
    Contest contest;
    contest.groupWeights = 32;
    contest.channelWeights = 12;
    contest.cost = Cost::Reference;
    for (const LayerScores& layer : table.layers)
        contest.layers.push_back({layer.groupScore, layer.channelScore});
    const Thresholds bare = decideThresholds("AL-AM", contest, 0.0, -1);
    EXPECT_EQ(bare.channel[0], -1.0f);
    EXPECT_FALSE(bare.keeps(contest.layers[0].channels[0], bare.channel[0]));

    WidthRequest width;
    width.metric = "IFV";
    const PlanResult result = makePlan(it.model, &it.analysis, requestOf({}, width));
    EXPECT_TRUE(test::widthOf(result.plan).keep.empty());
    EXPECT_EQ(result.plan.accounting->parametersAfter, result.plan.accounting->parametersBefore);
}

// Sorts everything, as the published code does.
float sortedThreshold(const std::vector<UnitPool>& pools, double budget) {
    std::vector<std::pair<float, std::int64_t>> units;
    for (const UnitPool& pool : pools)
        for (const auto row : pool.rows)
            for (const float score : row) units.emplace_back(score, pool.cost);
    std::stable_sort(units.begin(), units.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::int64_t sum = 0;
    double nearest = std::numeric_limits<double>::infinity();
    float threshold = 0.0f;
    for (const auto& [score, cost] : units) {
        sum += cost;
        if (std::abs(static_cast<double>(sum) - budget) < nearest) {
            nearest = std::abs(static_cast<double>(sum) - budget);
            threshold = score;
        }
    }
    return threshold;
}

TEST(BudgetThreshold, EqualsAFullSort) {
    std::mt19937 generator(7);
    for (int round = 0; round < 300; ++round) {
        std::uniform_int_distribution<int> size(0, 60);
        std::normal_distribution<float> wide(0.0f, 1.0f);
        std::uniform_int_distribution<int> few(-3, 3);  // many ties
        const auto values = [&](int count) {
            std::vector<float> row;
            for (int i = 0; i < count; ++i)
                row.push_back(round % 2 == 0 ? wide(generator) : static_cast<float>(few(generator)));
            return row;
        };
        const std::vector<float> groups = values(size(generator));
        const std::vector<float> first = values(1 + size(generator));
        const std::vector<float> second = values(size(generator));
        const std::vector<UnitPool> pools{{{groups}, 1 + round % 9}, {{first, second}, 1 + round % 4}};
        for (int step = 0; step <= 20; ++step) {
            const double budget = static_cast<double>(totalCost(pools)) * step / 20.0;
            ASSERT_EQ(budgetThreshold(pools, budget), sortedThreshold(pools, budget)) << round << " " << step;
        }
    }
}

TEST(AdaptiveManual, CountsAreExactWithoutTies) {
    const ModelSummary model = test::summary(test::Shape{6, 64, 8, 4, 8, 200, 100, false});
    const Analysis analysis = test::randomAnalysis(model.config);
    WidthRequest width;
    width.structure = "AL-MM";
    width.ratio = 0.3;
    for (const int heads : {-1, 0, 1, 5}) {
        width.removeHeads = heads;
        const NetworkConfig after =
            plannedNetwork(model.config, makePlan(model, &analysis, requestOf({}, width)).plan);
        int groups = 0;
        int channels = 0;
        for (const LayerConfig& layer : after.layers) {
            groups += layer.kvHeads;
            channels += layer.intermediateSize;
        }
        const std::int64_t group = kvGroupParameters(model.config, 2);
        const std::int64_t removed =
            channelsOverNetwork(6, 0.3, 4 * group + 200 * 192, group, std::max(heads, 0), 192);
        EXPECT_EQ(groups, 24 - std::max(heads, 0));
        EXPECT_EQ(channels, 1200 - removed);
    }
}

}  // namespace
}  // namespace secateur
