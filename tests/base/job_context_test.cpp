// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/job_context.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace secateur {
namespace {

class JobContextTest : public ::testing::Test {
protected:
    void stage(double from = 0.0, double to = 1.0) {
        context.beginStage("work", 10.0, "units", from, to);
        for (int done = 1; done <= 10; ++done) context.advanceTo(done);
    }
    [[nodiscard]] double last() const { return reports.back().fraction; }

    std::vector<Progress> reports;
    JobContext context{{}, [this](const Progress& progress) { reports.push_back(progress); }};
};

TEST_F(JobContextTest, AStageRunsFromItsBeginningToItsEnd) {
    stage();
    EXPECT_DOUBLE_EQ(reports.front().fraction, 0.0);
    EXPECT_DOUBLE_EQ(last(), 1.0);
}

TEST_F(JobContextTest, ASecondStageTakesNothingBack) {
    stage(0.0, 0.6);
    stage(0.2, 0.5);
    stage(0.5, 1.0);
    for (std::size_t i = 1; i < reports.size(); ++i)
        EXPECT_GE(reports[i].fraction, reports[i - 1].fraction) << i;
    EXPECT_DOUBLE_EQ(last(), 1.0);
}

TEST_F(JobContextTest, PartsAreAsLongAsTheirWeights) {
    ProgressParts parts(context, {1.0, 2.0, 0.0, 1.0});
    const double ends[] = {0.25, 0.75, 0.75, 1.0};
    for (const double end : ends) {
        parts.next();
        stage();
        EXPECT_DOUBLE_EQ(last(), end);
    }
    parts.next();  // one more than was foreseen
    stage();
    EXPECT_DOUBLE_EQ(last(), 1.0);
}

TEST_F(JobContextTest, PartsOfAPartStayWithinIt) {
    ProgressParts outer(context, {1.0, 1.0});
    outer.next();
    {
        ProgressParts inner(context, {3.0, 1.0});
        inner.next();
        stage();
        EXPECT_DOUBLE_EQ(last(), 0.375);
        inner.next();
        stage();
        EXPECT_DOUBLE_EQ(last(), 0.5);
    }
    outer.next();
    stage();
    EXPECT_DOUBLE_EQ(last(), 1.0);
}

TEST_F(JobContextTest, WithoutWeightsEverythingIsDoneAtOnce) {
    ProgressParts parts(context, {0.0, 0.0});
    parts.next();
    stage();
    EXPECT_DOUBLE_EQ(last(), 1.0);
}

// Half of the job in 60 ms leaves about as long, however much of its own stage the second half is at.
TEST_F(JobContextTest, TheTimeLeftIsThatOfTheWholeJob) {
    ProgressParts parts(context, {1.0, 1.0});
    parts.next();
    context.beginStage("first", 1.0, "units");
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    context.advanceTo(1.0);
    const double soFar = reports.back().secondsLeft;
    EXPECT_GE(soFar, 0.06);
    parts.next();
    context.beginStage("second", 1.0, "units");
    context.advanceTo(1.0);
    EXPECT_NEAR(reports.back().secondsLeft, 0.0, 1e-9);
}

TEST_F(JobContextTest, TooLittleOfAJobSaysNothingOfItsTime) {
    const ProgressRange range(context, 0.0, 0.001);
    stage();
    EXPECT_LT(reports.back().secondsLeft, 0.0);
}

}  // namespace
}  // namespace secateur
