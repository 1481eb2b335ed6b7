// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/runs_panel.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QIcon>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <algorithm>

#include <gmock/gmock.h>

#include "tests/widgets/fake_engine.h"
#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_runs.h"
#include "widgets/document/bench_feed.h"
#include "widgets/document/evaluation_feed.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/plan_pins.h"
#include "widgets/document/plan_values.h"
#include "widgets/document/preview_feed.h"
#include "widgets/document/reference_shelf.h"
#include "widgets/document/run_board.h"
#include "widgets/document/settings.h"
#include "widgets/models/runs_model.h"
#include "widgets/panels/heal_curves_panel.h"
#include "widgets/panels/tradeoff_panel.h"
#include "widgets/plots/heal_curves_view.h"
#include "widgets/plots/tradeoff_view.h"

namespace secateur {
namespace {

using ::testing::ElementsAre;
using testing::findNamed;
using testing::sampleRun;

class RunsPanelTest : public ::testing::Test {
protected:
    RunsPanelTest() : settings_(folder_.filePath(QStringLiteral("s.ini"))) {
        settings_.setWorkspace(QStringLiteral("/runs"));
        board_ = std::make_unique<RunBoard>(engine_, settings_);
        pins_ = std::make_unique<PlanPins>(document_, feed_, *board_, shelf_);
        panel_ = std::make_unique<RunsPanel>(*board_);
        tradeoff_ = std::make_unique<TradeoffPanel>(document_, feed_, *board_, *pins_, values_);
        panel_->resize(1000, 300);
        panel_->show();
        table_ = findNamed<QTableView>(*panel_, "Runs");
        tester_ = std::make_unique<QAbstractItemModelTester>(
            table_->model(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    }
    void list() {
        RunRecord small = sampleRun("b-lora", RunState::Complete, 20, HealMethod::Lora);
        small.parameters = 400;
        small.evalPerplexity = 3.0;
        small.standardError = 0.0625;
        small.standardErrorBefore = 0.5;
        Q_EMIT engine_.runsListed(QStringLiteral("/runs"), {sampleRun("a", RunState::Complete, 20), small,
                                                            sampleRun("c", RunState::Interrupted, 7)});
    }
    QString cell(int row, RunsModel::Column column) {
        return table_->model()->index(row, column).data().toString();
    }
    void choose(std::initializer_list<int> rows) {
        table_->clearSelection();
        for (const int row : rows)
            table_->selectionModel()->select(table_->model()->index(row, 0),
                                             QItemSelectionModel::Select | QItemSelectionModel::Rows);
    }
    QPushButton* button(const char* name) { return findNamed<QPushButton>(*panel_, name); }

    QTemporaryDir folder_;
    testing::FakeEngine engine_;
    Settings settings_;
    PlanDocument document_;
    PreviewFeed feed_{document_, engine_};
    ReferenceShelf shelf_{engine_};
    EvaluationFeed evaluation_{document_, feed_, engine_};
    BenchFeed bench_{document_, feed_, engine_};
    PlanValues values_{document_, evaluation_, bench_};
    std::unique_ptr<RunBoard> board_;
    std::unique_ptr<RunsPanel> panel_;
    std::unique_ptr<PlanPins> pins_;
    std::unique_ptr<TradeoffPanel> tradeoff_;
    QTableView* table_ = nullptr;
    std::unique_ptr<QAbstractItemModelTester> tester_;
};

TEST_F(RunsPanelTest, ShowsWhatEveryRunCostAndBrought) {
    tradeoff_->show();
    EXPECT_TRUE(tradeoff_->view()->isEmpty());
    list();
    ASSERT_EQ(table_->model()->rowCount(), 3);
    EXPECT_EQ(cell(0, RunsModel::Name), QStringLiteral("a"));
    EXPECT_EQ(cell(0, RunsModel::Method), QStringLiteral("continued"));
    EXPECT_EQ(cell(0, RunsModel::State), QStringLiteral("complete"));
    EXPECT_EQ(cell(0, RunsModel::Parameters), QStringLiteral("1.00 k"));
    EXPECT_EQ(cell(0, RunsModel::Bytes), QStringLiteral("4.00 kB"));
    EXPECT_EQ(cell(0, RunsModel::Before), QStringLiteral("12.000"));
    EXPECT_EQ(cell(0, RunsModel::After), QStringLiteral("0.500"));
    EXPECT_EQ(cell(1, RunsModel::Before), QStringLiteral("12.000 \u00b1 0.50"));
    EXPECT_EQ(cell(1, RunsModel::After), QStringLiteral("3.000 \u00b1 0.062"));
    EXPECT_EQ(cell(0, RunsModel::Tokens), QStringLiteral("2.56 k"));
    EXPECT_EQ(cell(0, RunsModel::Time), QStringLiteral("0:10"));
    EXPECT_EQ(cell(2, RunsModel::State), QStringLiteral("interrupted"));
    EXPECT_EQ(tradeoff_->view()->csv().count(QLatin1Char('\n')), 4);
}

TEST_F(RunsPanelTest, SaysInWhichSettingsTheSelectedRunsDiffer) {
    RunRecord one = sampleRun("a", RunState::Complete, 20);
    RunRecord two = sampleRun("b", RunState::Complete, 20, HealMethod::Lora);
    two.request.model = one.request.model;
    two.request.options.rank = 16;
    two.request.text.textFile = "/texts/roots.txt";
    Q_EMIT engine_.runsListed(QStringLiteral("/runs"), {one, two});
    const auto* label = panel_->findChild<QLabel*>(QStringLiteral("runsDifference"));
    choose({0});
    EXPECT_FALSE(label->isVisible());
    choose({0, 1});
    EXPECT_TRUE(label->isVisible());
    EXPECT_TRUE(label->text().startsWith(QStringLiteral("They differ in "))) << label->text().toStdString();
    EXPECT_TRUE(label->text().contains(QStringLiteral("continued | lora"))) << label->text().toStdString();
    EXPECT_TRUE(label->text().contains(QStringLiteral(": 8 | 16")));
    EXPECT_TRUE(
        label->text().contains(QStringLiteral("Learned from: none, windows all of 32 tokens | roots.txt")));
    EXPECT_FALSE(label->text().contains(QStringLiteral("Held out"))) << "what is the same is not told";
}

TEST_F(RunsPanelTest, SortsByValueAndKeepsTheSelection) {
    list();
    choose({1});
    table_->sortByColumn(RunsModel::Parameters, Qt::AscendingOrder);
    EXPECT_EQ(cell(0, RunsModel::Name), QStringLiteral("b-lora"));
    EXPECT_THAT(board_->selected(), ElementsAre(QStringLiteral("/runs/b-lora")));
    ASSERT_EQ(table_->selectionModel()->selectedRows().size(), 1);
    EXPECT_EQ(table_->selectionModel()->selectedRows().first().row(), 0);
    Q_EMIT engine_.runChanged(sampleRun("d", RunState::Complete, 20));  // another row comes
    EXPECT_THAT(board_->selected(), ElementsAre(QStringLiteral("/runs/b-lora")));
}

TEST_F(RunsPanelTest, ARunsColourIsItsOwnInTableCurvesAndTradeoff) {
    HealCurvesPanel curves(*board_);
    curves.resize(700, 460);
    curves.show();
    tradeoff_->resize(700, 460);
    tradeoff_->show();
    list();
    choose({0, 2});
    EXPECT_THAT(board_->selected(), ElementsAre(QStringLiteral("/runs/a"), QStringLiteral("/runs/c")));
    const auto colour = [&](int row) {
        const QIcon icon = table_->model()->index(row, 0).data(Qt::DecorationRole).value<QIcon>();
        return icon.isNull() ? QColor() : icon.pixmap(12, 12).toImage().pixelColor(6, 6);
    };
    const QList<QColor> own{colour(0), colour(1), colour(2)};
    EXPECT_NE(own[0], own[1]);
    EXPECT_NE(own[0], own[2]);
    EXPECT_NE(own[1], own[2]);
    const auto drawn = [](const PlotView* view, const QColor& wanted) {
        QTest::qWait(20);
        const QImage image = view->toImage();
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                if (image.pixelColor(x, y) == wanted) return true;
        return false;
    };
    for (const auto& chosen : {std::vector<int>{2, 0}, {0, 2}, {1}, {1, 2}}) {
        table_->clearSelection();
        for (const int row : chosen)
            table_->selectionModel()->select(table_->model()->index(row, 0),
                                             QItemSelectionModel::Select | QItemSelectionModel::Rows);
        for (int row = 0; row < 3; ++row) {
            EXPECT_EQ(colour(row), own[row]);
            EXPECT_EQ(drawn(curves.view(), own[row]), std::ranges::count(chosen, row) > 0) << row;
            EXPECT_TRUE(drawn(tradeoff_->view(), own[row])) << row;
        }
    }
    Q_EMIT tradeoff_->view()->pointSelected(2);  // the first is the dense model
    EXPECT_THAT(board_->selected(), ElementsAre(QStringLiteral("/runs/b-lora")));
}

TEST_F(RunsPanelTest, TheMenuHoldsWhatCanBeDoneAndCopies) {
    list();
    const QPoint place = table_->visualRect(table_->model()->index(0, 0)).center();
    QContextMenuEvent event(QContextMenuEvent::Mouse, place, table_->viewport()->mapToGlobal(place));
    QApplication::sendEvent(table_->viewport(), &event);
    auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    ASSERT_NE(menu, nullptr);
    QStringList texts;
    for (const QAction* action : menu->actions()) texts << action->text();
    menu->close();
    EXPECT_EQ(texts.first(), QStringLiteral("Resume run"));
    EXPECT_EQ(texts.mid(texts.size() - 2),
              (QStringList{QStringLiteral("Copy"), QStringLiteral("Copy as CSV")}));
}

TEST_F(RunsPanelTest, OffersWhatFitsTheStateOfTheRun) {
    list();
    EXPECT_FALSE(button("Resume run")->isEnabled());
    choose({0});
    EXPECT_FALSE(button("Resume run")->isEnabled());
    QSignalSpy opened(panel_.get(), &RunsPanel::openWished);
    button("Open checkpoint")->click();
    ASSERT_EQ(opened.size(), 1);
    EXPECT_EQ(opened[0][0].toString(), QStringLiteral("/runs/a"));
    choose({2});
    EXPECT_FALSE(button("Open checkpoint")->isEnabled());
    button("Copy folder")->click();
    EXPECT_EQ(QApplication::clipboard()->text(), QStringLiteral("/runs/c"));
    button("Resume run")->click();
    ASSERT_EQ(engine_.healJobs.size(), 1U);
    EXPECT_TRUE(engine_.healJobs[0].resume);
    EXPECT_EQ(cell(2, RunsModel::State), QStringLiteral("queued"));
    EXPECT_FALSE(button("Delete run...")->isEnabled());
    choose({0, 1});
    EXPECT_FALSE(button("Open checkpoint")->isEnabled());
}

TEST_F(RunsPanelTest, DeletingAsksFirst) {
    list();
    choose({1});
    const auto answer = [&](const char* name) {
        button("Delete run...")->click();
        auto* box = panel_->findChild<QMessageBox*>();
        ASSERT_NE(box, nullptr);
        EXPECT_TRUE(box->informativeText().contains(QStringLiteral("/runs/b-lora")));
        for (QAbstractButton* choice : box->buttons()) {
            if (choice->text().remove(QLatin1Char('&')) == QLatin1String(name)) choice->click();
        }
        QTest::qWait(0);
    };
    answer("Cancel");
    EXPECT_TRUE(engine_.deleted.empty());
    answer("Delete");
    EXPECT_THAT(engine_.deleted, ElementsAre(QStringLiteral("/runs/b-lora")));
    Q_EMIT engine_.runRemoved(QStringLiteral("/runs/b-lora"));
    EXPECT_EQ(table_->model()->rowCount(), 2);
}

}  // namespace
}  // namespace secateur
