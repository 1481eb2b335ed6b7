// SPDX-License-Identifier: GPL-3.0-or-later
//
// The list of previewed plans and healed runs as people keep it: names, notes, pins, deletion.
#include "widgets/panels/tradeoff_panel.h"

#include <QAction>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>

#include <gmock/gmock.h>

#include "tests/widgets/fake_engine.h"
#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_network.h"
#include "tests/widgets/sample_runs.h"
#include "tests/widgets/sample_speed.h"
#include "widgets/document/bench_feed.h"
#include "widgets/document/evaluation_feed.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/plan_values.h"
#include "widgets/document/preview_feed.h"
#include "widgets/document/reference_shelf.h"
#include "widgets/document/run_board.h"
#include "widgets/document/settings.h"
#include "widgets/plots/tradeoff_view.h"

namespace secateur {
namespace {

using testing::findNamed;

class TradeoffPanelTest : public ::testing::Test {
protected:
    TradeoffPanelTest()
        : settings_(folder_.filePath(QStringLiteral("s.ini"))),
          feed_(document_, engine_),
          board_(engine_, settings_),
          pins_(document_, feed_, board_, shelf_),
          evaluation_(document_, feed_, engine_),
          bench_(document_, feed_, engine_),
          values_(document_, evaluation_, bench_),
          panel_(document_, feed_, board_, pins_, values_) {
        settings_.setWorkspace(QStringLiteral("/runs"));
        document_.setModel(testing::sampleModel());
        document_.setAnalysis(testing::sampleAnalysis());
        feed_.setText(textSource(QStringLiteral("leaves.txt")), {.samples = 8});
        panel_.resize(900, 700);
        panel_.show();
        table_ = findNamed<QTableView>(panel_, "Previewed plans");
    }
    // Chops the layer and previews.
    void preview(int layer, double perplexity) {
        document_.setPartRemoved(layer, LayerPart::Layer, true);
        feed_.runNow();
        PreviewReport report;
        report.planStandardError = 0.5;
        report.changeStandardError = 0.02;
        engine_.finishPreview(10.0, perplexity, report);
    }
    void listRun(double perplexity) {
        RunRecord run = testing::sampleRun("healed", RunState::Complete, 20);
        run.evalPerplexity = perplexity;
        run.protocol = "8 windows of other.txt";
        Q_EMIT engine_.runsListed(QStringLiteral("/runs"), {run});
    }
    QString cell(int row, int column) { return table_->model()->index(row, column).data().toString(); }
    void choose(int row) { table_->setCurrentIndex(table_->model()->index(row, PlansModel::Plan)); }
    void press(const char* button) { findNamed<QPushButton>(panel_, button)->click(); }
    // Types into the cell that is edited.
    void type(const char* text) {
        auto* editor = table_->viewport()->findChild<QLineEdit*>();
        ASSERT_NE(editor, nullptr);
        editor->selectAll();
        QTest::keyClicks(editor, QLatin1String(text));
        QTest::keyClick(editor, Qt::Key_Return);
    }
    // A table that is typed in follows a moment later.
    void expectCell(int row, int column, const char* text) {
        EXPECT_TRUE(QTest::qWaitFor([&] { return cell(row, column) == QLatin1String(text); }, 3000))
            << cell(row, column).toStdString();
    }
    // On the table, in the window that is in front.
    void key(Qt::Key key) {
        panel_.activateWindow();
        table_->setFocus();
        EXPECT_TRUE(QTest::qWaitForWindowActive(&panel_));
        QTest::keyClick(table_, key);
    }
    void trigger(const char* action) {
        for (QAction* one : table_->actions())
            if (one->text() == QLatin1String(action)) one->trigger();
    }

    QTemporaryDir folder_;
    PlanDocument document_;
    testing::FakeEngine engine_;
    Settings settings_;
    PreviewFeed feed_;
    RunBoard board_;
    ReferenceShelf shelf_{engine_};
    PlanPins pins_;
    EvaluationFeed evaluation_;
    BenchFeed bench_;
    PlanValues values_;
    TradeoffPanel panel_;
    QTableView* table_ = nullptr;
};

TEST_F(TradeoffPanelTest, RoomToSpareGoesToWordsUntilTheReaderResizesOne) {
    const QHeaderView* header = table_->horizontalHeader();
    const int plan = header->sectionSize(PlansModel::Plan), note = header->sectionSize(PlansModel::Note);
    panel_.resize(2400, 700);
    QTest::qWait(0);
    EXPECT_GT(header->sectionSize(PlansModel::Plan), plan);
    EXPECT_GT(header->sectionSize(PlansModel::Note), note);
    EXPECT_NEAR(header->length(), table_->viewport()->width(), 3);
    panel_.resize(900, 700);
    QTest::qWait(0);
    EXPECT_EQ(header->sectionSize(PlansModel::Plan), plan);
    table_->horizontalHeader()->resizeSection(PlansModel::Plan, plan + 20);
    panel_.resize(2400, 700);
    QTest::qWait(0);
    EXPECT_EQ(header->sectionSize(PlansModel::Plan), plan + 20);
}

TEST_F(TradeoffPanelTest, EmptyViewSaysWhatToDo) {
    EXPECT_TRUE(panel_.view()->isEmpty());
    EXPECT_TRUE(panel_.view()->emptyText().contains(QStringLiteral("Chop a layer")));
    EXPECT_FALSE(findNamed<QPushButton>(panel_, "Delete")->isEnabled());
}

TEST_F(TradeoffPanelTest, PlansAndRunsStandInOnePlotAndOtherWindowsAreToldApart) {
    preview(1, 12.0);
    preview(2, 15.0);
    listRun(3.0);
    ASSERT_EQ(table_->model()->rowCount(), 3);
    EXPECT_EQ(cell(0, PlansModel::Perplexity), QStringLiteral("15.000 ± 0.50"));
    EXPECT_EQ(cell(0, PlansModel::Change), QStringLiteral("+50.0 % ± 2.0 %"));
    EXPECT_EQ(cell(2, PlansModel::Plan), QStringLiteral("healed"));
    EXPECT_EQ(cell(2, PlansModel::Windows), QStringLiteral("other: 8 windows of other.txt"));
    EXPECT_EQ(panel_.view()->points().size(), 4U) << "the dense model too";
    EXPECT_FALSE(panel_.view()->onFront(3)) << "the run has the least perplexity, on other windows";
    EXPECT_TRUE(panel_.view()->onFront(1));
    EXPECT_TRUE(
        panel_.view()->provenance().contains(QStringLiteral("Hollow points were measured on other windows")))
        << panel_.view()->provenance().toStdString();
}

TEST_F(TradeoffPanelTest, PlansAreRenamedAndNotedInTheTable) {
    preview(1, 12.0);
    listRun(3.0);
    choose(0);
    press("Rename");
    type("small one");
    expectCell(0, PlansModel::Plan, "small one");
    EXPECT_EQ(feed_.history()[0].name, QStringLiteral("small one"));
    trigger("Note");
    type("for the talk");
    expectCell(0, PlansModel::Note, "for the talk");
    EXPECT_TRUE(table_->model()
                    ->index(0, PlansModel::Plan)
                    .data(Qt::ToolTipRole)
                    .toString()
                    .contains(QStringLiteral("layer 1 chopped")))
        << "what it removes is still said";
    EXPECT_EQ(panel_.view()->points()[1].name, QStringLiteral("small one"));
    choose(1);
    press("Rename");
    type("best run");
    expectCell(1, PlansModel::Plan, "best run");
    EXPECT_EQ(feed_.plans().labelOf(QStringLiteral("/runs/healed")).name, QStringLiteral("best run"));
}

TEST_F(TradeoffPanelTest, APlanIsDeletedAndTakenBack) {
    preview(1, 12.0);
    preview(2, 15.0);
    EXPECT_FALSE(findNamed<QPushButton>(panel_, "Take deletion back")->isVisible());
    choose(1);
    key(Qt::Key_Delete);
    ASSERT_EQ(table_->model()->rowCount(), 1);
    EXPECT_EQ(cell(0, PlansModel::Plan), QStringLiteral("layers 1-2 chopped"));
    press("Take deletion back");
    ASSERT_EQ(table_->model()->rowCount(), 2);
    EXPECT_EQ(cell(1, PlansModel::Plan), QStringLiteral("layer 1 chopped"));
}

TEST_F(TradeoffPanelTest, KeysAndButtonsPin) {
    preview(1, 12.0);
    preview(2, 15.0);
    choose(1);
    press("Pin as A");
    EXPECT_EQ(cell(1, PlansModel::Pin), QStringLiteral("A"));
    EXPECT_EQ(pins_.choice(PlanPins::A), (PinChoice{PinSource::Previewed, feed_.history()[0].id}));
    EXPECT_EQ(panel_.view()->points()[2].pin, QStringLiteral("A"));
    choose(0);
    key(Qt::Key_B);
    EXPECT_EQ(cell(0, PlansModel::Pin), QStringLiteral("B"));
    EXPECT_EQ(cell(1, PlansModel::Pin), QStringLiteral("A"));
    QStringList offered;
    for (const QAction* action : panel_.view()->actions()) offered << action->text();
    EXPECT_TRUE(offered.contains(QStringLiteral("Pin as A"))) << "the menu of the plot has it too";
    EXPECT_EQ(offered.last(), QStringLiteral("Save CSV..."));
}

TEST_F(TradeoffPanelTest, AClickSelectsAndBringBackIsOneEdit) {
    preview(1, 12.0);
    preview(2, 15.0);
    const int edits = document_.undoStack()->count();
    Q_EMIT panel_.view()->pointSelected(2);
    EXPECT_EQ(table_->currentIndex().row(), 1);
    EXPECT_EQ(document_.undoStack()->count(), edits);
    press("Bring back");
    EXPECT_EQ(document_.undoStack()->count(), edits + 1);
    EXPECT_EQ(document_.undoStack()->undoText(), QStringLiteral("Back to layer 1 chopped"));
    EXPECT_EQ(explicitChop(document_.result()->plan).layers, std::vector<int>{1});
}

TEST_F(TradeoffPanelTest, ARestoredPlanComesBackWithoutItsAnalysis) {
    WidthRequest width;
    width.ratio = 0.5;
    document_.setWidth(QStringLiteral("ratio"), width);
    feed_.runNow();
    engine_.finishPreview(10.0, 12.0);
    const Plan plan = document_.result()->plan;
    const std::vector<PreviewPoint> points = feed_.history();
    document_.setModel(testing::sampleModel());
    feed_.plans().restore(points, {});
    ASSERT_EQ(table_->model()->rowCount(), 1);
    choose(0);
    press("Bring back");
    ASSERT_TRUE(document_.valid()) << document_.problem().toStdString();
    EXPECT_EQ(document_.result()->plan.steps, plan.steps);
}

TEST_F(TradeoffPanelTest, PlansThatWereEvaluatedAndTimedHaveThoseAmounts) {
    preview(1, 12.0);
    const auto evaluate = [this](double dense, double planned, int limit) {
        evaluation_.setLimit(limit);
        evaluation_.start();
        TaskResult result;
        result.task = {"piqa", TaskKind::Choice, "/q/piqa.jsonl", "abcdef0123", {}};
        result.first.measures = {{"acc", {dense, 0.02}}};
        result.second.emplace(result.first);
        result.second->measures = {{"acc", {planned, 0.03}}};
        auto report = std::make_shared<EvaluationReport>();
        report->tasks = {result};
        Q_EMIT engine_.evaluated(report, engine_.evaluations.back().id, true);
    };
    evaluation_.addFiles({QStringLiteral("/q/piqa.jsonl")});
    evaluate(0.6, 0.55, 0);
    bench_.start();
    auto report = std::make_shared<BenchReport>();
    report->options = engine_.benchRequests.back().options;
    report->place = engine_.place;
    report->dense = testing::sampleSpeed();
    report->planned = testing::sampleSpeed(0.02);
    Q_EMIT engine_.benched(report, engine_.benchRequests.back().id);
    preview(3, 14.0);
    // The newest first: the plan that was only previewed, then the one that was evaluated.
    panel_.view()->setAmounts(TradeoffAmount::Accuracy, TradeoffAmount::Rate);
    const auto& points = panel_.view()->points();
    ASSERT_EQ(points.size(), 3U);
    EXPECT_DOUBLE_EQ(points[0].accuracy.value_or(0.0), 0.6);
    EXPECT_DOUBLE_EQ(points[0].rate.value_or(0.0), 40.0);
    EXPECT_FALSE(points[1].accuracy);
    EXPECT_DOUBLE_EQ(points[2].accuracy.value_or(0.0), 0.55);
    EXPECT_DOUBLE_EQ(points[2].accuracyError.value_or(0.0), 0.03);
    EXPECT_DOUBLE_EQ(points[2].rate.value_or(0.0), 50.0);
    const std::string said = panel_.view()->provenance().toStdString();
    EXPECT_THAT(said, ::testing::HasSubstr("accuracy over piqa"));
    EXPECT_THAT(said, ::testing::HasSubstr("decoding at batch 1"));
    EXPECT_THAT(said, ::testing::HasSubstr("One point is not drawn"));
    EXPECT_THAT(said, ::testing::Not(::testing::HasSubstr("leaves.txt"))) << "no perplexity is drawn";
    // Other questions: what was known of the first plan cannot be compared any more.
    evaluate(0.7, 0.5, 100);
    EXPECT_FALSE(points[2].accuracy);
    EXPECT_DOUBLE_EQ(points[1].accuracy.value_or(0.0), 0.5);
    EXPECT_TRUE(points[2].rate) << "that of times can";
}

}  // namespace
}  // namespace secateur
