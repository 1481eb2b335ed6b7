// SPDX-License-Identifier: GPL-3.0-or-later
//
// Budgets as people write them.
#include <gtest/gtest.h>

#include "core/planning/budget.h"

namespace secateur {
namespace {

using Kind = Budget::Kind;

TEST(BudgetWords, AreReadAsTheUserMeansThem) {
    const std::pair<const char*, Budget> cases[] = {
        {"30 %", {Kind::Share, 0.30, 0}},
        {"0.5%", {Kind::Share, 0.005, 0}},
        {"4 GB", {Kind::Bytes, 0.0, 4'000'000'000}},
        {"4GiB", {Kind::Bytes, 0.0, 4'294'967'296}},
        {"900 kb", {Kind::Bytes, 0.0, 900'000}},
        {"2.5 B", {Kind::Parameters, 0.0, 2'500'000'000}},
        {"2.5b", {Kind::Parameters, 0.0, 2'500'000'000}},
        {"135M params", {Kind::Parameters, 0.0, 135'000'000}},
        {"4,200,000", {Kind::Parameters, 0.0, 4'200'000}},
        {"4 200 000 parameters", {Kind::Parameters, 0.0, 4'200'000}},
        {".5 B", {Kind::Parameters, 0.0, 500'000'000}},
        {"40 tokens/s", {Kind::Rate, 0.0, 0, 40.0}},
        {" 40.5 Tok/s ", {Kind::Rate, 0.0, 0, 40.5}},
        {"40t/s", {Kind::Rate, 0.0, 0, 40.0}},
        {"0.5 tokens/second", {Kind::Rate, 0.0, 0, 0.5}},
        {"40 tokens per second", {Kind::Rate, 0.0, 0, 40.0}},
        {"1.5x", {Kind::Speedup, 0.0, 0, 1.5}},
        {"2 X", {Kind::Speedup, 0.0, 0, 2.0}},
        {"1.25 times faster", {Kind::Speedup, 0.0, 0, 1.25}},
        {"3 \xC3\x97", {Kind::Speedup, 0.0, 0, 3.0}},
    };
    for (const auto& [text, expected] : cases) {
        const auto read = parseBudget(text);
        ASSERT_TRUE(read.has_value()) << text;
        EXPECT_EQ(*read, expected) << text;
    }
}

TEST(BudgetWords, OtherTextIsNone) {
    for (const char* text : {"",
                             "small",
                             "-3 GB",
                             "100 %",
                             "4 XB",
                             "1e9",
                             "0",
                             "0.4",
                             "%",
                             "GB",
                             "4 Gi",
                             "4 GB params",
                             "3.",
                             "1..5 B",
                             "0 tokens/s",
                             "tokens/s",
                             "40 tokens",
                             "40 /s",
                             "1x",
                             "0.5x",
                             "x",
                             "1.5xx",
                             "40 tokens/s please",
                             "1e99 tokens/s",
                             "99999999999999999999999 GB"})
        EXPECT_FALSE(parseBudget(text).has_value()) << text;
}

TEST(BudgetWords, AreReadAgainAsTheyAreWritten) {
    for (const Budget& budget :
         {Budget{Kind::Share, 0.3, 0}, Budget{Kind::Parameters, 0.0, 2'500'000'000},
          Budget{Kind::Bytes, 0.0, 4'000'000'000}, Budget{Kind::Bytes, 0.0, 512'000'000},
          Budget{Kind::Rate, 0.0, 0, 40.0}, Budget{Kind::Rate, 0.0, 0, 0.25}, Budget{Kind::Rate, 0.0, 0, 1e9},
          Budget{Kind::Speedup, 0.0, 0, 1.5}})
        EXPECT_EQ(parseBudget(budgetText(budget)), budget) << budgetText(budget);
}

TEST(BudgetWords, ASpeedHasATargetRate) {
    EXPECT_EQ(targetRate(*parseBudget("40 tokens/s"), 31.0), 40.0);
    EXPECT_EQ(targetRate(*parseBudget("1.5x"), 30.0), 45.0);
    EXPECT_TRUE(parseBudget("1.5x")->ofSpeed());
    EXPECT_FALSE(parseBudget("30 %")->ofSpeed());
}

}  // namespace
}  // namespace secateur
