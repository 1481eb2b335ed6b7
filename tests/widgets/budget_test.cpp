// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/budget.h"

#include <gtest/gtest.h>

#include "tests/widgets/sample_network.h"
#include "widgets/document/plan_document.h"

namespace secateur {
namespace {

class BudgetOfPlan : public ::testing::Test {
protected:
    BudgetOfPlan() {
        document_.setModel(testing::sampleModel());
        document_.setAnalysis(testing::sampleAnalysis());
    }
    void set(const char* text) {
        document_.edit(QStringLiteral("budget"), withBudget(document_.wishes(), *parseBudget(text), sums()));
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

TEST_F(BudgetOfPlan, ARatioTakesThePlaceOfATarget) {
    set("30 %");
    document_.edit(QStringLiteral("ratio"), withRatio(document_.wishes(), 0.25));
    ASSERT_TRUE(document_.valid());
    EXPECT_FALSE(budgetOf(document_.wishes()).has_value());
    EXPECT_EQ(document_.width().ratio, 0.25);
    EXPECT_NEAR(sums().removedFraction, 0.25, 0.05) << "whole groups and channels of a small network";
}

TEST_F(BudgetOfPlan, PutsAMissingWidthBeforeTheStepsThatChangeLinears) {
    PlanWishes wishes;
    ChopRequest chop;
    chop.layers = {1};
    wishes.steps.push_back({chop});
    wishes.steps.push_back({HealStep{}});
    const PlanWishes narrowed = withBudget(wishes, *parseBudget("30 %"), sums());
    ASSERT_EQ(narrowed.steps.size(), 3U);
    EXPECT_TRUE(std::holds_alternative<WidthRequest>(narrowed.steps[1].wished));
    EXPECT_TRUE(std::holds_alternative<HealStep>(narrowed.steps[2].wished));
}

TEST_F(BudgetOfPlan, IsMetByANetworkThatIsSmallerAlready) {
    EXPECT_TRUE(isMet(*parseBudget("4 GB"), sums()));
    EXPECT_FALSE(isMet(*parseBudget("10 kB"), sums()));
    EXPECT_FALSE(isMet(*parseBudget("30 %"), sums()));
}

}  // namespace
}  // namespace secateur
