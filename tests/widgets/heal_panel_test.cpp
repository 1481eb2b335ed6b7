// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/heal_panel.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTemporaryDir>

#include <gmock/gmock.h>

#include "tests/widgets/fake_engine.h"
#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_network.h"
#include "tests/widgets/sample_runs.h"
#include "widgets/document/workflow.h"
#include "widgets/panels/heal_curves_panel.h"
#include "widgets/plots/heal_curves_view.h"

namespace secateur {
namespace {

using testing::findNamed;
using testing::healJobRow;
using testing::samplePoint;
using testing::sampleRun;
using testing::valueOf;

class HealPanelTest : public ::testing::Test {
protected:
    HealPanelTest() : settings_(folder_.filePath(QStringLiteral("s.ini"))) {
        settings_.setWorkspace(folder_.filePath(QStringLiteral("runs")));
        settings_.setMeasureOnOpen(false);
        workflow_ = std::make_unique<Workflow>(engine_, settings_);
        panel_ = std::make_unique<HealPanel>(workflow_->document(), workflow_->runs(), settings_);
        QObject::connect(panel_.get(), &HealPanel::startWished, workflow_.get(), &Workflow::heal);
        panel_->resize(360, 700);
        panel_->show();
    }
    QPushButton* button(const char* name) { return findNamed<QPushButton>(*panel_, name); }
    // Which of Start, Pause, Resume, Cancel can be pressed.
    std::string buttons() {
        std::string letters;
        for (const char* name : {"Start", "Pause", "Resume", "Cancel"})
            letters += button(name)->isEnabled() ? name[0] : '-';
        return letters;
    }
    std::string startRun() {
        button("Start")->click();
        return engine_.healJobs.back().folder.toStdString();
    }
    RunRecord record(RunState state, int steps) {
        RunRecord run = sampleRun("x", state, steps);
        run.folder = engine_.healJobs.back().folder.toStdString();
        return run;
    }

    QTemporaryDir folder_;
    testing::FakeEngine engine_;
    Settings settings_;
    std::unique_ptr<Workflow> workflow_;
    std::unique_ptr<HealPanel> panel_;
};

TEST_F(HealPanelTest, SaysWhatIsMissingBeforeTheStart) {
    EXPECT_EQ(buttons(), "----");
    EXPECT_TRUE(panel_->findChild<QLabel*>(QStringLiteral("healSubject"))
                    ->text()
                    .contains(QStringLiteral("Open a model")));
    engine_.finishOpen();
    EXPECT_EQ(buttons(), "S---");
    EXPECT_TRUE(
        panel_->findChild<QLabel*>(QStringLiteral("healSubject"))->text().contains(QStringLiteral("twig-6")));
}

TEST_F(HealPanelTest, MemoryForecastGoesByTheDeviceOfTheModel) {
    EXPECT_EQ(valueOf(*panel_, "Memory forecast"),
              QStringLiteral("Memory: known when the checkpoint is read"));
    engine_.finishOpen();
    const QString oneThread = valueOf(*panel_, "Memory forecast");
    EXPECT_TRUE(oneThread.startsWith(QStringLiteral("Memory: about ")));
    const auto* line = findNamed<QLineEdit>(*panel_, "Memory forecast");
    EXPECT_TRUE(line->toolTip().startsWith(QStringLiteral("In float32: weights")));
    engine_.scale.threads = 8;  // each has gradients of its own
    engine_.scale.productBytes = 2;
    engine_.finishOpen();
    EXPECT_NE(valueOf(*panel_, "Memory forecast"), oneThread);
    EXPECT_TRUE(line->toolTip().startsWith(QStringLiteral("In float32, multiplied in 16 bits: weights")));
}

TEST_F(HealPanelTest, TimeIsForeseenFromRunsThatTrainedBefore) {
    engine_.finishOpen();
    EXPECT_FALSE(valueOf(*panel_, "Memory forecast").contains(QStringLiteral("time")));
    const QString runs = settings_.workspace();
    const auto run = [&](const char* name, HealMethod method, double seconds) {
        RunRecord record = sampleRun(name, RunState::Complete, 20, method);
        record.seconds = seconds;
        record.flops = 1e9;
        return record;
    };
    Q_EMIT engine_.runsListed(runs, {run("lora", HealMethod::Lora, 10.0)});
    const QString any = valueOf(*panel_, "Memory forecast");
    EXPECT_TRUE(any.contains(QStringLiteral("; time "))) << any.toStdString();
    // Ten times as slow by the same method, which counts more than a longer run of another one.
    Q_EMIT engine_.runsListed(runs,
                              {run("lora", HealMethod::Lora, 200.0), run("a", HealMethod::Continued, 100.0)});
    EXPECT_DOUBLE_EQ(workflow_->runs().trainingRate(HealMethod::Continued), 1e7);
    EXPECT_DOUBLE_EQ(workflow_->runs().trainingRate(HealMethod::Distill), 5e6);
    EXPECT_NE(valueOf(*panel_, "Memory forecast"), any);
    findNamed<QComboBox>(*panel_, "Budget unit")->setCurrentIndex(2);
    EXPECT_FALSE(valueOf(*panel_, "Memory forecast").contains(QStringLiteral("time")))
        << "minutes are asked for";
}

TEST_F(HealPanelTest, OneClickChopsAndHealsWhereThePlanIsEmpty) {
    engine_.finishOpen();
    auto* chop = findNamed<QSpinBox>(*panel_, "Chop first");
    EXPECT_TRUE(chop->isVisible());
    EXPECT_EQ(chop->value(), 2);  // of six layers
    startRun();
    ASSERT_EQ(engine_.healJobs.size(), 1U);
    const HealJob& job = engine_.healJobs[0];
    ASSERT_TRUE(job.plan.has_value());
    EXPECT_EQ(explicitChop(*job.plan).layers.size(), 2U);
    EXPECT_TRUE(job.folder.endsWith(QStringLiteral("/runs/twig-6-chop2-continued-1")))
        << job.folder.toStdString();
    EXPECT_EQ(job.run.teacher, "/nowhere/twig-6");
    EXPECT_EQ(job.run.text.textFile, "/nowhere/leaves.txt");
    EXPECT_FALSE(chop->isVisible());  // the plan has it now
    workflow_->document().undoStack()->undo();
    EXPECT_TRUE(isIdentity(workflow_->document().result()->plan));
}

TEST_F(HealPanelTest, ButtonsFollowTheRun) {
    engine_.finishOpen();
    const std::string folder = startRun();
    EXPECT_EQ(buttons(), "S--C");
    Q_EMIT engine_.jobChanged(healJobRow(4, folder.c_str(), JobState::Running));
    EXPECT_EQ(buttons(), "SP-C");
    button("Pause")->click();
    EXPECT_EQ(buttons(), "S--C");
    Q_EMIT engine_.runChanged(record(RunState::Paused, 5));
    Q_EMIT engine_.jobChanged(healJobRow(4, folder.c_str(), JobState::Done, 1.0));
    EXPECT_EQ(buttons(), "S-R-");
    button("Resume")->click();
    EXPECT_EQ(buttons(), "S--C");
    Q_EMIT engine_.jobChanged(healJobRow(5, folder.c_str(), JobState::Running));
    button("Cancel")->click();
    EXPECT_EQ(buttons(), "S---");  // until the device thread has stopped
    EXPECT_EQ(engine_.cancelled.back(), 5);
    Q_EMIT engine_.runChanged(record(RunState::Interrupted, 5));
    Q_EMIT engine_.jobChanged(healJobRow(5, folder.c_str(), JobState::Cancelled));
    EXPECT_EQ(buttons(), "S-R-");
    Q_EMIT engine_.runChanged(record(RunState::Complete, 20));
    EXPECT_EQ(buttons(), "S---");
}

TEST_F(HealPanelTest, ValuesFollowEveryStep) {
    engine_.finishOpen();
    const std::string folder = startRun();
    EXPECT_EQ(valueOf(*panel_, "Loss"), QStringLiteral("-"));
    Q_EMIT engine_.runChanged(record(RunState::Running, 1));
    Q_EMIT engine_.jobChanged(healJobRow(4, folder.c_str(), JobState::Running, 0.25));
    Q_EMIT engine_.healProgressed(QString::fromStdString(folder), {samplePoint(2), samplePoint(5)});
    ASSERT_TRUE(QTest::qWaitFor([&] { return valueOf(*panel_, "Loss") == QStringLiteral("0.8"); }, 3000));
    EXPECT_EQ(valueOf(*panel_, "Held-out perplexity"), QStringLiteral("2.000"));
    EXPECT_EQ(valueOf(*panel_, "Unhealed perplexity"), QStringLiteral("12.000"));
    EXPECT_EQ(valueOf(*panel_, "Uncompressed perplexity"), QStringLiteral("1.500"));
    EXPECT_TRUE(valueOf(*panel_, "Run progress").contains(QStringLiteral("step 5 of 20")))
        << valueOf(*panel_, "Run progress").toStdString();
    EXPECT_TRUE(valueOf(*panel_, "Run progress").contains(QStringLiteral("256 tokens/s")));
}

TEST_F(HealPanelTest, DefaultsOfEveryMethodAreShownAndCanBeChanged) {
    engine_.finishOpen();
    auto* method = findNamed<QComboBox>(*panel_, "Healing method");
    auto* rate = findNamed<QLineEdit>(*panel_, "Learning rate");
    auto* rank = findNamed<QSpinBox>(*panel_, "Rank");
    auto* temperature = findNamed<QDoubleSpinBox>(*panel_, "Temperature");
    EXPECT_DOUBLE_EQ(rate->text().toDouble(), 5e-4);
    EXPECT_FALSE(rank->isVisible());
    auto* preset = findNamed<QComboBox>(*panel_, "Preset");
    preset->setCurrentIndex(1);
    EXPECT_DOUBLE_EQ(rate->text().toDouble(), 3e-4);
    preset->setCurrentIndex(0);
    EXPECT_DOUBLE_EQ(rate->text().toDouble(), 5e-4);
    method->setCurrentIndex(1);
    EXPECT_DOUBLE_EQ(rate->text().toDouble(), 3e-3);
    EXPECT_TRUE(rank->isVisible());
    method->setCurrentIndex(2);
    EXPECT_TRUE(temperature->isVisible());
    EXPECT_FALSE(rank->isVisible());
    method->setCurrentIndex(3);
    EXPECT_DOUBLE_EQ(rate->text().toDouble(), 2.5e-3);
    rate->clear();
    QTest::keyClicks(rate, QStringLiteral("nonsense"));
    EXPECT_EQ(buttons(), "----");
    rate->clear();
    QTest::keyClicks(rate, QStringLiteral("2e-4"));
    findNamed<QComboBox>(*panel_, "Budget unit")->setCurrentIndex(1);
    findNamed<QDoubleSpinBox>(*panel_, "Budget")->setValue(20480.0);
    findNamed<QSpinBox>(*panel_, "Batch")->setValue(8);
    EXPECT_TRUE(findNamed<QLineEdit>(*panel_, "Frozen layers")->isHidden());  // nothing to keep
    startRun();
    const HealOptions& options = engine_.healJobs.back().run.options;
    EXPECT_EQ(options.method, HealMethod::Scratch);
    EXPECT_EQ(options.peakRate, 2e-4);
    EXPECT_EQ(options.steps, 20);
    EXPECT_EQ(options.batchWindows, 8);
    method->setCurrentIndex(0);
    auto* frozen = findNamed<QLineEdit>(*panel_, "Frozen layers");
    EXPECT_FALSE(frozen->isHidden());
    frozen->setText(QStringLiteral("0, 2-3"));
    startRun();
    EXPECT_EQ(engine_.healJobs.back().run.options.frozenLayers, (std::vector<int>{0, 2, 3}));
    EXPECT_EQ(engine_.healJobs.back().run.options.evaluateEvery, 10);  // the window's own usual values
}

TEST_F(HealPanelTest, FailureIsToldWithTheRun) {
    engine_.finishOpen();
    const std::string folder = startRun();
    JobRow row = healJobRow(4, folder.c_str(), JobState::Failed);
    row.message = QStringLiteral("step 3: the loss is not a finite number");
    Q_EMIT engine_.jobChanged(row);
    auto* progress = findNamed<QLineEdit>(*panel_, "Run progress");
    EXPECT_TRUE(progress->toolTip().contains(QStringLiteral("not a finite number")));
    EXPECT_EQ(buttons(), "S-R-");
}

TEST_F(HealPanelTest, CurvesMoveWithTheRun) {
    HealCurvesPanel curves(workflow_->runs());
    curves.show();
    engine_.finishOpen();
    const std::string folder = startRun();
    EXPECT_TRUE(curves.view()->isEmpty());
    Q_EMIT engine_.healProgressed(QString::fromStdString(folder), {samplePoint(1), samplePoint(2)});
    ASSERT_TRUE(QTest::qWaitFor([&] { return !curves.view()->isEmpty(); }, 3000));
    EXPECT_TRUE(curves.view()->textSummary().contains(QStringLiteral("2 steps")));
    Q_EMIT engine_.healProgressed(QString::fromStdString(folder), {samplePoint(3)});
    EXPECT_TRUE(QTest::qWaitFor(
        [&] { return curves.view()->textSummary().contains(QStringLiteral("3 steps")); }, 3000));
}

}  // namespace
}  // namespace secateur
