// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/preview_feed.h"

#include <QTest>

#include <gtest/gtest.h>

#include "tests/widgets/fake_engine.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/step_words.h"

namespace secateur {
namespace {

class PreviewFeedTest : public ::testing::Test {
protected:
    PreviewFeedTest() : feed_(document_, engine_) {
        feed_.setDelay(10);
        document_.setModel(testing::sampleModel());
        document_.setAnalysis(testing::sampleAnalysis());
        feed_.setText(textSource(QStringLiteral("leaves.txt")), {});
    }
    bool asked(std::size_t times) {
        return QTest::qWaitFor([&] { return engine_.previewed.size() >= times; }, 2000);
    }
    void setRatio(double ratio) {
        WidthRequest width = document_.width();
        width.ratio = ratio;
        document_.setWidth(QStringLiteral("ratio"), width);
    }

    PlanDocument document_;
    testing::FakeEngine engine_;
    PreviewFeed feed_;
};

TEST_F(PreviewFeedTest, AsksOnceEditsPause) {
    setRatio(0.1);
    setRatio(0.2);
    setRatio(0.3);
    ASSERT_TRUE(asked(1));
    QTest::qWait(50);
    EXPECT_EQ(engine_.previewed.size(), 1U);
    EXPECT_EQ(engine_.previewed.back().revision, document_.revision());
}

TEST_F(PreviewFeedTest, AnswerToAnOlderPlanIsDropped) {
    ASSERT_TRUE(asked(1));
    setRatio(0.3);
    engine_.finishPreview(10.0, 11.0);
    EXPECT_FALSE(feed_.report().has_value());
    ASSERT_TRUE(asked(2));
    engine_.finishPreview(10.0, 12.0);
    ASSERT_TRUE(feed_.report().has_value());
    EXPECT_DOUBLE_EQ(feed_.report()->planPerplexity, 12.0);
    EXPECT_EQ(feed_.state(), PreviewFeed::State::Current);
}

TEST_F(PreviewFeedTest, PlansStayWhenTheTextChangesAndSayWhatTheyWereJudgedOn) {
    ASSERT_TRUE(asked(1));
    engine_.finishPreview(10.0, 10.0);
    setRatio(0.3);
    ASSERT_TRUE(asked(2));
    engine_.finishPreview(10.0, 12.0);
    ASSERT_EQ(feed_.history().size(), 2U);
    EXPECT_LT(feed_.history()[1].report.accounting.parametersAfter,
              feed_.history()[0].report.accounting.parametersAfter);
    EXPECT_EQ(feed_.currentPoint(), feed_.history()[1].id);
    feed_.setText(textSource(QStringLiteral("other.txt")), {});
    EXPECT_EQ(feed_.currentPoint(), 0U);
    ASSERT_TRUE(asked(3));
    engine_.finishPreview(20.0, 24.0);
    ASSERT_EQ(feed_.history().size(), 3U) << "the same plan on other windows is another number";
    EXPECT_NE(feed_.history()[1].judged, feed_.history()[2].judged);
    document_.setModel(testing::sampleModel());
    EXPECT_TRUE(feed_.history().empty());
}

TEST_F(PreviewFeedTest, WhatADragWentThroughIsNotKept) {
    const int gesture = document_.beginGesture();
    const auto drag = [&](double ratio, std::size_t times) {
        WidthRequest width = document_.width();
        width.ratio = ratio;
        document_.setWidth(QStringLiteral("drag"), width, gesture);
        ASSERT_TRUE(asked(times));
        engine_.finishPreview(10.0, 10.0 + ratio);
    };
    ASSERT_TRUE(asked(1));
    engine_.finishPreview(10.0, 10.0);
    drag(0.1, 2);
    drag(0.2, 3);
    ASSERT_EQ(feed_.history().size(), 2U);
    EXPECT_DOUBLE_EQ(feed_.history()[1].report.planPerplexity, 10.2);
    feed_.plans().rename(feed_.history()[1].id, QStringLiteral("stays"));
    drag(0.3, 4);
    ASSERT_EQ(feed_.history().size(), 3U) << "a plan with a name is there to stay";
    document_.undoStack()->undo();
    ASSERT_TRUE(asked(5));
    engine_.finishPreview(10.0, 10.0);
    ASSERT_EQ(feed_.history().size(), 3U) << "the plan before is in the list once";
    setRatio(0.4);
    ASSERT_TRUE(asked(6));
    engine_.finishPreview(10.0, 10.4);
    EXPECT_EQ(feed_.history().size(), 4U) << "an edit of its own adds to the list";
}

TEST_F(PreviewFeedTest, ADeletedPlanCanBeTakenBack) {
    ASSERT_TRUE(asked(1));
    engine_.finishPreview(10.0, 10.0);
    setRatio(0.3);
    ASSERT_TRUE(asked(2));
    engine_.finishPreview(10.0, 12.0);
    PlanList& plans = feed_.plans();
    const std::uint64_t first = plans.points()[0].id;
    EXPECT_FALSE(plans.canTakeBack());
    plans.remove(first);
    ASSERT_EQ(plans.points().size(), 1U);
    ASSERT_TRUE(plans.canTakeBack());
    plans.takeBack();
    ASSERT_EQ(plans.points().size(), 2U);
    EXPECT_EQ(plans.points()[0].id, first);
}

TEST_F(PreviewFeedTest, FailureIsSaidAndTheNextEditTriesAgain) {
    ASSERT_TRUE(asked(1));
    engine_.fail(EngineTask::Preview, QStringLiteral("leaves.txt: too short."));
    EXPECT_EQ(feed_.state(), PreviewFeed::State::Failed);
    EXPECT_EQ(feed_.problem(), QStringLiteral("leaves.txt: too short."));
    setRatio(0.2);
    EXPECT_TRUE(asked(2));
}

TEST_F(PreviewFeedTest, WaitsForItsButtonWhenNotAutomatic) {
    ASSERT_TRUE(asked(1));
    engine_.finishPreview(10.0, 10.0);
    feed_.setAutomatic(false);
    setRatio(0.4);
    QTest::qWait(60);
    EXPECT_EQ(engine_.previewed.size(), 1U);
    feed_.runNow();
    EXPECT_EQ(engine_.previewed.size(), 2U);
}

TEST_F(PreviewFeedTest, MoreMeasuredOfTheSameTextDoesNotRunAgain) {
    ASSERT_TRUE(asked(1));
    engine_.finishPreview(10.0, 10.0);
    document_.setAnalysis(testing::sampleAnalysis(true));
    QTest::qWait(60);
    EXPECT_EQ(engine_.previewed.size(), 1U);
    EXPECT_EQ(feed_.state(), PreviewFeed::State::Current);
}

TEST(PlanInWords, NamesWhatIsRemoved) {
    Plan plan;
    EXPECT_EQ(planInWords(plan), QStringLiteral("nothing removed"));
    ChopStep chop;
    chop.layers = {3, 4, 5, 8};
    plan.steps.emplace_back(chop);
    WidthStep width;
    width.method = "flap";
    width.ratio = 0.2;
    width.structure = "AL-AM";
    plan.steps.emplace_back(width);
    EXPECT_EQ(planInWords(plan), QStringLiteral("layers 3-5,8 chopped, FLAP 20.0 % AL-AM"));
}

}  // namespace
}  // namespace secateur
