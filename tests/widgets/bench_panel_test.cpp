// SPDX-License-Identifier: GPL-3.0-or-later
//
// How fast is it here? Over an engine of values.
#include "widgets/panels/bench_panel.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>

#include <gtest/gtest.h>

#include "tests/widgets/fake_engine.h"
#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_network.h"
#include "tests/widgets/sample_speed.h"
#include "widgets/document/bench_feed.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"
#include "widgets/models/bench_model.h"
#include "widgets/plots/roofline_view.h"

namespace secateur {
namespace {

using testing::findNamed;

class BenchPanelTest : public ::testing::Test {
protected:
    BenchPanelTest()
        : preview_(document_, engine_), feed_(document_, preview_, engine_), panel_(document_, feed_) {
        preview_.setAutomatic(false);
        panel_.resize(900, 700);
        panel_.show();
    }
    void openCut() {
        document_.setModel(testing::sampleModel());
        document_.setAnalysis(testing::sampleAnalysis());
        document_.setPartRemoved(1, LayerPart::Layer, true);
    }
    // 40 tokens a second dense and 50 planned; the machine's ridge is at 10 FLOPs a byte.
    std::shared_ptr<BenchReport> report() {
        auto report = std::make_shared<BenchReport>();
        report->options = engine_.benchRequests.back().options;
        report->options.batches = {1};
        report->options.promptTokens = 100;
        report->place = engine_.place;
        report->machine = {1e10, 1e11};
        report->dense = testing::sampleSpeed();
        report->dense.peakBytes = 2'000'000;
        report->denseLoads = {{"q_proj", 1'000'000, 2'000, 4, 4'000'000}};
        if (engine_.benchRequests.back().planned) {
            report->planned = testing::sampleSpeed(0.02);
            report->planned->peakBytes = 1'500'000;
            report->plannedLoads = {{"q_proj", 800'000, 1'800, 4, 3'200'000}};
            report->remarks = {"Zeros save bytes in files and no time here."};
        }
        return report;
    }
    void answer() { Q_EMIT engine_.benched(report(), engine_.benchRequests.back().id); }
    QPushButton* button(const char* name) { return findNamed<QPushButton>(panel_, name); }
    QTableView* table() { return findNamed<QTableView>(panel_, "Speed"); }
    QString cell(int row, int column) { return table()->model()->index(row, column).data().toString(); }
    QString state() { return panel_.findChild<QLabel*>(QStringLiteral("benchState"))->text(); }

    PlanDocument document_;
    testing::FakeEngine engine_;
    PreviewFeed preview_;
    BenchFeed feed_;
    BenchPanel panel_;
};

TEST_F(BenchPanelTest, AsksWhatIsChosen) {
    EXPECT_TRUE(state().contains(QStringLiteral("Open a model")));
    EXPECT_FALSE(button("Start the bench")->isEnabled());
    openCut();
    auto* batches = findNamed<QLineEdit>(panel_, "Batches");
    EXPECT_EQ(batches->text(), QStringLiteral("1, 8"));
    batches->selectAll();
    QTest::keyClicks(batches, QStringLiteral("1, x"));
    EXPECT_FALSE(button("Start the bench")->isEnabled());
    EXPECT_TRUE(state().contains(QStringLiteral("such as 1, 8"))) << state().toStdString();
    batches->selectAll();
    QTest::keyClicks(batches, QStringLiteral("1,4, 4"));
    findNamed<QSpinBox>(panel_, "Prompt tokens")->setValue(64);
    findNamed<QSpinBox>(panel_, "New tokens")->setValue(8);
    findNamed<QSpinBox>(panel_, "Repeats")->setValue(3);
    button("Start the bench")->click();
    ASSERT_EQ(engine_.benchRequests.size(), 1U);
    const RateRequest& asked = engine_.benchRequests[0];
    EXPECT_EQ(asked.options.batches, (std::vector<int>{1, 4}));
    EXPECT_EQ(asked.options.promptTokens, 64);
    EXPECT_EQ(asked.options.newTokens, 8);
    EXPECT_EQ(asked.options.repetitions, 3);
    ASSERT_TRUE(asked.planned);
    EXPECT_EQ(asked.planned->plan, document_.result()->plan);
    EXPECT_TRUE(state().contains(QStringLiteral("Updating")));
    button("Stop the bench")->click();
    EXPECT_EQ(engine_.stoppedTasks, std::vector<EngineTask>{EngineTask::Bench});
    engine_.fail(EngineTask::Bench, QStringLiteral("cancelled"), {}, true);
    EXPECT_EQ(state(), QStringLiteral("Stopped."));
}

TEST_F(BenchPanelTest, ShowsDenseAndPlannedBesideEachOther) {
    openCut();
    button("Start the bench")->click();
    answer();
    const QAbstractItemModelTester tester(table()->model());
    ASSERT_EQ(table()->model()->rowCount(), 5) << "prefill, first token, decode, peak memory, weights";
    EXPECT_EQ(cell(2, BenchModel::What), QStringLiteral("decode, batch 1"));
    EXPECT_TRUE(cell(2, BenchModel::Dense).startsWith(QStringLiteral("40 tokens/s (")))
        << cell(2, 1).toStdString();
    EXPECT_TRUE(cell(2, BenchModel::Planned).startsWith(QStringLiteral("50 tokens/s (")));
    EXPECT_EQ(cell(2, BenchModel::Change), QStringLiteral("+25.0 %"));
    EXPECT_EQ(cell(0, BenchModel::Change), QStringLiteral("+0.0 %, within the spread"));
    EXPECT_EQ(cell(3, BenchModel::Change), QStringLiteral("-25.0 %"));
    EXPECT_TRUE(state().contains(QStringLiteral("cpu, float32, 1 thread"))) << state().toStdString();
    EXPECT_TRUE(state().contains(QStringLiteral("prompts of 100 tokens")));
    EXPECT_EQ(panel_.findChild<QLabel*>(QStringLiteral("benchRemarks"))->text(),
              QStringLiteral("Zeros save bytes in files and no time here."));
    document_.setPartRemoved(3, LayerPart::Layer, true);
    EXPECT_TRUE(state().startsWith(QStringLiteral("Of an earlier plan"))) << state().toStdString();
    document_.setModel(testing::sampleModel());
    EXPECT_EQ(table()->model()->rowCount(), 0) << "another model";
}

// A row of q_proj asks for 2 FLOPs and 4 bytes a weight, a prompt of 100 for 200 FLOPs: 0.5 is left of the
// ridge at 10 and bound by memory, about 49 right of it and bound by arithmetic.
TEST_F(BenchPanelTest, DrawsWhereEachLinearStandsUnderTheRoof) {
    openCut();
    button("Start the bench")->click();
    answer();
    const RooflineView* view = panel_.findChild<RooflineView*>();
    ASSERT_FALSE(view->isEmpty());
    const auto& points = view->points();
    ASSERT_EQ(points.size(), 6U) << "q_proj twice and the step, of either network";
    int memory = 0, measured = 0;
    for (const RooflineView::Point& point : points) {
        measured += point.measured();
        if (point.measured()) {
            EXPECT_LT(point.rate, point.intensity * 1e10) << "below the roof";
            continue;
        }
        memory += point.memoryBinds;
        EXPECT_EQ(point.memoryBinds, point.rows == 1);
        EXPECT_NEAR(point.rate, std::min(point.intensity * 1e10, 1e11), 1e-6 * point.rate);
    }
    EXPECT_EQ(memory, 2);
    EXPECT_EQ(measured, 2);
    EXPECT_TRUE(view->textSummary().contains(QStringLiteral("q_proj, prompt of 100, dense")))
        << view->textSummary().toStdString();
    EXPECT_TRUE(view->textSummary().contains(QStringLiteral("bound by arithmetic")));
    EXPECT_EQ(view->csv().count(QLatin1Char('\n')), 7);
}

TEST_F(BenchPanelTest, WithoutACutTheDenseNetworkIsTimedAlone) {
    document_.setModel(testing::sampleModel());
    EXPECT_TRUE(state().contains(QStringLiteral("timed alone")));
    button("Start the bench")->click();
    EXPECT_FALSE(engine_.benchRequests.back().planned);
    answer();
    EXPECT_EQ(cell(2, BenchModel::Planned), QStringLiteral("-"));
    EXPECT_FALSE(panel_.findChild<QLabel*>(QStringLiteral("benchRemarks"))->isVisible());
}

}  // namespace
}  // namespace secateur
