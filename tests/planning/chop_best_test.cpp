// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/chop_best.h"

#include <cmath>

#include <gmock/gmock.h>

#include "core/planning/planner.h"

namespace secateur {
namespace {

using ::testing::ElementsAre;

ChopSweepRow row(const std::string& strategy, std::vector<int> layers, double perplexity) {
    ChopSweepRow row;
    row.strategy = strategy;
    row.count = static_cast<int>(layers.size());
    row.chop.layers = std::move(layers);
    row.perplexity = perplexity;
    return row;
}

ChopSweepReport report() {
    ChopSweepReport report;
    report.layers = 6;
    report.densePerplexity = 10.0;
    report.rows = {row("a", {5}, 10.4),       row("b", {2}, 10.2),      row("c", {2}, 10.2),
                   row("a", {4, 5}, 11.0),    row("b", {2, 3}, 11.0),   row("c", {1, 2}, HUGE_VAL),
                   row("a", {3, 4, 5}, 12.0), row("b", {2, 3, 4}, 15.0)};
    return report;
}

TEST(ChopBest, NamesTheLeastAtEveryCountAndWhoRemovesTheSame) {
    const std::vector<BestChop> bests = bestChops(report());
    ASSERT_EQ(bests.size(), 3U);
    EXPECT_EQ(bests[0].count, 1);
    EXPECT_EQ(bests[0].row, 1);
    EXPECT_THAT(bests[0].alike, ElementsAre(2));
    EXPECT_EQ(bests[2].row, 6);
    EXPECT_TRUE(bests[2].alike.empty());
}

TEST(ChopBest, AttentionAloneIsLessThanSoManyLayers) {
    ChopSweepReport all = report();
    ChopSweepRow attention = row("greedy-attention", {}, 10.1);
    attention.count = 1;
    attention.chop.attention = {3};
    ChopSweepRow two = attention;  // two sublayers for a layer, which happen to be of attention
    two.strategy = "finercut";
    two.chop.attention = {3, 4};
    two.perplexity = 10.15;
    all.rows.push_back(attention);
    EXPECT_EQ(bestChops(all)[0].row, 1);
    all.rows.push_back(two);
    EXPECT_EQ(bestChops(all)[0].row, 9);
}

TEST(ChopBest, WhoHeldTheCountBeforeHoldsOnWhereEqual) {
    EXPECT_EQ(bestChops(report())[1].row, 4);
}

TEST(ChopBest, TheLargestAffordableCount) {
    EXPECT_EQ(affordableCount(report(), 0.01), 1);  // none is: the smallest
    EXPECT_EQ(affordableCount(report(), 0.05), 1);
    EXPECT_EQ(affordableCount(report(), 0.10001), 2);
    EXPECT_EQ(affordableCount(report(), 0.5), 3);
    EXPECT_EQ(affordableCount({}, 0.05), 0);
}

TEST(ChopBest, AComparisonBeginsWithFiveQuickStrategies) {
    int first = 0;
    for (const ChopStrategy& strategy : chopStrategyTable()) {
        if (!strategy.comparedFirst) continue;
        ++first;
        EXPECT_NE(strategy.look, ChopLook::Search) << strategy.name;
        EXPECT_FALSE(strategy.merge) << strategy.name;
    }
    EXPECT_EQ(first, 5);
}

}  // namespace
}  // namespace secateur
