// SPDX-License-Identifier: GPL-3.0-or-later
//
// The Chop lab over an engine of values: choose, compare, watch, choose a point, take it back.
#include "widgets/document/chop_lab.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableView>

#include <gmock/gmock.h>

#include "tests/widgets/fake_engine.h"
#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"
#include "widgets/models/chop_rows_model.h"
#include "widgets/panels/chop_lab_panel.h"
#include "widgets/plots/chop_curves_view.h"
#include "widgets/plots/chop_matrix_view.h"

namespace secateur {
namespace {

using testing::findNamed;

ChopSweepRow rowOf(const std::string& strategy, int count, ChopStep chop, double perplexity) {
    chop.chosenBy = ChosenBy{strategy, count};
    return {strategy, count, std::move(chop), {}, perplexity};
}

std::shared_ptr<const ChopSweepReport> sampleReport(std::size_t rows = 4) {
    auto report = std::make_shared<ChopSweepReport>();
    report->layers = testing::kLayers;
    report->networks = 4;
    report->densePerplexity = 10.0;
    report->dense.parametersAfter = 1000;
    report->rows = {rowOf("top", 1, {{5}, {}, {}, {}}, 12.0), rowOf("top", 2, {{4, 5}, {}, {}, {}}, 15.0),
                    rowOf("finercut", 1, {{}, {2}, {3}, {}}, 11.0),
                    rowOf("finercut", 2, {{2}, {4}, {3}, {}}, 13.0)};
    report->rows.resize(rows);
    report->decoderPasses = 3.0;
    report->decoderPassesUnshared = 9.0;
    report->protocol = "chunked, 8 windows of 32 tokens";
    return report;
}

class ChopLabTest : public ::testing::Test {
protected:
    ChopLabTest() : feed_(document_, engine_), lab_(document_, feed_, engine_), panel_(document_, lab_) {
        panel_.resize(900, 600);
        panel_.show();
    }
    void open() {
        document_.setModel(testing::sampleModel());
        document_.setAnalysis(testing::sampleAnalysis());
        feed_.setText(textSource(QStringLiteral("leaves.txt")), {});
    }
    QPushButton* compare() { return findNamed<QPushButton>(panel_, "Compare strategies"); }
    QListWidget* strategies() { return findNamed<QListWidget>(panel_, "Chop strategies"); }
    QTableView* table() { return findNamed<QTableView>(panel_, "Chops compared"); }
    QString state() { return panel_.findChild<QLabel*>(QStringLiteral("chopLabState"))->text(); }
    QPushButton* use() { return findNamed<QPushButton>(panel_, "Use this chop"); }
    QString verdict() { return panel_.findChild<QLabel*>(QStringLiteral("chopLabVerdict"))->text(); }
    QString estimate() { return panel_.findChild<QLabel*>(QStringLiteral("chopLabEstimate"))->text(); }
    int chosenCount() {
        int count = 0;
        for (int i = 0; i < strategies()->count(); ++i)
            count += strategies()->item(i)->checkState() == Qt::Checked ? 1 : 0;
        return count;
    }
    void answer(const std::shared_ptr<const ChopSweepReport>& report, bool complete) {
        Q_EMIT engine_.chopsCompared(report, engine_.compared.back().id, complete);
    }

    PlanDocument document_;
    testing::FakeEngine engine_;
    PreviewFeed feed_;
    ChopLab lab_;
    ChopLabPanel panel_;
};

TEST_F(ChopLabTest, EmptyStatesSayWhatToDo) {
    EXPECT_FALSE(compare()->isEnabled());
    EXPECT_TRUE(state().contains(QStringLiteral("Open a model")));
    EXPECT_TRUE(panel_.view()->isEmpty());
    open();
    EXPECT_TRUE(compare()->isEnabled());
    EXPECT_TRUE(panel_.view()->emptyText().contains(QStringLiteral("Compare strategies")));
    findNamed<QPushButton>(panel_, "Choose no strategy")->click();
    EXPECT_FALSE(compare()->isEnabled());
}

TEST_F(ChopLabTest, SaysThatNothingIsHealedAndWhatSuitsWhichPurpose) {
    open();
    const auto expectWords = [this] {
        EXPECT_TRUE(state().contains(QStringLiteral("before healing"))) << state().toStdString();
        EXPECT_TRUE(state().contains(QStringLiteral("where you will heal: Max gap")));
        EXPECT_TRUE(state().contains(QStringLiteral("stays as it is: Block influence")));
    };
    expectWords();
    compare()->click();
    answer(sampleReport(), true);
    expectWords();
}

TEST_F(ChopLabTest, AsksForTheCheckedStrategiesOnThePreviewsText) {
    open();
    EXPECT_EQ(strategies()->count(), static_cast<int>(chopStrategies().size()));
    findNamed<QPushButton>(panel_, "Choose no strategy")->click();
    strategies()->item(0)->setCheckState(Qt::Checked);
    strategies()->item(strategies()->count() - 1)->setCheckState(Qt::Checked);
    compare()->click();
    ASSERT_EQ(engine_.compared.size(), 1U);
    EXPECT_THAT(engine_.compared[0].strategies,
                ::testing::ElementsAre(chopStrategies().front(), chopStrategies().back()));
    EXPECT_EQ(engine_.compared[0].text.textFile, "leaves.txt");
    EXPECT_EQ(engine_.compared[0].analysis, document_.analysis());
    EXPECT_FALSE(compare()->isEnabled());
    EXPECT_TRUE(state().contains(QStringLiteral("Comparing")));
}

TEST_F(ChopLabTest, CurvesGrowAndThePointChosenIsThePlan) {
    open();
    compare()->click();
    answer(sampleReport(2), false);
    EXPECT_EQ(table()->model()->rowCount(), 2);
    EXPECT_TRUE(lab_.running());
    answer(sampleReport(), true);
    EXPECT_EQ(table()->model()->rowCount(), 4);
    EXPECT_TRUE(compare()->isEnabled());
    EXPECT_TRUE(state().contains(QStringLiteral("one by one would take 9")));
    EXPECT_EQ(table()->model()->index(2, ChopRowsModel::Removed).data().toString(),
              QStringLiteral("attention of 2, MLP of 3"));
}

// A selection edits nothing; the button does, once.
TEST_F(ChopLabTest, APointSelectsAndTheButtonMakesItThePlans) {
    open();
    compare()->click();
    answer(sampleReport(), true);
    Q_EMIT panel_.view()->rowSelected(1);
    EXPECT_TRUE(isIdentity(document_.result()->plan));
    EXPECT_EQ(document_.undoStack()->count(), 0);
    EXPECT_EQ(table()->currentIndex().row(), 1);
    EXPECT_EQ(findNamed<QSpinBox>(panel_, "Layers to remove")->value(), 2);
    use()->click();
    const auto& step = std::get<ChopStep>(document_.result()->plan.steps.front());
    EXPECT_EQ(step.layers, (std::vector<int>{4, 5}));
    EXPECT_EQ(step.chosenBy, (ChosenBy{"top", 2}));
    EXPECT_EQ(document_.undoStack()->count(), 1);
    EXPECT_EQ(document_.undoStack()->undoText(), QStringLiteral("Chop layers 4, 5 by Top (baseline)"));
    table()->setCurrentIndex(table()->model()->index(3, 0));
    use()->click();
    const ChopRequest chop = explicitChop(document_.result()->plan);
    EXPECT_EQ(chop.layers, std::vector<int>{2});
    EXPECT_EQ(chop.attention, std::vector<int>{4});
    EXPECT_EQ(chop.mlp, std::vector<int>{3});
    document_.undoStack()->undo();
    document_.undoStack()->undo();
    EXPECT_TRUE(isIdentity(document_.result()->plan));
}

TEST_F(ChopLabTest, TheVerdictNamesTheBestWithItsErrorAndWhatItRemoves) {
    open();
    EXPECT_TRUE(verdict().contains(QStringLiteral("Compare strategies")));
    compare()->click();
    auto report = std::make_shared<ChopSweepReport>(*sampleReport());
    report->rows[2].changeStandardError = 0.004;
    report->rows[3].changeStandardError = 0.4;
    answer(report, true);
    // Nothing costs little: the smallest number of layers is looked at first.
    EXPECT_EQ(verdict(), QStringLiteral("Best at 1 layer: FinerCut removes attention of 2, MLP of 3, "
                                        "10.000 -> 11.000 (+10.0 % \u00b1 0.4 %)."));
    findNamed<QSpinBox>(panel_, "Layers to remove")->setValue(2);
    EXPECT_TRUE(
        verdict().startsWith(QStringLiteral("Best at 2 layers: FinerCut removes layer 2, attention")));
    EXPECT_TRUE(verdict().endsWith(QStringLiteral("That is within its standard error.")));
    // What is best there is what the button uses.
    use()->click();
    EXPECT_EQ(explicitChop(document_.result()->plan).layers, std::vector<int>{2});
    EXPECT_TRUE(
        panel_.matrix()->textSummary().startsWith(QStringLiteral("FinerCut: layer 2, attention of 4")));
}

TEST_F(ChopLabTest, FiveStrategiesAreTickedAtFirstUnderTheNamesOfTheRegistry) {
    QStringList ticked;
    for (int i = 0; i < strategies()->count(); ++i) {
        EXPECT_EQ(strategies()->item(i)->text().toStdString(),
                  chopStrategyTable()[static_cast<std::size_t>(i)].label);
        if (strategies()->item(i)->checkState() == Qt::Checked) ticked << strategies()->item(i)->text();
    }
    EXPECT_EQ(ticked.size(), 5) << ticked.join(QLatin1Char(',')).toStdString();
    findNamed<QPushButton>(panel_, "Choose all strategies")->click();
    findNamed<QPushButton>(panel_, "Choose the usual strategies")->click();
    EXPECT_EQ(chosenCount(), 5);
}

TEST_F(ChopLabTest, SaysWhatAComparisonTakesBeforeItBegins) {
    EXPECT_TRUE(panel_.findChild<QLabel*>(QStringLiteral("chopLabEstimate"))->isHidden());
    open();
    feed_.setText(textSource(QStringLiteral("leaves.txt")), {.samples = 8, .seqLen = 32});
    EXPECT_TRUE(estimate().contains(QStringLiteral("networks, about"))) << estimate().toStdString();
    EXPECT_TRUE(estimate().contains(QStringLiteral("known once something was measured")));
    JobRow job;
    job.rate = 100.0;
    job.unit = QStringLiteral("layer tokens");
    Q_EMIT engine_.jobChanged(job);
    const QString usual = estimate();
    EXPECT_TRUE(usual.contains(QStringLiteral("decoder passes: about 3:50."))) << usual.toStdString();
    findNamed<QPushButton>(panel_, "Choose all strategies")->click();
    EXPECT_NE(estimate(), usual);
    const auto few = lab_.estimate({"top"});
    const auto many = lab_.estimate({"top", "greedy"});
    ASSERT_TRUE(few && few->seconds && many && many->seconds);
    EXPECT_EQ(few->networks, testing::kLayers - 1);
    EXPECT_GT(*many->seconds, *few->seconds);
    EXPECT_NEAR(*few->seconds, few->decoderPasses * testing::kLayers * 256 / 100.0, 1e-9);
}

TEST_F(ChopLabTest, StopKeepsTheCurvesThatWereFound) {
    open();
    auto* stop = findNamed<QPushButton>(panel_, "Stop comparing");
    EXPECT_FALSE(stop->isVisible());
    compare()->click();
    EXPECT_TRUE(stop->isVisible());
    answer(sampleReport(2), false);
    EXPECT_TRUE(state().contains(QStringLiteral("2 of 4 networks")));
    stop->click();
    EXPECT_EQ(engine_.stoppedTasks, std::vector<EngineTask>{EngineTask::ChopLab});
    engine_.fail(EngineTask::ChopLab, QStringLiteral("cancelled"), {}, true);
    EXPECT_FALSE(stop->isVisible());
    EXPECT_EQ(state(), QStringLiteral("Stopped after 2 of 4 networks; what was found stays."));
    EXPECT_EQ(table()->model()->rowCount(), 2);
    EXPECT_FALSE(panel_.view()->isEmpty());
    EXPECT_TRUE(compare()->isEnabled());
}

TEST_F(ChopLabTest, PointingAtACurveSetsOffItsRows) {
    open();
    compare()->click();
    answer(sampleReport(), true);
    const auto bold = [&](int row) {
        return table()->model()->index(row, 0).data(Qt::FontRole).value<QFont>().bold();
    };
    EXPECT_FALSE(bold(0));
    panel_.view()->setPointed("top");
    EXPECT_TRUE(bold(0));
    EXPECT_TRUE(bold(1));
    EXPECT_FALSE(bold(2));
    panel_.view()->setPointed({});
    EXPECT_FALSE(bold(0));
}

// At the default window the perplexities were scrolled away.
TEST_F(ChopLabTest, PerplexitiesAreInSight) {
    panel_.resize(640, 420);
    open();
    compare()->click();
    answer(sampleReport(), true);
    findNamed<QTabWidget>(panel_, "Results")->setCurrentWidget(table());
    QTest::qWait(20);
    const int right =
        table()->columnViewportPosition(ChopRowsModel::Change) + table()->columnWidth(ChopRowsModel::Change);
    EXPECT_LE(right, table()->viewport()->width());
}

// In a low window curves and matrix share one place, each as high as it must be to be read.
TEST_F(ChopLabTest, ALowPanelShowsCurvesOrMatrixWhole) {
    open();
    compare()->click();
    answer(sampleReport(), true);
    auto* results = findNamed<QTabWidget>(panel_, "Results");
    panel_.resize(900, 800);
    QTest::qWait(20);
    EXPECT_EQ(results->indexOf(panel_.view()), -1);
    EXPECT_TRUE(panel_.view()->isVisible());
    EXPECT_TRUE(panel_.matrix()->isVisible());
    panel_.resize(900, 390);
    QTest::qWait(20);
    EXPECT_EQ(panel_.height(), 390) << "the panel can be as low as that";
    EXPECT_EQ(results->currentWidget(), panel_.view());
    for (QWidget* plot : {static_cast<QWidget*>(panel_.view()), static_cast<QWidget*>(panel_.matrix())}) {
        results->setCurrentWidget(plot);
        QTest::qWait(20);
        EXPECT_TRUE(plot->isVisible());
        EXPECT_GE(plot->height(), plot->minimumSizeHint().height());
        EXPECT_LE(plot->mapTo(&panel_, QPoint(0, plot->height())).y(), panel_.height());
    }
    panel_.resize(900, 800);
    QTest::qWait(20);
    EXPECT_EQ(results->indexOf(panel_.view()), -1);
    EXPECT_TRUE(panel_.view()->isVisible());
}

TEST_F(ChopLabTest, AnEditByHandIsNoLongerTheStrategys) {
    open();
    compare()->click();
    answer(sampleReport(), true);
    lab_.selectRow(1);
    lab_.useSelected();
    document_.setPartRemoved(5, LayerPart::Layer, false);
    const auto& step = std::get<ChopStep>(document_.result()->plan.steps.front());
    EXPECT_EQ(step.layers, std::vector<int>{4});
    EXPECT_EQ(step.chosenBy->strategy, "explicit");
}

TEST_F(ChopLabTest, SortedTableChoosesTheRowThatIsSeen) {
    open();
    compare()->click();
    answer(sampleReport(), true);
    table()->sortByColumn(ChopRowsModel::Perplexity, Qt::DescendingOrder);
    table()->setCurrentIndex(table()->model()->index(0, 0));
    use()->click();
    EXPECT_EQ(explicitChop(document_.result()->plan).layers, (std::vector<int>{4, 5}));
}

TEST_F(ChopLabTest, WhatASessionKeptIsShownWithTheStrategiesItIsOf) {
    open();
    lab_.restore({sampleReport(), {"top", "finercut"}, 2, "top"});
    EXPECT_EQ(chosenCount(), 2);
    EXPECT_EQ(table()->model()->rowCount(), 4);
    EXPECT_FALSE(panel_.view()->isEmpty());
    EXPECT_EQ(findNamed<QSpinBox>(panel_, "Layers to remove")->value(), 2);
    EXPECT_EQ(table()->currentIndex().row(), 1);
    EXPECT_TRUE(compare()->isEnabled());
    use()->click();
    EXPECT_EQ(explicitChop(document_.result()->plan).layers, (std::vector<int>{4, 5}));
}

TEST_F(ChopLabTest, FailuresAndOldAnswers) {
    open();
    compare()->click();
    const auto old = engine_.compared.back().id;
    engine_.fail(EngineTask::ChopLab, QStringLiteral("out of memory"));
    EXPECT_EQ(state(), QStringLiteral("out of memory"));
    EXPECT_TRUE(compare()->isEnabled());
    compare()->click();
    Q_EMIT engine_.chopsCompared(sampleReport(), old, true);
    EXPECT_EQ(lab_.report(), nullptr);
    answer(sampleReport(), true);
    EXPECT_NE(lab_.report(), nullptr);
    document_.setModel(testing::sampleModel());
    EXPECT_EQ(lab_.report(), nullptr);
    EXPECT_TRUE(panel_.view()->isEmpty());
    EXPECT_EQ(table()->model()->rowCount(), 0);
}

TEST_F(ChopLabTest, TheModelKeepsTheRules) {
    ChopRowsModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setReport(sampleReport(2));
    model.setReport(sampleReport());
    model.setReport(nullptr);
}

}  // namespace
}  // namespace secateur
