// SPDX-License-Identifier: GPL-3.0-or-later
//
// What makePlan promises whatever the scores are: sizes asked for, widths protected, chops respected,
// nonsense refused.
#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/planning/planner.h"
#include "tests/planning/toy_network.h"
#include "tests/short_request.h"

namespace secateur {
namespace {

using test::widthOf;
using testing::ElementsAre;
using testing::HasSubstr;

const test::Shape kShape{8, 64, 8, 4, 8, 200, 300, false};

class MakePlan : public testing::Test {
protected:
    [[nodiscard]] PlanResult plan(const PlanRequest& request) const {
        return makePlan(model_, &analysis_, request);
    }
    [[nodiscard]] PlanResult plan(const WidthRequest& width) const { return plan(requestOf({}, width)); }
    [[nodiscard]] NetworkConfig after(const PlanResult& result) const {
        return plannedNetwork(model_.config, result.plan);
    }
    [[nodiscard]] std::int64_t linearLeft(const PlanResult& result) const {
        return decoderLinearParameters(after(result));
    }

    static WidthRequest ratio(double value, const std::string& structure = "AL-AM") {
        WidthRequest width;
        width.ratio = value;
        width.structure = structure;
        return width;
    }

    void expectRefused(const PlanRequest& request, const std::string& message) const {
        try {
            (void)plan(request);
            ADD_FAILURE() << "not refused: " << message;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
            EXPECT_THAT(error.message(), HasSubstr(message));
        }
    }
    void expectRefused(const WidthRequest& width, const std::string& message) const {
        expectRefused(requestOf({}, width), message);
    }

    ModelSummary model_ = test::summary(kShape);
    Analysis analysis_ = test::randomAnalysis(model_.config);
    std::int64_t all_ = model_.decoderLinearParameters;
    std::int64_t group_ = kvGroupParameters(model_.config, 2);
    std::int64_t channel_ = channelParameters(model_.config);
};

TEST_F(MakePlan, AchievesTheRatioWithinUnits) {
    for (const std::string structure : {"AL-AM", "AL-MM", "UL-MM"})
        for (double p = 0.05; p < 0.9; p += 0.05) {
            // All of the removal falls on channels in *-MM when no head is to go; beyond their share it
            // cannot be met.
            const bool manual = structure != "AL-AM";
            if (manual && p * static_cast<double>(all_) > 0.95 * 8.0 * 200.0 * static_cast<double>(channel_))
                continue;
            const PlanResult result = plan(ratio(p, structure));
            const double wanted = (1.0 - p) * static_cast<double>(all_);
            const double left = static_cast<double>(linearLeft(result));
            // AL-AM cuts within half a unit of the budget and drops the unit at the cut as well; counts are
            // truncated in *-MM.
            const double bound = structure == "AL-AM"   ? 1.5 * static_cast<double>(group_)
                                 : structure == "AL-MM" ? static_cast<double>(channel_)
                                                        : 8.0 * static_cast<double>(channel_);
            EXPECT_LE(std::abs(left - wanted), bound) << structure << " " << p;
            EXPECT_NEAR(result.plan.accounting->removedFraction, 1.0 - left / static_cast<double>(all_),
                        1e-12);
            EXPECT_NEAR(result.decision->removedFraction, result.plan.accounting->removedFraction, 1e-12);
        }
}

TEST_F(MakePlan, RemovesMoreAtHigherRatios) {
    for (const std::string& structure : widthStructures()) {
        std::int64_t last = all_;
        for (int percent = 0; percent <= 60; percent += 2) {
            const std::int64_t left = linearLeft(plan(ratio(percent / 100.0, structure)));
            EXPECT_LE(left, last) << structure << " " << percent;
            last = left;
        }
    }
}

TEST_F(MakePlan, KeepsWhatIsAboveTheThreshold) {
    for (const std::string& structure : widthStructures()) {
        const PlanResult result = plan(ratio(0.4, structure));
        const WidthDecision& decision = *result.decision;
        const KeptUnits kept = keptUnits(model_.config, result.plan);
        const auto agrees = [&](const UnitMask& mask, const std::vector<float>& scores, float threshold) {
            ASSERT_EQ(mask.size(), scores.size());
            for (std::size_t unit = 0; unit < mask.size(); ++unit)
                EXPECT_EQ(mask[unit] != 0,
                          decision.strict ? scores[unit] > threshold : scores[unit] >= threshold);
        };
        for (int layer = 0; layer < 8; ++layer) {
            agrees(kept.kvGroups[layer], decision.scores->layers[layer].groupScore,
                   decision.groupThreshold[layer]);
            agrees(kept.channels[layer], decision.scores->layers[layer].channelScore,
                   decision.channelThreshold[layer]);
        }
    }
}

TEST_F(MakePlan, ProtectedLayersKeepAllAndTheOthersPayForThem) {
    WidthRequest width = ratio(0.3);
    width.protect = {7, 0};
    const PlanResult result = plan(width);
    const NetworkConfig left = after(result);
    EXPECT_EQ(left.layers[0], model_.config.layers[0]);
    EXPECT_EQ(left.layers[7], model_.config.layers[7]);
    EXPECT_NEAR(result.plan.accounting->removedFraction, 0.3,
                1.5 * static_cast<double>(group_) / static_cast<double>(all_));
    EXPECT_TRUE(std::isnan(result.decision->channelThreshold[0]));
    EXPECT_FALSE(std::isnan(result.decision->channelThreshold[1]));
    EXPECT_THAT(widthOf(result.plan).protect, ElementsAre(0, 7));
    EXPECT_EQ(widthOf(result.plan).ratio, 0.3);

    width.ratio = 0.8;
    expectRefused(width, "cannot be reached");
    width.protect = {0, 1, 2, 3, 4, 5, 6, 7};
    width.ratio = 0.01;
    expectRefused(width, "cannot be reached");
    width.protect = {8};
    expectRefused(width, "cannot protect layer 8");
    width.protect = {1, 1};
    expectRefused(width, "protected twice");
}

TEST_F(MakePlan, HonoursMinimumWidths) {
    for (const std::string& structure : widthStructures()) {
        WidthRequest width = ratio(0.6, structure);
        width.minKeepGroups = 2;
        width.minKeepChannels = 70;
        const PlanResult result = plan(width);
        for (const LayerConfig& layer : after(result).layers) {
            EXPECT_GE(layer.kvHeads, 2) << structure;
            EXPECT_GE(layer.intermediateSize, 70) << structure;
        }
    }
    WidthRequest width = ratio(0.9);
    width.minKeepGroups = 100;
    width.minKeepChannels = 1000;
    const PlanResult all = plan(width);
    EXPECT_EQ(linearLeft(all), all_);
    EXPECT_THAT(all.warnings, testing::Contains(HasSubstr("must stay")));
}

TEST_F(MakePlan, RoundsChannelsToMultiples) {
    for (const int multiple : {2, 16, 64, 128}) {
        WidthRequest width = ratio(0.4);
        width.roundTo = multiple;
        const PlanResult bare = plan(ratio(0.4));
        const NetworkConfig plain = after(bare);
        const NetworkConfig rounded = after(plan(width));
        for (int layer = 0; layer < 8; ++layer) {
            const int before = plain.layers[layer].intermediateSize;
            const int got = rounded.layers[layer].intermediateSize;
            if (before == 200) {
                EXPECT_EQ(got, 200);
                continue;
            }
            EXPECT_EQ(got % multiple, 0);
            EXPECT_GE(got, multiple);
            if (before >= multiple && before <= 200 / multiple * multiple) {
                EXPECT_LE(std::abs(got - before), multiple / 2);
            }
            EXPECT_EQ(rounded.layers[layer].kvHeads, plain.layers[layer].kvHeads);
        }
    }
    WidthRequest width = ratio(0.4);
    width.roundTo = 201;
    expectRefused(width, "layer 0 has 200");
    width.roundTo = 0;
    expectRefused(width, "multiple of 0");
}

TEST_F(MakePlan, RoundingDropsTheWorstOrAddsTheBest) {
    WidthRequest width = ratio(0.4);
    width.roundTo = 64;
    const PlanResult result = plan(width);
    const KeptUnits kept = keptUnits(model_.config, result.plan);
    for (int layer = 0; layer < 8; ++layer) {
        const std::vector<float>& scores = result.decision->scores->layers[layer].channelScore;
        float worstKept = std::numeric_limits<float>::infinity();
        float bestRemoved = -std::numeric_limits<float>::infinity();
        for (std::size_t unit = 0; unit < scores.size(); ++unit)
            if (kept.channels[layer][unit])
                worstKept = std::min(worstKept, scores[unit]);
            else
                bestRemoved = std::max(bestRemoved, scores[unit]);
        EXPECT_GT(worstKept, bestRemoved);
    }
}

TEST_F(MakePlan, MeetsTargets) {
    for (const double fraction : {0.95, 0.8, 0.5, 0.35}) {
        WidthRequest width;
        width.targetParameters = static_cast<std::int64_t>(fraction * static_cast<double>(model_.parameters));
        PlanResult result = plan(width);
        EXPECT_LE(result.plan.accounting->parametersAfter, *width.targetParameters);
        EXPECT_LE(*width.targetParameters - result.plan.accounting->parametersAfter, group_);
        EXPECT_GT(widthOf(result.plan).ratio, 0.0);

        width.targetParameters.reset();
        width.targetBytes = static_cast<std::int64_t>(fraction * static_cast<double>(model_.bytes));
        result = plan(width);
        EXPECT_LE(result.plan.accounting->bytesAfter, *width.targetBytes);
        EXPECT_LE(*width.targetBytes - result.plan.accounting->bytesAfter, 4 * group_);
    }
}

TEST_F(MakePlan, TargetsThatAreMetAlreadyOrNever) {
    WidthRequest width;
    width.targetParameters = model_.parameters;
    EXPECT_TRUE(widthOf(plan(width).plan).keep.empty());
    width.targetParameters = 1000;
    expectRefused(width, "the smallest reachable is");
    width.targetParameters = 0;
    expectRefused(width, "must be positive");
    width.targetParameters = 50000;
    width.targetBytes = 50000;
    expectRefused(width, "exclude each other");
    width.targetBytes.reset();
    width.ratio = 0.2;
    expectRefused(width, "exclude each other");
}

TEST_F(MakePlan, TheSmallestReachableSizeIsReachable) {
    WidthRequest width;
    width.targetParameters = 1000;
    std::int64_t smallest = 0;
    try {
        (void)plan(width);
    } catch (const Error& error) {
        const std::string text = error.message();
        smallest = std::stoll(text.substr(text.rfind(' ') + 1));
    }
    ASSERT_GT(smallest, 1000);
    width.targetParameters = smallest;
    EXPECT_LE(plan(width).plan.accounting->parametersAfter, smallest);
}

TEST_F(MakePlan, ChopsThenNarrowsWhatIsLeft) {
    test::ShortRequest request{{{6, 2}, {4}, {5}, 0, ""}, ratio(0.25)};
    const PlanResult result = plan(request);
    const auto& chop = std::get<ChopStep>(result.plan.steps[0]);
    EXPECT_THAT(chop.layers, ElementsAre(2, 6));
    EXPECT_EQ(chop.chosenBy, (ChosenBy{"explicit", 2}));
    const NetworkConfig left = after(result);
    ASSERT_EQ(left.layerCount(), 6);
    EXPECT_EQ(left.layers[2].originalLayer, 3);
    EXPECT_EQ(left.layers[3].heads, 0);
    EXPECT_FALSE(left.layers[3].oBias);
    EXPECT_EQ(left.layers[4].intermediateSize, 0);
    EXPECT_EQ(left.originalLayers, 8);
    const std::int64_t afterChop = 5 * 4 * group_ + 5 * 200 * channel_;
    EXPECT_NEAR(static_cast<double>(linearLeft(result)), 0.75 * static_cast<double>(afterChop),
                1.5 * static_cast<double>(group_));
    EXPECT_EQ(result.decision->scores->layers.size(), 6u);
    EXPECT_TRUE(result.decision->scores->layers[3].groupScore.empty());
    EXPECT_TRUE(std::isnan(result.decision->groupThreshold[3]));
    EXPECT_FALSE(result.plan.calibration->chopped);
    EXPECT_THAT(result.warnings, testing::Contains(HasSubstr("before earlier steps")));
}

TEST_F(MakePlan, AnAnalysisOfTheChoppedNetworkNeedsNoWarning) {
    Analysis chopped = analysis_;
    chopped.layers.erase(chopped.layers.begin() + 2);
    chopped.choppedLayers = {2};
    const test::ShortRequest request{{{2}, {}, {}, 0, ""}, ratio(0.25)};
    const PlanResult result = makePlan(model_, &chopped, request);
    EXPECT_TRUE(result.plan.calibration->chopped);
    EXPECT_TRUE(result.warnings.empty());
    EXPECT_EQ(result.decision->scores->layers[2].layer, 3);
    // It cannot speak for the layer it did not see.
    EXPECT_THROW((void)makePlan(model_, &chopped, requestOf({}, ratio(0.25))), Error);
}

TEST_F(MakePlan, WidthsThatNothingWasChosenForNeedNoWarning) {
    const test::ShortRequest request{{{2}, {}, {}, 0, ""}, ratio(0.0)};
    const PlanResult result = makePlan(model_, &analysis_, request);
    EXPECT_TRUE(result.warnings.empty());
    EXPECT_TRUE(!result.plan.calibration || result.plan.calibration->chopped);
}

TEST_F(MakePlan, StrategiesChooseLayers) {
    test::addResidual(analysis_, {0.9f, 0.2f, 0.3f, 0.1f, 0.15f, 0.4f, 0.2f, 0.5f});
    test::ShortRequest request;
    request.chop.count = 2;
    request.chop.strategy = "block-influence";
    request.chop.attention = {3, 5};
    const PlanResult result = plan(request);
    const auto& chop = std::get<ChopStep>(result.plan.steps[0]);
    EXPECT_THAT(chop.layers, ElementsAre(3, 4));
    EXPECT_THAT(chop.attention, ElementsAre(5));
    EXPECT_EQ(chop.chosenBy, (ChosenBy{"block-influence", 2}));
    EXPECT_THAT(result.warnings, testing::Contains(HasSubstr("layer 3 is chopped")));
    EXPECT_EQ(result.plan.calibration->source, "toy.txt");

    request.chop.strategy = "max-gap";
    EXPECT_FALSE(makePlan(model_, nullptr, request).plan.calibration.has_value());
    request.chop.layers = {1};
    expectRefused(request, "exclude each other");
    request.chop.layers.clear();
    request.chop.count = 8;
    expectRefused(request, "cannot chop 8 of 8");
}

TEST_F(MakePlan, RefusesImpossibleChops) {
    expectRefused(test::ShortRequest{{{8}, {}, {}, 0, ""}, {}},
                  "steps[0].layers[0]: layer 8 is out of range");
    expectRefused(test::ShortRequest{{{-1}, {}, {}, 0, ""}, {}}, "layer -1 is out of range");
    expectRefused(test::ShortRequest{{{3, 3}, {}, {}, 0, ""}, {}}, "layer 3 appears twice");
    expectRefused(test::ShortRequest{{{3}, {3}, {}, 0, ""}, {}}, "steps[0].attention[0]: layer 3 is chopped");
    expectRefused(test::ShortRequest{{{0, 1, 2, 3, 4, 5, 6, 7}, {}, {}, 0, ""}, {}}, "nothing would be left");
    expectRefused(test::ShortRequest{{{}, {0, 1, 2, 3, 4, 5, 6, 7}, {0, 1, 2, 3, 4, 5, 6, 7}, 0, ""}, {}},
                  "nothing would be left");
}

TEST_F(MakePlan, RefusesValuesOutOfRange) {
    expectRefused(ratio(1.0), "at least 0 and below 1");
    expectRefused(ratio(-0.1), "at least 0 and below 1");
    expectRefused(ratio(std::nan("")), "at least 0 and below 1");
    WidthRequest width = ratio(0.2);
    width.metric = "WIFX";
    expectRefused(width, "unknown width metric 'WIFX'");
    expectRefused(ratio(0.2, "XL-AM"), "unknown structure 'XL-AM'");
    width = ratio(0.2);
    width.method = "nonsense";
    expectRefused(width, "unknown method 'nonsense'");
    width.method = "wanda-sp";
    expectRefused(width, "prunes as it goes");
    width.method = "chop";
    expectRefused(width, "removes layers");
    width = ratio(0.2, "AL-MM");
    width.removeHeads = 33;
    expectRefused(width, "at most 32 can go");
    width = ratio(0.5, "UL-MM");
    width.removeHeads = 32;
    expectRefused(width, "at most 24 can go");
    width = ratio(0.2);
    width.minKeepChannels = -1;
    expectRefused(width, "must not be negative");
}

TEST_F(MakePlan, RefusesToEmptyTheNetwork) {
    expectRefused(ratio(0.99999), "nothing would be left");
}

TEST_F(MakePlan, RefusesAnalysesOfOtherModels) {
    analysis_.modelFingerprint = "sha256:other";
    expectRefused(ratio(0.2), "another model");
    analysis_.modelFingerprint.clear();
    EXPECT_NO_THROW((void)plan(ratio(0.2)));
    analysis_.layers[3].downProj = test::randomAnalysis(test::network({1})).layers[0].downProj;
    expectRefused(ratio(0.2), "48 MLP channels in layer 3");
    EXPECT_THROW((void)makePlan(model_, nullptr, requestOf({}, ratio(0.2))), Error);
}

TEST_F(MakePlan, RatioZeroNeedsNothingAndChangesNothing) {
    for (const std::string method :
         {"flap", "magnitude-sp", "wanda-sp", "minitron", "ppm", "2ssp", "llm-pruner", "obs"}) {
        WidthRequest width;
        width.method = method;
        width.structure = "AL-MM";
        width.removeHeads = 3;
        for (const Analysis* analysis :
             {static_cast<const Analysis*>(nullptr), static_cast<const Analysis*>(&analysis_)}) {
            const PlanResult result = makePlan(model_, analysis, requestOf({}, width));
            EXPECT_TRUE(widthOf(result.plan).keep.empty());
            EXPECT_EQ(after(result), model_.config);
        }
    }
    EXPECT_EQ(after(makePlan(model_, nullptr, {})), model_.config);
}

TEST_F(MakePlan, CostFollowsTheStatistics) {
    WidthRequest width = ratio(0.45);
    const auto kept = [&] { return widthOf(plan(width).plan).keep; };
    width.statistics = Statistics::Reference;
    const auto reference = kept();
    width.cost = Cost::Reference;
    EXPECT_EQ(kept(), reference);
    width.cost.reset();
    width.statistics.reset();
    analysis_.statistics = Statistics::Reference;
    EXPECT_EQ(kept(), reference);
    EXPECT_EQ(plan(width).plan.calibration->statistics, "reference");
}

TEST_F(MakePlan, MagnitudeIgnoresCalibrationAndHasNoBias) {
    WidthRequest width = ratio(0.3);
    width.method = "magnitude-sp";
    const PlanResult result = plan(width);
    EXPECT_FALSE(widthOf(result.plan).bias);
    EXPECT_EQ(widthOf(result.plan).structure, "UL-UM");
    EXPECT_FALSE(result.plan.calibration.has_value());
    for (const LayerConfig& layer : after(result).layers) {
        EXPECT_EQ(layer.kvHeads, 3);
        EXPECT_EQ(layer.intermediateSize, 140);
        EXPECT_FALSE(layer.downBias);
    }
    for (LayerAnalysis& layer : analysis_.layers) {
        ChannelStatistics norms;
        norms.weightNorm2 = layer.oProj.weightNorm2;
        layer.oProj = norms;
        norms.weightNorm2 = layer.downProj.weightNorm2;
        layer.downProj = norms;
    }
    EXPECT_EQ(plan(width).plan, result.plan);
}

TEST_F(MakePlan, BiasIsPlannedWhereSomethingGoes) {
    const PlanResult result = plan(ratio(0.1));
    const NetworkConfig left = after(result);
    for (int layer = 0; layer < 8; ++layer) {
        EXPECT_EQ(left.layers[layer].oBias, left.layers[layer].kvHeads < 4);
        EXPECT_EQ(left.layers[layer].downBias, left.layers[layer].intermediateSize < 200);
    }
    WidthRequest width = ratio(0.1);
    width.bias = false;
    for (const LayerConfig& layer : after(plan(width)).layers) EXPECT_FALSE(layer.oBias || layer.downBias);
}

TEST_F(MakePlan, AQuantizedNetworkIsHealedByAdaptersAlone) {
    RecipeStep rounded{"quantize", "any", {}, {}, {}};
    rounded.options.set("bits", std::int64_t{4});
    HealStep heal;
    PlanRequest request;
    request.steps = {rounded, heal};
    expectRefused(request, "steps[1]: training all weights would undo the quantization");
    std::get<HealStep>(request.steps[1]).options.set("method", std::string("lora"));
    const PlanResult all = plan(request);
    EXPECT_THAT(all.warnings, testing::Contains(HasSubstr("56 quantized linears become matrices")));
    EXPECT_EQ(all.plan.accounting->bytesAfter, model_.bytes);
    EXPECT_LT(all.afterStep.front().bytesAfter, model_.bytes);
    std::get<HealStep>(request.steps[1])
        .options.set("lora-targets", std::vector<std::string>{"q_proj", "v_proj"});
    EXPECT_THAT(plan(request).warnings, testing::Contains(HasSubstr("16 quantized linears become")));
    std::swap(request.steps[0], request.steps[1]);
    std::get<HealStep>(request.steps[0]).options = {};
    EXPECT_LT(plan(request).plan.accounting->bytesAfter, model_.bytes);
}

TEST(MakePlanMqa, TheOnlyGroupNeverGoes) {
    const ModelSummary model = test::summary(test::Shape{5, 64, 4, 1, 16, 120, 100, false});
    const Analysis analysis = test::randomAnalysis(model.config);
    WidthRequest width;
    width.ratio = 0.6;
    const PlanResult result = makePlan(model, &analysis, requestOf({}, width));
    for (const LayerConfig& layer : plannedNetwork(model.config, result.plan).layers)
        EXPECT_EQ(layer.kvHeads, 1);
    EXPECT_EQ(result.decision->scores->layers[0].groupScore[0], 0.0f);
    EXPECT_TRUE(std::isnan(result.decision->groupThreshold[0]));
    width.structure = "AL-MM";
    width.ratio = 0.2;
    EXPECT_NO_THROW((void)makePlan(model, &analysis, requestOf({}, width)));
    width.removeHeads = 1;
    try {
        (void)makePlan(model, &analysis, requestOf({}, width));
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.hint(), HasSubstr("drop the attention"));
    }
}

}  // namespace
}  // namespace secateur
