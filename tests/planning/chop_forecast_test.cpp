// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/chop_forecast.h"

#include <gmock/gmock.h>

#include "core/planning/planner.h"

namespace secateur {
namespace {

using ::testing::ElementsAre;

ChopForecast forecastOf(const std::vector<std::string>& names, const std::vector<int>& counts,
                        const Analysis* analysis = nullptr) {
    std::vector<ChopStrategy> strategies;
    for (const std::string& name : names) strategies.push_back(chopStrategy(name));
    return forecastChops(strategies, chopLots(counts, false), {0, 1, 2, 3, 4, 5}, analysis);
}

// Six layers: without the last, and without the last two. 6 layers of the dense network hold all of both.
TEST(ChopForecast, NetworksThatAreTheBeginningOfOthersCostOnlyTheirHeads) {
    const ChopForecast top = forecastOf({"top"}, {1, 2});
    EXPECT_EQ(top.networks, 2);
    EXPECT_THAT(top.lots, ElementsAre(6.0 + 3.0));
    EXPECT_DOUBLE_EQ(top.total(), 9.0);
}

// Without the first layer nothing is shared: 5 layers on top of the dense 6.
TEST(ChopForecast, NetworksThatBeginOtherwiseCostAllOfTheirLayers) {
    EXPECT_DOUBLE_EQ(forecastOf({"bottom"}, {1}).total(), 6.0 + 5.0 + 2.0);
}

TEST(ChopForecast, EqualNetworksCostOnce) {
    const ChopForecast both = forecastOf({"output", "top-keep-last"}, {1, 2});
    EXPECT_EQ(both.networks, 4);
    EXPECT_DOUBLE_EQ(both.total(), forecastOf({"output"}, {1, 2}).total());
}

TEST(ChopForecast, CountsThatAStrategyCannotRemoveAreLeftOut) {
    EXPECT_EQ(forecastOf({"max-gap"}, {1, 4, 5}).networks, 2);
    EXPECT_EQ(forecastOf({"top"}, {1, 4, 5}).networks, 3);
}

TEST(ChopForecast, ANetworkIsMeasuredOnceForAllThatNeedIt) {
    const double one = forecastOf({"angular"}, {1}).choosing[0];
    EXPECT_GT(one, 0.0);
    EXPECT_THAT(forecastOf({"angular", "block-influence"}, {1}).choosing, ElementsAre(one, 0.0));
    Analysis analysis;
    EXPECT_THAT(forecastOf({"angular"}, {1}, &analysis).choosing, ElementsAre(0.0));
}

TEST(ChopForecast, SearchesCostMoreThanAnythingElse) {
    const std::vector<int> all = allChopCounts(6);
    for (const ChopStrategy& strategy : chopStrategyTable()) {
        const ChopForecast forecast = forecastOf({strategy.name}, all);
        EXPECT_EQ(forecast.searching[0] > 0.0, searchesChops(strategy)) << strategy.name;
        EXPECT_GT(forecast.total(), 0.0) << strategy.name;
    }
    EXPECT_GT(forecastOf({"finercut"}, all).total(), forecastOf({"greedy"}, all).total());
    EXPECT_GT(forecastOf({"greedy"}, all).total(), forecastOf({"top"}, all).total());
}

TEST(ChopForecast, GrowingCurvesBeginWithTheSmallestCounts) {
    EXPECT_THAT(chopLots({1, 2, 3, 4, 5, 6, 7}, true),
                ElementsAre(std::vector{1, 2}, std::vector{3, 4}, std::vector{5, 6}, std::vector{7}));
    EXPECT_THAT(chopLots({1, 2, 3}, false), ElementsAre(std::vector{1, 2, 3}));
    EXPECT_THAT(chopLots({2}, true), ElementsAre(std::vector{2}));
}

}  // namespace
}  // namespace secateur
