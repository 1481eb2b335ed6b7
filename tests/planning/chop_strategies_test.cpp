// SPDX-License-Identifier: GPL-3.0-or-later
//
// Index sets of algorithms.md 4.3 and the score-driven strategies of section 5.
#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/planning/planner.h"
#include "tests/planning/toy_network.h"

namespace secateur {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::IsEmpty;
using testing::Pointwise;

std::vector<int> choose(const std::string& strategy, int layers, int count) {
    return chooseLayers(strategy, layers, count, nullptr);
}

// Those that planning alone answers.
std::vector<std::string> plannedStrategies() {
    std::vector<std::string> names;
    for (const ChopStrategy& strategy : chopStrategyTable())
        if (strategy.needs == ChopNeeds::Nothing || strategy.needs == ChopNeeds::Analysis)
            names.push_back(strategy.name);
    return names;
}

TEST(ChopStrategies, MaxGap) {
    EXPECT_THAT(choose("max-gap", 8, 3), ElementsAre(1, 3, 6));
    EXPECT_THAT(choose("max-gap", 32, 8), ElementsAre(2, 6, 10, 14, 17, 21, 25, 29));
    EXPECT_THAT(choose("max-gap", 32, 16),
                ElementsAre(1, 3, 5, 7, 9, 11, 13, 15, 16, 18, 20, 22, 24, 26, 28, 30));
    EXPECT_THAT(choose("max-gap", 22, 6), ElementsAre(2, 5, 9, 12, 16, 19));
    EXPECT_THAT(choose("max-gap", 3, 1), ElementsAre(1));
}

TEST(ChopStrategies, ByPosition) {
    EXPECT_THAT(choose("top", 8, 3), ElementsAre(5, 6, 7));
    EXPECT_THAT(choose("top-keep-last", 8, 3), ElementsAre(4, 5, 6));
    EXPECT_THAT(choose("top-keep-last", 3, 2), ElementsAre(0, 1));
    EXPECT_THAT(choose("bottom", 8, 3), ElementsAre(0, 1, 2));
    EXPECT_THAT(choose("both-ends", 8, 3), ElementsAre(0, 6, 7));
    EXPECT_THAT(choose("both-ends", 8, 4), ElementsAre(0, 1, 6, 7));
}

std::vector<int> fromTo(int first, int last) {
    std::vector<int> all;
    for (int i = first; i <= last; ++i) all.push_back(i);
    return all;
}

// The vectors of the paper's five configurations (arXiv 2305.14864): half of 24 layers, and an odd count.
TEST(ChopStrategies, LayerChopsConfigurations) {
    EXPECT_EQ(choose("input", 24, 12), fromTo(1, 12));
    EXPECT_EQ(choose("output", 24, 12), fromTo(11, 22));
    EXPECT_EQ(choose("middle", 24, 12), fromTo(6, 17));
    std::vector<int> both = fromTo(1, 6);
    for (const int layer : fromTo(17, 22)) both.push_back(layer);
    EXPECT_EQ(choose("both", 24, 12), both);
    EXPECT_THAT(choose("input", 8, 3), ElementsAre(1, 2, 3));
    EXPECT_THAT(choose("output", 8, 3), ElementsAre(4, 5, 6));
    EXPECT_THAT(choose("both", 8, 3), ElementsAre(1, 2, 6));
    EXPECT_THAT(choose("middle", 8, 3), ElementsAre(3, 4, 5));
    EXPECT_THAT(choose("middle", 9, 3), ElementsAre(3, 4, 5));
}

TEST(ChopStrategies, LayerChopKeepsTheFirstAndTheLastLayer) {
    for (const char* strategy : {"max-gap", "input", "middle", "both", "output"}) {
        for (int layers = 1; layers <= 13; ++layers) {
            for (int count = 0; count <= layers - 2; ++count) {
                const std::vector<int> removed = choose(strategy, layers, count);
                EXPECT_EQ(static_cast<int>(removed.size()), count) << strategy << layers;
                EXPECT_THAT(removed, testing::Not(testing::Contains(0))) << strategy << layers;
                EXPECT_THAT(removed, testing::Not(testing::Contains(layers - 1))) << strategy << layers;
            }
            EXPECT_THAT(choose(strategy, layers, 0), IsEmpty());
            if (layers < 2) continue;
            try {
                (void)choose(strategy, layers, layers - 1);
                ADD_FAILURE() << strategy << " removed all but one of " << layers;
            } catch (const Error& error) {
                EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
                EXPECT_THAT(error.message(), testing::HasSubstr("first and the last layer"));
                EXPECT_THAT(error.hint(), testing::HasSubstr(std::to_string(layers - 2)));
            }
        }
    }
}

TEST(ChopStrategies, OutputIsTopWithTheLastKept) {
    for (int count = 0; count <= 10; ++count)
        EXPECT_EQ(choose("output", 12, count), choose("top-keep-last", 12, count));
}

TEST(ChopStrategies, BaselinesSayThatTheyAreNotThePapers) {
    for (const char* strategy : {"top", "bottom", "both-ends"})
        EXPECT_THAT(chopStrategy(strategy).summary, testing::HasSubstr("baseline")) << strategy;
}

TEST(ChopStrategies, TheSuggestionFollowsThePurpose) {
    EXPECT_EQ(suggestedChop(ChopPurpose::Healed, 300'000'000), "max-gap");
    EXPECT_EQ(suggestedChop(ChopPurpose::Healed, 1'100'000'000), "input");
    EXPECT_EQ(suggestedChop(ChopPurpose::AsItIs, 7'000'000'000), "block-influence");
    for (const ChopPurpose purpose : {ChopPurpose::Healed, ChopPurpose::AsItIs})
        for (const std::int64_t parameters : {1'000, 2'000'000'000})
            EXPECT_NO_THROW((void)chopStrategy(suggestedChop(purpose, parameters)));
}

PlanRequest chopThen(std::vector<StepRequest> others) {
    ChopRequest chop;
    chop.count = 2;
    others.insert(others.begin(), chop);
    return {std::move(others)};
}

std::string namedFirst(PlanRequest request, bool scored, std::string& said) {
    const std::vector<std::string> all = nameStrategies(request, 300'000'000, scored);
    EXPECT_EQ(all.size(), 1U);
    said = all.empty() ? "" : all.front();
    return std::get<ChopRequest>(request.steps.front()).strategy;
}

TEST(ChopStrategies, AChopWithoutAStrategyGetsTheOneForWhatFollows) {
    std::string said;
    const RecipeStep other{"sparsify", "magnitude", {}, {}, {}};
    EXPECT_EQ(namedFirst(chopThen({other, HealStep{}}), true, said), "max-gap");
    EXPECT_THAT(said, testing::HasSubstr("as a heal step follows"));
    EXPECT_EQ(namedFirst(chopThen({other}), true, said), "block-influence");
    EXPECT_THAT(said, testing::HasSubstr("where the result is healed, max-gap is suggested"));
    EXPECT_EQ(namedFirst(chopThen({}), false, said), "max-gap");
    EXPECT_THAT(said, testing::HasSubstr("where the result is not healed, block-influence is suggested"));
    // Healing before the chop is not healing of it.
    PlanRequest late = chopThen({});
    late.steps.insert(late.steps.begin(), HealStep{});
    static_cast<void>(nameStrategies(late, 300'000'000, true));
    EXPECT_EQ(std::get<ChopRequest>(late.steps.back()).strategy, "block-influence");
    // What is named stays, and so does what names layers itself.
    PlanRequest named = chopThen({HealStep{}});
    std::get<ChopRequest>(named.steps.front()).strategy = "top";
    ChopRequest listed;
    listed.layers = {1};
    named.steps.emplace_back(listed);
    const PlanRequest before = named;
    EXPECT_TRUE(nameStrategies(named, 300'000'000, true).empty());
    EXPECT_EQ(named, before);
}

TEST(ChopStrategies, PlanningNamesThemAndSaysSo) {
    const ModelSummary model = test::summary(test::Shape{});
    const PlanResult result = makePlan(model, nullptr, chopThen({}));
    EXPECT_EQ(std::get<ChopStep>(result.plan.steps.front()).chosenBy->strategy, "max-gap");
    EXPECT_THAT(result.warnings, testing::Contains(testing::HasSubstr("chosen by max-gap")));
}

TEST(ChopStrategies, EveryStrategyRemovesExactlyTheCount) {
    Analysis analysis = test::randomAnalysis(test::network({9}));
    test::addResidual(analysis, {0.9f, 0.2f, 0.3f, 0.1f, 0.1f, 0.4f, 0.2f, 0.1f, 0.5f});
    analysis.leaveOneOut = LeaveOneOut{10.0, {90, 20, 30, 10, 10, 40, 20, 10, 50}, {}, {}};
    for (const std::string& strategy : plannedStrategies())
        for (int count = 0; count <= 9 - chopStrategy(strategy).keeps; ++count) {
            const std::vector<int> removed = chooseLayers(strategy, 9, count, &analysis);
            EXPECT_EQ(static_cast<int>(removed.size()), count) << strategy;
            EXPECT_TRUE(std::is_sorted(removed.begin(), removed.end()));
            EXPECT_EQ(std::adjacent_find(removed.begin(), removed.end()), removed.end());
            for (const int layer : removed) EXPECT_TRUE(layer >= 0 && layer < 9);
        }
}

TEST(ChopStrategies, ByScoreLowestIndexFirst) {
    Analysis analysis = test::randomAnalysis(test::network({5}));
    test::addResidual(analysis, {0.5f, 0.1f, 0.3f, 0.1f, 0.1f});
    EXPECT_THAT(chooseLayers("block-influence", 5, 2, &analysis), ElementsAre(1, 3));
    EXPECT_THAT(chooseLayers("relative-update", 5, 3, &analysis), ElementsAre(1, 3, 4));
    // The nearest pair of points two layers apart is the last one, which ends after the last layer.
    EXPECT_THAT(chooseLayers("angular", 5, 2, &analysis), ElementsAre(3, 4));
    EXPECT_THAT(chooseLayers("angular-last", 5, 1, &analysis), ElementsAre(1));
    analysis.leaveOneOut = LeaveOneOut{10.0, {50, 12, 11, 12, 30}, {}, {}};
    EXPECT_THAT(chooseLayers("leave-one-out", 5, 2, &analysis), ElementsAre(1, 2));
}

TEST(ChopStrategies, RefusesWhatCannotBe) {
    const auto code = [](const std::string& strategy, int layers, int count, const Analysis* analysis) {
        try {
            (void)chooseLayers(strategy, layers, count, analysis);
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::Internal;
    };
    const Analysis four = test::randomAnalysis(test::network({4}));
    EXPECT_EQ(code("top", 4, 4, nullptr), ErrorCode::InvalidArgument);
    EXPECT_EQ(code("top", 4, -1, nullptr), ErrorCode::InvalidArgument);
    EXPECT_EQ(code("nonsense", 4, 1, nullptr), ErrorCode::InvalidArgument);
    EXPECT_EQ(code("block-influence", 4, 1, nullptr), ErrorCode::InvalidArgument);
    EXPECT_EQ(code("block-influence", 4, 1, &four), ErrorCode::InvalidArgument);  // not measured
    EXPECT_EQ(code("angular", 4, 1, &four), ErrorCode::InvalidArgument);
    EXPECT_EQ(code("leave-one-out", 4, 1, &four), ErrorCode::InvalidArgument);
    EXPECT_EQ(code("block-influence", 5, 1, &four), ErrorCode::InvalidArgument);
}

TEST(ChopStrategies, CountOfAFractionRoundsHalfUp) {
    EXPECT_EQ(chopCount(0.25, 10), 3);
    EXPECT_EQ(chopCount(0.24, 10), 2);
    EXPECT_EQ(chopCount(0.0, 10), 0);
    EXPECT_EQ(chopCount(0.99, 10), 9);
    EXPECT_THROW((void)chopCount(1.0, 10), Error);
}

TEST(LayerMetrics, ValuesPerLayer) {
    Analysis analysis = test::randomAnalysis(test::network({3}));
    test::addResidual(analysis, {0.292893f, 0.1f, 0.2f});
    analysis.leaveOneOut = LeaveOneOut{10.0, {30, 20, 10}, {3, 2, 1}, {6, 5, 4}};
    const auto near = [](std::vector<float> values) { return Pointwise(FloatNear(1e-6f), values); };
    EXPECT_THAT(layerMetric(analysis, "block-influence").values, near({0.292893f, 0.1f, 0.2f}));
    EXPECT_THAT(layerMetric(analysis, "angular").values, near({0.292893f, 0.1f, 0.2f}));
    EXPECT_THAT(layerMetric(analysis, "leave-one-out").values, near({30, 20, 10}));
    EXPECT_THAT(layerMetric(analysis, "leave-one-out-attention").values, near({3, 2, 1}));
    EXPECT_THAT(layerMetric(analysis, "leave-one-out-mlp").values, near({6, 5, 4}));
    EXPECT_THAT(layerMetric(analysis, "block-influence").layers, ElementsAre(0, 1, 2));
    const std::vector<float> share = layerMetric(analysis, "fluctuation-share").values;
    EXPECT_NEAR(share[0] + share[1] + share[2], 1.0f, 1e-5f);
    for (const std::string& metric : layerMetrics())
        EXPECT_EQ(layerMetric(analysis, metric).values.size(), 3u) << metric;
    EXPECT_THROW((void)layerMetric(analysis, "nonsense"), Error);
    analysis.leaveOneOut.reset();
    EXPECT_THROW((void)layerMetric(analysis, "leave-one-out"), Error);
}

}  // namespace
}  // namespace secateur
