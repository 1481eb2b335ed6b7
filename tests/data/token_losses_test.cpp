// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/token_losses.h"

#include <cmath>

#include <gtest/gtest.h>

#include "core/data/take_back.h"

namespace secateur {
namespace {

// Two windows of three tokens, of which two each have a loss.
TokenLossReport report() {
    TokenLossReport report;
    report.windows = 2;
    report.seqLen = 3;
    report.ids = {0, 1, 2, 3, 4, 5};
    report.texts = tokenTexts(report.ids, {});
    report.dense = {1.0F, 2.0F, 3.0F, 0.5F};
    report.planned = {1.5F, 1.0F, 3.0F, 2.5F};
    report.documents = {{4, 0, 3}, {5, 4, 5}};
    return report;
}

TEST(TokenLosses, WorstComeFirst) {
    const auto worst = worstTokens(report(), 3);
    ASSERT_EQ(worst.size(), 3u);
    EXPECT_EQ(worst[0].window, 1);
    EXPECT_EQ(worst[0].position, 2);
    EXPECT_FLOAT_EQ(worst[0].change(), 2.0F);
    EXPECT_FLOAT_EQ(worst[1].change(), 0.5F);
    EXPECT_FLOAT_EQ(worst[2].change(), 0.0F);
    EXPECT_EQ(worstTokens(report(), 99).size(), 4u);
    EXPECT_FLOAT_EQ(worstTokens(report(), 1, Worst::Loss)[0].planned, 3.0F);
    EXPECT_EQ(tokenText(report(), 1, 2).text, "#5");
}

TEST(TokenLosses, WindowsAndDocumentsSumUpToTheWhole) {
    const TokenLossReport values = report();
    EXPECT_EQ(windowSum(values, 0).tokens, 2);
    EXPECT_DOUBLE_EQ(windowSum(values, 0).change(), -0.5);
    EXPECT_DOUBLE_EQ(windowSum(values, 1).meanPlanned(), 2.75);
    // The first document has the first token of the second window too, which has no loss.
    EXPECT_EQ(documentSum(values, values.documents[0]).tokens, 2);
    EXPECT_EQ(documentSum(values, values.documents[1]).tokens, 2);
    EXPECT_DOUBLE_EQ(
        documentSum(values, values.documents[0]).change() + documentSum(values, values.documents[1]).change(),
        wholeSum(values).change());
    EXPECT_EQ(wholeSum(values).tokens, 4);
}

TEST(TokenLosses, ColourScalesEndAtUsualChanges) {
    EXPECT_FLOAT_EQ(usualChange(report(), 1.0), 2.0F);
    EXPECT_FLOAT_EQ(usualChange(report(), 0.5), 0.5F);
    TokenLossReport same = report();
    same.planned = same.dense;
    EXPECT_FLOAT_EQ(usualChange(same), 0.01F) << "nothing looks like a change where there is none";
}

TEST(TakeBack, DifferencesOfPerplexitiesCarryTheErrorOfPairs) {
    // Window means 1, 2 and 3 against 0.5, 1.5 and 2.5: paired, only the scale of the two differs.
    const std::vector<float> a{1, 1, 2, 2, 3, 3}, b{0.5, 0.5, 1.5, 1.5, 2.5, 2.5};
    const PerplexityDifference difference = perplexityDifference(a, b, 3);
    const double ofA = std::exp(2.0), ofB = std::exp(1.5);
    EXPECT_NEAR(difference.value, ofA - ofB, 1e-12);
    ASSERT_TRUE(difference.standardError);
    EXPECT_NEAR(*difference.standardError, (ofA - ofB) / std::sqrt(3.0), 1e-12);
    EXPECT_FALSE(perplexityDifference(a, b, 1).standardError);
    EXPECT_DOUBLE_EQ(*perplexityDifference(a, a, 3).standardError, 0.0);
}

TEST(TakeBack, RanksByWhatAParameterWinsBack) {
    const auto row = [](int layer, double won, std::int64_t parameters) {
        TakeBackRow result;
        result.what = {TakenBack::Kind::Layer, 0, layer};
        result.wonBack = won;
        result.parametersReturned = parameters;
        return result;
    };
    std::vector<TakeBackRow> rows{row(0, 5.0, 0), row(1, 1.0, 1'000'000), row(2, 1.0, 500'000),
                                  row(3, 9.0, 0)};
    rows.push_back(row(4, 0.0, 1));
    rows.back().problem = "cannot be";
    rank(rows);
    std::vector<int> order;
    for (const TakeBackRow& one : rows) order.push_back(one.what.layer);
    EXPECT_EQ(order, (std::vector<int>{2, 1, 3, 0, 4}));
    EXPECT_DOUBLE_EQ(*rows[0].wonPerMillion(), 2.0);
    EXPECT_FALSE(rows[2].wonPerMillion());
}

}  // namespace
}  // namespace secateur
