// SPDX-License-Identifier: GPL-3.0-or-later
//
// Budgets of speed as a user types and reads them, over measurements that are made up.
#include "widgets/panels/budget_box.h"

#include <QLabel>
#include <QPushButton>

#include <gtest/gtest.h>

#include "tests/widgets/fake_engine.h"
#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_network.h"
#include "tests/widgets/sample_speed.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"
#include "widgets/document/rate_feed.h"

namespace secateur {
namespace {

using testing::findNamed;
using testing::finishRate;
using testing::valueOf;

class BudgetOfSpeed : public ::testing::Test {
protected:
    BudgetOfSpeed() : feed_(document_, engine_), rates_(document_, feed_, engine_), box_(document_, &rates_) {
        box_.show();
        document_.setModel(testing::sampleModel());
        document_.setAnalysis(testing::sampleAnalysis());
    }
    void type(const char* text) {
        auto* field = findNamed<QLineEdit>(box_, "Budget");
        field->selectAll();
        QTest::keyClicks(field, QLatin1String(text));
        QTest::keyClick(field, Qt::Key_Return);
    }
    QString note() { return box_.findChild<QLabel*>(QStringLiteral("budgetNote"))->text(); }
    QString achieved() { return valueOf(box_, "Achieved"); }
    QString field() { return findNamed<QLineEdit>(box_, "Budget")->text(); }
    QPushButton& measure() { return *findNamed<QPushButton>(box_, "Measure speed"); }
    int edits() { return document_.undoStack()->count(); }
    // "about 45.1 tokens/s" -> 45.1
    static double numberIn(const QString& text) {
        for (const QString& word : text.split(QLatin1Char(' '))) {
            bool ok = false;
            const double number = QString(word).remove(QLatin1Char('x')).toDouble(&ok);
            if (ok) return number;
        }
        return 0.0;
    }

    PlanDocument document_;
    testing::FakeEngine engine_;
    PreviewFeed feed_;
    RateFeed rates_;
    BudgetBox box_;
};

TEST_F(BudgetOfSpeed, MeasuresTheMachineFirstAndThenMeetsTheRate) {
    type("45 tokens/s");
    EXPECT_EQ(note(), QStringLiteral("Measuring the speed of this machine..."));
    EXPECT_EQ(achieved(), QStringLiteral("-"));
    EXPECT_EQ(field(), QStringLiteral("45 tokens/s"));
    ASSERT_EQ(engine_.rateRequests.size(), 1U);
    EXPECT_FALSE(engine_.rateRequests[0].planned.has_value());
    EXPECT_EQ(engine_.rateRequests[0].options.batches, std::vector<int>{1});
    EXPECT_EQ(edits(), 0) << "nothing is cut before the speed is known";

    finishRate(engine_);
    EXPECT_EQ(document_.undoStack()->undoText(), QStringLiteral("Set budget to 45 tokens/s"));
    ASSERT_TRUE(document_.valid()) << document_.problem().toStdString();
    EXPECT_EQ(field(), QStringLiteral("45 tokens/s"));
    EXPECT_TRUE(achieved().startsWith(QStringLiteral("about "))) << achieved().toStdString();
    EXPECT_TRUE(achieved().endsWith(QStringLiteral(" tokens/s"))) << achieved().toStdString();
    EXPECT_GE(numberIn(achieved()), 45.0);
    EXPECT_LE(numberIn(achieved()), 47.5) << "no more is cut than that asks for";
    EXPECT_TRUE(note().startsWith(QStringLiteral("Predicted: about "))) << note().toStdString();
    EXPECT_TRUE(note().endsWith(QStringLiteral(
        "dense 40 tokens/s (half of the steps: 39.22 to 40.82), one sequence after a prompt of "
        "32 tokens, cpu, float32, 1 thread.")))
        << note().toStdString();
    document_.undoStack()->undo();
    EXPECT_TRUE(field().isEmpty());
    EXPECT_EQ(achieved(), QStringLiteral("0.0 % fewer"));
}

TEST_F(BudgetOfSpeed, ASpeedUpIsShownAsOneAndTheMachineIsMeasuredOnce) {
    type("1.1x");
    finishRate(engine_);
    EXPECT_GE(numberIn(achieved()), 1.1) << achieved().toStdString();
    EXPECT_TRUE(achieved().endsWith(QLatin1Char('x')));
    type("1.2x");
    EXPECT_EQ(engine_.rateRequests.size(), 1U);
    EXPECT_GE(numberIn(achieved()), 1.2);
    EXPECT_EQ(edits(), 2);
    document_.setModel(testing::sampleModel());  // the same network again
    document_.setAnalysis(testing::sampleAnalysis());
    type("1.2x");
    EXPECT_EQ(engine_.rateRequests.size(), 1U);
    engine_.place.threads = 2;  // another place
    type("1.3x");
    EXPECT_EQ(engine_.rateRequests.size(), 2U);
}

TEST_F(BudgetOfSpeed, ARateThatNoRatioReachesNamesTheNearest) {
    type("900 tok/s");
    finishRate(engine_);
    EXPECT_TRUE(note().startsWith(QStringLiteral("No ratio reaches 900 tokens/s: the nearest is about ")))
        << note().toStdString();
    EXPECT_EQ(edits(), 0);
    EXPECT_EQ(field(), QStringLiteral("900 tok/s")) << "to be changed";
    type("30 tokens/s");
    EXPECT_TRUE(note().startsWith(QStringLiteral("The network writes 40 tokens/s as it is, one sequence ")))
        << note().toStdString();
    EXPECT_EQ(edits(), 0);
}

TEST_F(BudgetOfSpeed, WhatThePlanAchievesIsMeasuredWhenAskedFor) {
    type("45 tokens/s");
    finishRate(engine_);
    ASSERT_TRUE(measure().isVisible());
    measure().click();
    ASSERT_EQ(engine_.rateRequests.size(), 2U);
    ASSERT_TRUE(engine_.rateRequests[1].planned.has_value());
    EXPECT_EQ(engine_.rateRequests[1].planned->plan, document_.result()->plan);
    EXPECT_FALSE(measure().isEnabled());
    EXPECT_EQ(note(), QStringLiteral("Measuring the speed of what the plan leaves..."));
    finishRate(engine_, 0.02);
    EXPECT_EQ(achieved(), QStringLiteral("50 tokens/s"));
    EXPECT_TRUE(note().startsWith(
        QStringLiteral("Measured: 50 tokens/s (half of the steps: 49.02 to 51.02); dense 40 tokens/s")))
        << note().toStdString();
    document_.setPartRemoved(2, LayerPart::Layer, true);
    EXPECT_TRUE(achieved().startsWith(QStringLiteral("about "))) << "no number of another plan";
}

TEST_F(BudgetOfSpeed, AMeasurementThatFailsSaysWhyAndMayBeTriedAgain) {
    type("45 tokens/s");
    engine_.fail(EngineTask::Rate, QStringLiteral("There is not enough memory."));
    EXPECT_EQ(note(), QStringLiteral("The speed could not be measured. There is not enough memory."));
    EXPECT_TRUE(field().isEmpty());
    type("45 tokens/s");
    EXPECT_EQ(engine_.rateRequests.size(), 2U);
    engine_.fail(EngineTask::Rate, {}, {}, true);
    EXPECT_TRUE(note().contains(QStringLiteral("cancelled"))) << note().toStdString();
}

TEST_F(BudgetOfSpeed, AnotherBudgetMeanwhileIsTakenInstead) {
    type("45 tokens/s");
    type("30 %");
    EXPECT_EQ(document_.undoStack()->undoText(), QStringLiteral("Set budget to 30 %"));
    finishRate(engine_);
    EXPECT_EQ(document_.undoStack()->undoText(), QStringLiteral("Set budget to 30 %"));
    EXPECT_EQ(edits(), 1);
    EXPECT_TRUE(achieved().endsWith(QStringLiteral("fewer")));
}

TEST_F(BudgetOfSpeed, AMethodThatPrunesAsItGoesIsTakenToLoseTheSameEverywhere) {
    WidthRequest width = document_.width();
    width.method = "wanda-sp";
    document_.setWidth(QStringLiteral("method"), width);
    type("50 tokens/s");
    finishRate(engine_);
    // 24 ms of layers in 25 ms: 20 ms are left by a ratio of 5/24.
    EXPECT_NEAR(document_.width().ratio, 5.0 / 24.0, 0.01);
    EXPECT_TRUE(document_.waiting()) << "for the engine to plan";
}

}  // namespace
}  // namespace secateur
