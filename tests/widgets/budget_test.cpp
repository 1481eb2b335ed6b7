// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/budget.h"

#include <gtest/gtest.h>

#include "tests/widgets/sample_network.h"
#include "widgets/document/plan_document.h"

namespace secateur {
namespace {

using Kind = Budget::Kind;

TEST(Budget, ReadsTheWordsOfTheUser) {
    const std::pair<const char*, Budget> cases[] = {
        {"30 %", {Kind::Share, 0.30, 0}},
        {"0.5%", {Kind::Share, 0.005, 0}},
        {"4 GB", {Kind::Bytes, 0.0, 4'000'000'000}},
        {"4GiB", {Kind::Bytes, 0.0, 4'294'967'296}},
        {"900 kb", {Kind::Bytes, 0.0, 900'000}},
        {"2.5 B", {Kind::Parameters, 0.0, 2'500'000'000}},
        {"135M params", {Kind::Parameters, 0.0, 135'000'000}},
        {"4,200,000", {Kind::Parameters, 0.0, 4'200'000}},
    };
    for (const auto& [text, expected] : cases) {
        const auto read = parseBudget(QLatin1String(text));
        ASSERT_TRUE(read.has_value()) << text;
        EXPECT_EQ(*read, expected) << text;
    }
    for (const char* text : {"", "small", "-3 GB", "100 %", "4 XB", "1e9", "0", "0.4"})
        EXPECT_FALSE(parseBudget(QLatin1String(text)).has_value()) << text;
}

TEST(Budget, IsReadAgainAsItIsWritten) {
    for (const Budget& budget :
         {Budget{Kind::Share, 0.3, 0}, Budget{Kind::Parameters, 0.0, 2'500'000'000},
          Budget{Kind::Bytes, 0.0, 4'000'000'000}, Budget{Kind::Bytes, 0.0, 512'000'000}})
        EXPECT_EQ(parseBudget(budgetText(budget)), budget) << budgetText(budget).toStdString();
}

class BudgetOfPlan : public ::testing::Test {
protected:
    BudgetOfPlan() {
        document_.setModel(testing::sampleModel());
        document_.setAnalysis(testing::sampleAnalysis());
    }
    void set(const char* text) {
        document_.edit(QStringLiteral("budget"),
                       withBudget(document_.wishes(), *parseBudget(QLatin1String(text)), sums()));
        ASSERT_TRUE(document_.valid()) << document_.problem().toStdString();
    }
    const Accounting& sums() { return *document_.result()->plan.accounting; }

    PlanDocument document_;
};

TEST_F(BudgetOfPlan, IsMetByTheWidthStep) {
    const Accounting dense = sums();
    set("30 %");
    EXPECT_LE(sums().parametersAfter, dense.parametersBefore * 0.7);
    EXPECT_GT(sums().parametersAfter, dense.parametersBefore * 0.6);
    const std::int64_t bytes = dense.bytesBefore * 8 / 10;
    set((std::to_string(bytes / 1000) + " kB").c_str());
    EXPECT_LE(sums().bytesAfter, bytes);
    EXPECT_GT(sums().bytesAfter, bytes * 0.85);
    set("0 %");
    EXPECT_EQ(sums().parametersAfter, dense.parametersBefore);
    EXPECT_FALSE(budgetOf(document_.wishes()).has_value());
}

TEST_F(BudgetOfPlan, PutsAMissingWidthBeforeTheStepsThatChangeLinears) {
    PlanWishes wishes;
    ChopRequest chop;
    chop.layers = {1};
    wishes.steps.push_back({chop});
    wishes.steps.push_back({HealStep{}});
    const PlanWishes narrowed = withBudget(wishes, *parseBudget(QStringLiteral("30 %")), sums());
    ASSERT_EQ(narrowed.steps.size(), 3U);
    EXPECT_TRUE(std::holds_alternative<WidthRequest>(narrowed.steps[1].wished));
    EXPECT_TRUE(std::holds_alternative<HealStep>(narrowed.steps[2].wished));
}

TEST_F(BudgetOfPlan, IsMetByANetworkThatIsSmallerAlready) {
    EXPECT_TRUE(isMet(*parseBudget(QStringLiteral("4 GB")), sums()));
    EXPECT_FALSE(isMet(*parseBudget(QStringLiteral("10 kB")), sums()));
    EXPECT_FALSE(isMet(*parseBudget(QStringLiteral("30 %")), sums()));
}

}  // namespace
}  // namespace secateur
