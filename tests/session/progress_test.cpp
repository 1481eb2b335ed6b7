// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the real jobs report of their progress: never less than before, and not that all is done long before
// it is.
#include <algorithm>

#include "core/planning/planner.h"
#include "tests/session/fixtures.h"

namespace secateur {
namespace {

class ProgressTest : public testing::Test {
protected:
    void expectSteady(const char* job) {
        ASSERT_GT(reports_.size(), 2U) << job;
        std::size_t atEnd = 0;
        for (std::size_t i = 0; i < reports_.size(); ++i) {
            const double before = i > 0 ? reports_[i - 1].fraction : 0.0;
            EXPECT_GE(reports_[i].fraction, before) << job << " " << i;
            EXPECT_LE(reports_[i].fraction, 1.0);
            atEnd += reports_[i].fraction > 0.99 ? 1 : 0;
        }
        EXPECT_GT(reports_.back().fraction, 0.9) << job;
        EXPECT_LT(atEnd, 1 + reports_.size() / 2) << job << ": " << reports_.size();
        reports_.clear();
    }

    std::vector<Progress> reports_;
    JobContext context_{{}, [this](const Progress& progress) { reports_.push_back(progress); }};
    std::shared_ptr<Session> session_ = fixtures::open(fixtures::golden("llama3-gqa"));
    TokenWindows windows_ = fixtures::tokens(*session_, "llama3-gqa", "evaluation", 3);
};

TEST_F(ProgressTest, AComparisonOfAllStrategiesNeverGoesBackwards) {
    for (const bool growing : {false, true}) {
        JobContext context{{}, [this](const Progress& progress) { reports_.push_back(progress); }};
        static_cast<void>(session_->chopSweep(nullptr, windows_, {chopStrategies(), {}, growing}, context));
        expectSteady(growing ? "growing" : "at once");
    }
}

TEST_F(ProgressTest, MeasuringWithLeaveOneOutNeverGoesBackwards) {
    MeasureOptions options;
    options.leaveOneOut = true;
    static_cast<void>(session_->measure(windows_, options, context_, {}));
    expectSteady("measure");
}

// Finding the shares is one pass, the method's is two.
TEST_F(ProgressTest, AStepThatSharesOutItsSparsityHasBothItsPasses) {
    const Plan plan = session_
                          ->plan(nullptr, &windows_,
                                 fixtures::stepsRequest({"wanda sparsity=0.5 allocation=owl"}), context_)
                          .plan;
    reports_.clear();
    static_cast<void>(
        session_->preview(plan, nullptr, windows_, {.perToken = false, .calibration = &windows_}, context_));
    const auto last = [&](const std::string& stage) {
        double fraction = 0.0;
        for (const Progress& report : reports_)
            if (report.stage == stage) fraction = report.fraction;
        return fraction;
    };
    ASSERT_GT(last("wanda"), 0.0);
    EXPECT_NEAR(last("outliers") / last("wanda"), 1.0 / 3.0, 0.05);
    expectSteady("shares");
}

TEST_F(ProgressTest, APreviewThatCalibratesNeverGoesBackwards) {
    const PlanRequest request =
        fixtures::stepsRequest({"chop layers=1", "wanda sparsity=0.5", "gptq bits=4 group=0"});
    JobContext quiet;
    const Plan plan = session_->plan(nullptr, &windows_, request, quiet).plan;
    PreviewOptions options;
    options.calibration = &windows_;
    static_cast<void>(session_->preview(plan, nullptr, windows_, options, context_));
    expectSteady("preview");
}

TEST_F(ProgressTest, ASweepSaysWhatItWillCompare) {
    const ChopSweepReport report =
        session_->chopSweep(nullptr, windows_, {chopStrategies(), {}, true}, context_);
    EXPECT_EQ(report.networks, static_cast<int>(report.rows.size()));
}

}  // namespace
}  // namespace secateur
