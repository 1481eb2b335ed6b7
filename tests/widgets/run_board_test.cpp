// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/run_board.h"

#include <QSignalSpy>
#include <QTemporaryDir>

#include <gmock/gmock.h>

#include "tests/widgets/fake_engine.h"
#include "tests/widgets/sample_runs.h"
#include "widgets/document/heal_draft.h"
#include "widgets/document/settings.h"

namespace secateur {
namespace {

using ::testing::ElementsAre;
using testing::healJobRow;
using testing::samplePoint;
using testing::sampleRun;

class RunBoardTest : public ::testing::Test {
protected:
    RunBoardTest() : settings_(folder_.filePath(QStringLiteral("s.ini"))) {
        settings_.setWorkspace(QStringLiteral("/runs"));
        board_ = std::make_unique<RunBoard>(engine_, settings_);
    }
    void list(const std::vector<RunRecord>& runs) {
        Q_EMIT engine_.runsListed(QStringLiteral("/runs"), runs);
    }
    HealJob job() const {
        HealJob job;
        job.folder = QStringLiteral("/runs/twig-1");
        job.run = sampleRun("twig-1", RunState::Interrupted, 0).request;
        job.parameters = 1000;
        return job;
    }
    const RunEntry& run() const { return *board_->find(QStringLiteral("/runs/twig-1")); }

    QTemporaryDir folder_;
    testing::FakeEngine engine_;
    Settings settings_;
    std::unique_ptr<RunBoard> board_;
};

TEST_F(RunBoardTest, WhyARunFailedIsSaidInWordsOfTheWindow) {
    RunRecord failed = sampleRun("twig-1", RunState::Interrupted, 3);
    failed.problem = "step 3: the loss is not a finite number; lower the learning rate (--lr)";
    const std::string said = "step 3: the loss is not a finite number; lower the learning rate";
    list({failed});
    EXPECT_EQ(run().record.problem, said);
    Q_EMIT engine_.runChanged(failed);
    EXPECT_EQ(run().record.problem, said);
}

TEST_F(RunBoardTest, ReadsTheWorkspaceAtOnceAndWhenItChanges) {
    EXPECT_THAT(engine_.listed, ElementsAre(QStringLiteral("/runs")));
    list({sampleRun("a", RunState::Complete, 20), sampleRun("b", RunState::Paused, 7)});
    ASSERT_EQ(board_->runs().size(), 2U);
    EXPECT_EQ(stateLabel(board_->runs()[1]), QStringLiteral("paused"));
    settings_.setWorkspace(QStringLiteral("/other"));
    EXPECT_EQ(engine_.listed.back(), QStringLiteral("/other"));
    list({});  // the answer about the old folder comes late
    EXPECT_EQ(board_->runs().size(), 2U);
}

TEST_F(RunBoardTest, AFinishedRunNamesItsBestStep) {
    board_->start(job());
    HealReport report;
    report.folder = "/runs/twig-1";
    report.steps = 70;
    report.tokens = 5000;
    report.evalPerplexityBefore = 1.956;
    report.evalPerplexity = 1.742;
    report.standardError = 0.031;
    report.bestStep = 20;
    report.stoppedEarly = true;
    QSignalSpy finished(board_.get(), &RunBoard::finished);
    Q_EMIT engine_.healed(report);
    ASSERT_EQ(finished.count(), 1);
    const QString summary = finished.at(0).at(1).toString();
    EXPECT_TRUE(summary.contains(
        QStringLiteral("held-out perplexity 1.956, best 1.742 \u00b1 0.031 at step 20; stopped after "
                       "step 70, it no longer fell.")))
        << summary.toStdString();
}

// What was learned by heart after the best held-out perplexity is not the result.
TEST(HealDraft, KeepsTheBestCheckpointAndStopsWhenItNoLongerPays) {
    for (const HealMethod method : {HealMethod::Continued, HealMethod::Lora, HealMethod::Distill}) {
        const HealOptions options = usualOptions(method);
        EXPECT_TRUE(options.keepBest);
        EXPECT_GT(options.patience, 0);
        EXPECT_LE(options.evaluateEvery, 10);
    }
}

TEST_F(RunBoardTest, FollowsARunFromStartToPauseAndBack) {
    board_->start(job());
    ASSERT_EQ(engine_.healJobs.size(), 1U);
    EXPECT_FALSE(engine_.healJobs[0].resume);
    EXPECT_EQ(stateLabel(run()), QStringLiteral("queued"));
    EXPECT_FALSE(run().canPause());
    EXPECT_TRUE(run().canCancel());
    Q_EMIT engine_.jobChanged(healJobRow(3, "/runs/twig-1", JobState::Running, 0.25));
    EXPECT_TRUE(run().canPause());
    EXPECT_DOUBLE_EQ(run().fraction, 0.25);
    board_->pause(run().folder());
    board_->pause(run().folder());
    EXPECT_THAT(engine_.paused, ElementsAre(QStringLiteral("/runs/twig-1")));
    EXPECT_EQ(stateLabel(run()), QStringLiteral("pausing"));
    EXPECT_FALSE(run().canResume());
    Q_EMIT engine_.runChanged(sampleRun("twig-1", RunState::Paused, 5));
    Q_EMIT engine_.jobChanged(healJobRow(3, "/runs/twig-1", JobState::Done, 1.0));
    EXPECT_EQ(stateLabel(run()), QStringLiteral("paused"));
    ASSERT_TRUE(run().canResume());
    board_->resume(run().folder());
    ASSERT_EQ(engine_.healJobs.size(), 2U);
    EXPECT_TRUE(engine_.healJobs[1].resume);
    EXPECT_FALSE(engine_.healJobs[1].plan.has_value());
    EXPECT_EQ(engine_.healJobs[1].run.model, "/runs/twig-1/start");
}

TEST_F(RunBoardTest, CancelStopsTheJobAndLeavesTheRunToBeResumed) {
    board_->start(job());
    Q_EMIT engine_.jobChanged(healJobRow(9, "/runs/twig-1", JobState::Running));
    board_->cancel(run().folder());
    EXPECT_THAT(engine_.cancelled, ElementsAre(9));
    EXPECT_EQ(stateLabel(run()), QStringLiteral("stopping"));
    EXPECT_FALSE(run().canCancel());
    Q_EMIT engine_.runChanged(sampleRun("twig-1", RunState::Interrupted, 5));
    Q_EMIT engine_.jobChanged(healJobRow(9, "/runs/twig-1", JobState::Cancelled));
    EXPECT_EQ(stateLabel(run()), QStringLiteral("interrupted"));
    EXPECT_TRUE(run().canResume());
}

TEST_F(RunBoardTest, RunsOfOtherProgramsAreLeftAlone) {
    list({sampleRun("a", RunState::Running, 3)});
    const RunEntry& other = board_->runs().front();
    EXPECT_EQ(stateLabel(other), QStringLiteral("running elsewhere"));
    EXPECT_FALSE(other.canResume() || other.canDelete() || other.canCancel() || other.canOpen());
    board_->remove(other.folder());
    EXPECT_TRUE(engine_.deleted.empty());
}

TEST_F(RunBoardTest, PointsGrowTheCurveAndGoBackWithTheRun) {
    list({sampleRun("twig-1", RunState::Interrupted, 10)});
    QSignalSpy grown(board_.get(), &RunBoard::progressed);
    Q_EMIT engine_.healProgressed(QStringLiteral("/runs/twig-1"), {samplePoint(6), samplePoint(7)});
    ASSERT_EQ(run().record.points.size(), 7U);  // resumed after step 5
    EXPECT_EQ(run().record.points.back().step, 7);
    EXPECT_EQ(run().record.tokens, 7 * 128);
    EXPECT_DOUBLE_EQ(run().record.flops, 6.0 * 1000.0 * 128.0 * 7.0);
    EXPECT_EQ(grown.size(), 1);
}

TEST_F(RunBoardTest, SelectionIsKeptForTheNextTimeAndHasAnEnd) {
    QStringList many;
    for (int i = 0; i < 9; ++i) many << QStringLiteral("/runs/r%1").arg(i);
    board_->select(many);
    EXPECT_EQ(board_->selected().size(), 7);
    board_->select({QStringLiteral("/runs/a"), QStringLiteral("/runs/b")});
    RunBoard again(engine_, settings_);
    EXPECT_EQ(again.selected(), board_->selected());
    board_->start(job());
    EXPECT_EQ(board_->selected().last(), QStringLiteral("/runs/twig-1"));
    EXPECT_EQ(board_->current()->folder(), QStringLiteral("/runs/twig-1"));
}

TEST_F(RunBoardTest, WhatIsGoneIsForgotten) {
    list({sampleRun("a", RunState::Complete, 20)});
    board_->select({QStringLiteral("/runs/a")});
    board_->remove(QStringLiteral("/runs/a"));
    EXPECT_THAT(engine_.deleted, ElementsAre(QStringLiteral("/runs/a")));
    EXPECT_EQ(board_->runs().size(), 1U);  // until it is
    Q_EMIT engine_.runRemoved(QStringLiteral("/runs/a"));
    EXPECT_TRUE(board_->runs().empty());
    EXPECT_TRUE(board_->selected().isEmpty());
    EXPECT_EQ(board_->current(), nullptr);
}

TEST_F(RunBoardTest, AColourIsARunsOwnUntilItIsDeleted) {
    list({sampleRun("r-10", RunState::Complete, 20), sampleRun("r-2", RunState::Complete, 20)});
    EXPECT_EQ(board_->colourOf(QStringLiteral("/runs/r-2")), 0);
    EXPECT_EQ(board_->colourOf(QStringLiteral("/runs/r-10")), 1);
    board_->select({QStringLiteral("/runs/r-10"), QStringLiteral("/runs/r-2")});
    // Runs that come later and stand before them in the folder change nothing, nor does the next start.
    list({sampleRun("a", RunState::Complete, 20), sampleRun("r-10", RunState::Complete, 20),
          sampleRun("r-2", RunState::Complete, 20)});
    board_ = std::make_unique<RunBoard>(engine_, settings_);
    list({sampleRun("a", RunState::Complete, 20), sampleRun("r-10", RunState::Complete, 20),
          sampleRun("r-2", RunState::Complete, 20)});
    EXPECT_EQ(board_->colourOf(QStringLiteral("/runs/r-2")), 0);
    EXPECT_EQ(board_->colourOf(QStringLiteral("/runs/r-10")), 1);
    EXPECT_EQ(board_->colourOf(QStringLiteral("/runs/a")), 2);
    Q_EMIT engine_.runRemoved(QStringLiteral("/runs/r-10"));
    board_->start(job());
    EXPECT_EQ(board_->colourOf(QStringLiteral("/runs/twig-1")), 1);
}

TEST_F(RunBoardTest, FolderNamesAreNotUsedTwice) {
    settings_.setWorkspace(folder_.path());
    ASSERT_TRUE(QDir(folder_.path()).mkdir(QStringLiteral("twig-lora-1")));
    EXPECT_EQ(board_->newFolder(QStringLiteral("twig-lora")),
              folder_.filePath(QStringLiteral("twig-lora-2")));
}

}  // namespace
}  // namespace secateur
