// SPDX-License-Identifier: GPL-3.0-or-later
//
// Healing in the window over the real session: one click starts it, the curve moves, it pauses, goes on, is
// cancelled and compared, and is found again by a new window. The window stays responsive all the while.
#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>

#include <gtest/gtest.h>

#include "app/workbench/session_engine.h"
#include "app/workbench/workbench_window.h"
#include "tests/widgets/event_loop_watch.h"
#include "tests/widgets/find_widget.h"
#include "widgets/models/runs_model.h"
#include "widgets/panels/message_bar.h"
#include "widgets/plots/heal_curves_view.h"

namespace secateur {
namespace {

using testing::findNamed;
using testing::valueOf;

constexpr int kPatience = 240000;

class WorkbenchHealTest : public ::testing::Test {
protected:
    WorkbenchHealTest() : settings_(folder_.filePath(QStringLiteral("s.ini"))) {
        settings_.setWorkspace(folder_.filePath(QStringLiteral("runs")));
        settings_.setMeasureOnOpen(false);
        settings_.setTraining({{}, 60, 32});
        settings_.setHeldOut({{}, 8, 32});
        openWindow();
    }
    ~WorkbenchHealTest() override { closeWindow(); }

    void openWindow() {
        SessionOptions options;
        options.dtype = ComputeDtype::F32;
        engine_ = std::make_unique<SessionEngine>(options);
        window_ = std::make_unique<WorkbenchWindow>(*engine_, settings_);
        window_->resize(1280, 800);
        window_->show();
        window_->layouts().choose(QStringLiteral("Heal"));
    }
    void closeWindow() {
        window_.reset();
        engine_.reset();
    }
    bool eventually(const std::function<bool()>& holds) { return QTest::qWaitFor(holds, kPatience); }
    void openDemo() {
        window_->workflow().openDemo();
        ASSERT_TRUE(eventually([&] { return window_->workflow().document().model() != nullptr; })) << log();
        findNamed<QSpinBox>(*window_, "Batch")->setValue(4);
        findNamed<QSpinBox>(*window_, "Evaluate every")->setValue(2);
        findNamed<QSpinBox>(*window_, "Checkpoint every")->setValue(3);
    }
    void budget(double steps) { findNamed<QDoubleSpinBox>(*window_, "Budget")->setValue(steps); }
    // Healing chopped layers as an edit of the plan, which nobody saved.
    void discardPlan() {
        auto* question = window_->findChild<QMessageBox*>();
        ASSERT_NE(question, nullptr);
        question->button(QMessageBox::Discard)->click();
    }
    QPushButton* button(const char* name) { return findNamed<QPushButton>(*window_, name); }
    std::string log() { return findNamed<QPlainTextEdit>(*window_, "Log")->toPlainText().toStdString(); }
    HealCurvesView& curves() { return *window_->findChild<HealCurvesView*>(); }
    RunBoard& board() { return window_->workflow().runs(); }
    std::int64_t steps() { return board().current() == nullptr ? 0 : board().current()->record.steps; }
    bool idleAs(const char* state) {
        return eventually([&] {
            const RunEntry* run = board().current();
            return run != nullptr && !run->active() && stateLabel(*run) == QLatin1String(state);
        });
    }
    QString runCell(int row, RunsModel::Column column) {
        return findNamed<QTableView>(*window_, "Runs")->model()->index(row, column).data().toString();
    }

    QTemporaryDir folder_;
    Settings settings_;
    std::unique_ptr<SessionEngine> engine_;
    std::unique_ptr<WorkbenchWindow> window_;
};

TEST_F(WorkbenchHealTest, OneClickHealsAndTheResultOpens) {
    openDemo();
    budget(6);
    double before = -1.0;  // how far the job says it is when the first step is done
    QObject::connect(engine_.get(), &EngineClient::jobChanged, engine_.get(), [&](const JobRow& row) {
        if (steps() == 0 && row.state == JobState::Running && !row.run.isEmpty()) before = row.fraction;
    });
    button("Start")->click();
    ASSERT_TRUE(eventually([&] { return !curves().isEmpty(); })) << log();
    ASSERT_TRUE(idleAs("complete")) << log();
    const RunRecord& run = board().current()->record;
    EXPECT_EQ(run.steps, 6);
    EXPECT_EQ(run.points.size(), 6U);
    ASSERT_TRUE(run.evalBefore && run.evalPerplexity && run.densePerplexity) << log();
    EXPECT_LT(*run.evalPerplexity, *run.evalBefore);
    EXPECT_LT(*run.densePerplexity, *run.evalPerplexity);
    EXPECT_GT(run.flops, 0.0);
    EXPECT_EQ(runCell(0, RunsModel::State), QStringLiteral("complete"));
    EXPECT_TRUE(
        window_->messages().message().startsWith(QStringLiteral("Healed sprout-12-chop4-continued-1")))
        << window_->messages().message().toStdString();
    button("Open checkpoint")->click();
    discardPlan();
    ASSERT_TRUE(eventually([&] { return window_->workflow().document().model()->config.layerCount() == 8; }))
        << log();
    EXPECT_LT(before, 0.5) << "what comes before the first step is a small part of the job";
}

TEST_F(WorkbenchHealTest, PausesResumesAndIsCancelled) {
    openDemo();
    budget(400);
    button("Start")->click();
    ASSERT_TRUE(eventually([&] { return steps() >= 4; })) << log();
    EXPECT_TRUE(button("Pause")->isEnabled());
    button("Pause")->click();
    ASSERT_TRUE(idleAs("paused")) << log();
    const std::int64_t paused = steps();
    EXPECT_TRUE(button("Resume")->isEnabled());
    button("Resume")->click();
    ASSERT_TRUE(eventually([&] { return steps() >= paused + 2; })) << log();
    EXPECT_EQ(static_cast<std::int64_t>(board().current()->record.points.size()), steps());
    button("Cancel")->click();
    ASSERT_TRUE(idleAs("interrupted")) << log();
    EXPECT_TRUE(button("Resume")->isEnabled());
    EXPECT_FALSE(window_->messages().isVisible());  // nothing went wrong
    EXPECT_NE(log().find("goes on after step " + std::to_string(paused)), std::string::npos) << log();
}

TEST_F(WorkbenchHealTest, TwoRunsAreComparedAndFoundAgainByANewWindow) {
    openDemo();
    budget(3);
    button("Start")->click();
    ASSERT_TRUE(idleAs("complete")) << log();
    findNamed<QComboBox>(*window_, "Healing method")->setCurrentIndex(1);
    button("Start")->click();
    ASSERT_TRUE(eventually([&] { return board().runs().size() == 2 && !board().current()->active(); }))
        << log();
    const auto compared = [&] {
        const QString text = curves().textSummary();
        return text.contains(QStringLiteral("continued-1: 3 steps")) &&
               text.contains(QStringLiteral("lora-1: 3 steps"));
    };
    ASSERT_TRUE(eventually(compared)) << curves().textSummary().toStdString();
    const QString summary = curves().textSummary();
    window_->close();
    closeWindow();
    openWindow();
    ASSERT_TRUE(eventually(compared)) << curves().textSummary().toStdString();
    EXPECT_EQ(curves().textSummary(), summary);
    ASSERT_EQ(findNamed<QTableView>(*window_, "Runs")->model()->rowCount(), 2);
    EXPECT_EQ(runCell(1, RunsModel::Method), QStringLiteral("lora"));
}

TEST_F(WorkbenchHealTest, ClosingTheWindowSavesTheStepsOfTheRun) {
    openDemo();
    findNamed<QSpinBox>(*window_, "Checkpoint every")->setValue(100);
    budget(400);
    button("Start")->click();
    ASSERT_TRUE(eventually([&] { return steps() >= 4; })) << log();
    EXPECT_FALSE(window_->close());
    discardPlan();
    EXPECT_TRUE(window_->messages().message().contains(QStringLiteral("Pausing")))
        << window_->messages().message().toStdString();
    ASSERT_TRUE(eventually([&] { return !window_->isVisible(); })) << log();
    const std::int64_t saved = steps();
    EXPECT_GE(saved, 4);
    closeWindow();
    openWindow();
    ASSERT_TRUE(idleAs("paused"));
    button("Resume")->click();
    const std::string after = "goes on after step " + std::to_string(saved);
    ASSERT_TRUE(eventually([&] { return log().find(after) != std::string::npos; })) << log();
    button("Cancel")->click();
    ASSERT_TRUE(idleAs("interrupted")) << log();
}

TEST_F(WorkbenchHealTest, ADestroyedWindowLeavesTheRunToBeResumed) {
    openDemo();
    budget(400);
    button("Start")->click();
    ASSERT_TRUE(eventually([&] { return steps() >= 4; })) << log();
    closeWindow();
    openWindow();
    ASSERT_TRUE(idleAs("interrupted"));
    button("Resume")->click();  // needs no open model
    ASSERT_TRUE(eventually([&] { return log().find("goes on after step ") != std::string::npos; })) << log();
    button("Cancel")->click();
    ASSERT_TRUE(idleAs("interrupted")) << log();
}

TEST_F(WorkbenchHealTest, TheWindowStaysResponsiveWhileARunHeals) {
    openDemo();
    budget(400);
    button("Start")->click();
    ASSERT_TRUE(eventually([&] { return steps() >= 2; })) << log();
    const auto heal = [&] {
        const std::int64_t until = steps() + 12;
        EXPECT_TRUE(eventually([&] { return steps() >= until; })) << log();
    };
    EXPECT_LE(testing::longestAwayIn(heal), testing::kLongestAway);
    button("Pause")->click();
    ASSERT_TRUE(idleAs("paused")) << log();
}

TEST_F(WorkbenchHealTest, TextShorterThanABatchIsSaidAndLeavesNothing) {
    openDemo();
    findNamed<QSpinBox>(*window_, "Batch")->setValue(4096);
    button("Start")->click();
    ASSERT_TRUE(eventually([&] { return window_->messages().isVisible(); })) << log();
    EXPECT_TRUE(window_->messages().message().contains(QStringLiteral("sample.txt")))
        << window_->messages().message().toStdString();
    EXPECT_TRUE(eventually([&] { return board().runs().empty(); }));
    EXPECT_TRUE(QDir(settings_.workspace()).isEmpty());
}

}  // namespace
}  // namespace secateur
