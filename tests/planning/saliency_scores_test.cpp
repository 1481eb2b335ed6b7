// SPDX-License-Identifier: GPL-3.0-or-later
//
// LLM-Pruner's units: what is put together, how, and how much of published models goes.
#include "core/planning/saliency_scores.h"

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/planning/planner.h"
#include "core/planning/requests.h"
#include "tests/planning/toy_network.h"

namespace secateur {
namespace {

using testing::ElementsAre;
using testing::FloatEq;
using testing::HasSubstr;

// Four query heads of two channels, two to a KV head, and two MLP channels.
LayerAnalysis sharedHeads() {
    LayerAnalysis layer;
    layer.heads = 4;
    layer.kvHeads = 2;
    layer.saliency.of(Saliency::First, LinearName::Q) = {1, 2, 3, 4, 5, 6, 7, 8};
    layer.saliency.of(Saliency::First, LinearName::O) = {10, 20, 30, 40, 50, 60, 70, 80};
    layer.saliency.of(Saliency::First, LinearName::K) = {100, 200, 300, 400};
    layer.saliency.of(Saliency::First, LinearName::V) = {1000, 2000, 3000, 4000};
    layer.saliency.of(Saliency::First, LinearName::Gate) = {2, 3};
    layer.saliency.of(Saliency::First, LinearName::Up) = {5, 1};
    layer.saliency.of(Saliency::First, LinearName::Down) = {4, 7};
    return layer;
}

std::vector<float> channels(MemberReduction reduction) {
    return channelSaliency(sharedHeads(), {Saliency::First, reduction});
}

TEST(SaliencyScores, PutTheMembersOfAChannelTogether) {
    EXPECT_THAT(channels(MemberReduction::Sum), ElementsAre(11, 11));
    EXPECT_THAT(channels(MemberReduction::Mean), ElementsAre(FloatEq(11.0F / 3.0F), FloatEq(11.0F / 3.0F)));
    EXPECT_THAT(channels(MemberReduction::Max), ElementsAre(5, 7));
    EXPECT_THAT(channels(MemberReduction::Product), ElementsAre(40, 21));
    EXPECT_THAT(channels(MemberReduction::First), ElementsAre(2, 3));
}

// Heads 0 and 1 share the first KV head: the published folding would add head 0 to head 2.
TEST(SaliencyScores, QueryHeadsThatShareAKeyAreAddedToIt) {
    const AttentionSaliency sum = attentionSaliency(sharedHeads(), 2, {});
    EXPECT_THAT(sum.groups, ElementsAre(10 + 100 + 300 + 3000, 26 + 260 + 700 + 7000));
    EXPECT_THAT(sum.heads, ElementsAre(3 + 30 + 3300, 7 + 70 + 3300, 11 + 110 + 7700, 15 + 150 + 7700));
    // Of the channels of the first group: 4 and 6 of query rows, 40 and 60 of output columns.
    const AttentionSaliency largest =
        attentionSaliency(sharedHeads(), 2, {Saliency::First, MemberReduction::Max});
    EXPECT_THAT(largest.groups, ElementsAre(3000, 7000));
    const AttentionSaliency root =
        attentionSaliency(sharedHeads(), 2, {Saliency::First, MemberReduction::First});
    EXPECT_THAT(root.groups, ElementsAre(300, 700)) << "the key row";
    EXPECT_THAT(root.heads, ElementsAre(3, 7, 11, 15)) << "the query row";
}

TEST(SaliencyScores, MetricsHaveNamesThatArePlainForSums) {
    EXPECT_EQ(saliencyMetricName("param_mix", "sum"), "param_mix");
    EXPECT_EQ(saliencyMetricName("vectorize", "max"), "vectorize/max");
    for (const std::string& saliency : saliencyNames())
        for (const std::string& reduction : reductionNames()) {
            const auto metric = saliencyMetric(saliencyMetricName(saliency, reduction));
            ASSERT_TRUE(metric.has_value());
            EXPECT_EQ(name(metric->saliency), saliency);
        }
    for (const char* other : {"WIFV", "minitron", "param_first/", "param_first/median", ""})
        EXPECT_FALSE(saliencyMetric(other).has_value()) << other;
}

// A network whose units have saliencies in the order of their numbers.
Analysis withSaliency(const NetworkConfig& config) {
    Analysis analysis;
    analysis.modelFingerprint = "sha256:toy";
    analysis.originalLayers = config.originalLayers;
    analysis.calibration = {"books.txt", "abc", 10, 64, 42, "random", false};
    analysis.gradients = GradientInfo{10, 2.0};
    const auto rising = [](int count) {
        std::vector<float> values(static_cast<std::size_t>(count));
        for (int i = 0; i < count; ++i) values[static_cast<std::size_t>(i)] = static_cast<float>(i + 1);
        return values;
    };
    for (const LayerConfig& layer : config.layers) {
        LayerAnalysis entry;
        entry.layer = layer.originalLayer;
        entry.heads = layer.heads;
        entry.kvHeads = layer.kvHeads;
        entry.oProj.weightNorm2 = rising(layer.heads * config.headDim);
        entry.downProj.weightNorm2 = rising(layer.intermediateSize);
        for (const Saliency saliency : kAllSaliencies) {
            for (const LinearName linear : {LinearName::Q, LinearName::O})
                entry.saliency.of(saliency, linear) = rising(layer.heads * config.headDim);
            for (const LinearName linear : {LinearName::K, LinearName::V})
                entry.saliency.of(saliency, linear) = rising(layer.kvHeads * config.headDim);
            for (const LinearName linear : kMlpLinears)
                entry.saliency.of(saliency, linear) = rising(layer.intermediateSize);
        }
        analysis.layers.push_back(std::move(entry));
    }
    return analysis;
}

PlanResult published(const test::Shape& shape) {
    const ModelSummary model = test::summary(test::network(shape), "float16");
    const Analysis analysis = withSaliency(model.config);
    WidthRequest width;
    width.method = "llm-pruner";
    width.ratio = 0.25 * 26 / 32;  // a quarter of layers 4 to 29
    width.protect = {0, 1, 2, 3, 30, 31};
    width.compensate = "none";
    return makePlan(model, &analysis, requestOf({}, width));
}

TEST(LlmPruner, LeavesAsManyParametersAsWerePublished) {
    EXPECT_EQ(published({32, 4096, 32, 32, 128, 11008, 32000, false}).plan.accounting->parametersAfter,
              5'422'977'024);
    EXPECT_EQ(published({32, 4096, 32, 8, 128, 14336, 128256, false}).plan.accounting->parametersAfter,
              6'612'586'496);
}

TEST(LlmPruner, RecordsItsSaliencyAndItsText) {
    const PlanResult result = published({32, 64, 8, 4, 8, 96, 100, false});
    const auto& step = std::get<WidthStep>(result.plan.steps.front());
    EXPECT_EQ(step.metric, "param_first");
    EXPECT_FALSE(step.bias);
    ASSERT_TRUE(result.plan.calibration.has_value());
    EXPECT_EQ(result.plan.calibration->source, "books.txt");
    // The first units have the least of everything.
    EXPECT_EQ(step.keep.front().layer, 4);
    EXPECT_THAT(*step.keep.front().kvGroups, ElementsAre(0, 1, 1, 1));
}

TEST(LlmPruner, NeedsGradients) {
    const ModelSummary model = test::summary(test::Shape{});
    const Analysis analysis = test::randomAnalysis(model.config);
    WidthRequest width;
    width.method = "llm-pruner";
    width.ratio = 0.3;
    EXPECT_TRUE(runsNetwork(width)) << "the window asks the session, which can measure them";
    try {
        static_cast<void>(makePlan(model, &analysis, requestOf({}, width)));
        FAIL() << "planned without gradients";
    } catch (const Error& error) {
        EXPECT_THAT(error.message(), HasSubstr("layer 0 q_proj: the analysis holds no gradients"));
        EXPECT_THAT(error.hint(), HasSubstr("--gradients"));
    }
}

TEST(LlmPruner, OptionsGoAndComeBack) {
    OptionValues values;
    values.set("ratio", 0.25);
    values.set("saliency", std::string("vectorize"));
    values.set("reduction", std::string("prod"));
    const WidthRequest request = widthRequest("llm-pruner", values, "step");
    EXPECT_EQ(request.saliency, "vectorize");
    EXPECT_EQ(request.reduction, "prod");
    EXPECT_EQ(widthRequest("llm-pruner", optionValues(request), "step"), request);
}

// What earlier steps removed has no say.
TEST(LlmPruner, NarrowsWhatIsLeft) {
    Analysis analysis = withSaliency(test::network({1, 64, 8, 4, 8, 96, 100, false}));
    LayerAnalysis& layer = analysis.layers.front();
    keepGroups(layer, {0, 1, 0, 1});
    UnitMask mask(96, 0);
    mask[5] = mask[90] = 1;
    keepChannels(layer, mask);
    EXPECT_THAT(layer.saliency.of(Saliency::Mix, LinearName::Down), ElementsAre(6, 91));
    EXPECT_THAT(layer.saliency.of(Saliency::Second, LinearName::Gate), ElementsAre(6, 91));
    EXPECT_EQ(layer.saliency.of(Saliency::First, LinearName::K).size(), 16U);
    EXPECT_EQ(layer.saliency.of(Saliency::First, LinearName::K).front(), 9.0F);
    EXPECT_EQ(layer.saliency.of(Saliency::First, LinearName::Q).size(), 32U);
    EXPECT_EQ(layer.saliency.of(Saliency::First, LinearName::Q).front(), 17.0F);
    EXPECT_EQ(attentionSaliency(layer, 8, {}).groups.size(), 2U);
}

}  // namespace
}  // namespace secateur
