// SPDX-License-Identifier: GPL-3.0-or-later
//
// The main job in the window over the real session: open, wait for maps, cut, see what it does, undo, write,
// open the result.
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSlider>
#include <QTableView>
#include <QTemporaryDir>

#include <gtest/gtest.h>

#include "app/workbench/session_engine.h"
#include "app/workbench/workbench_window.h"
#include "tests/widgets/event_loop_watch.h"
#include "tests/widgets/find_widget.h"
#include "widgets/models/chop_rows_model.h"
#include "widgets/models/jobs_model.h"
#include "widgets/models/layers_model.h"
#include "widgets/panels/message_bar.h"
#include "widgets/plots/channel_map_view.h"
#include "widgets/plots/chop_curves_view.h"

namespace secateur {
namespace {

using testing::findNamed;
using testing::valueOf;

constexpr int kPatience = 240000;

class WorkbenchDemoTest : public ::testing::Test {
protected:
    WorkbenchDemoTest() : settings_(folder_.filePath(QStringLiteral("s.ini"))) {
        settings_.setCalibration({{}, 8, 64});
        settings_.setEvaluation({{}, 8, 64});
        SessionOptions options;
        options.dtype = ComputeDtype::F32;
        engine_ = std::make_unique<SessionEngine>(options);
        window_ = std::make_unique<WorkbenchWindow>(*engine_, settings_);
        window_->resize(1280, 800);
        window_->show();
    }
    ~WorkbenchDemoTest() override { window_.reset(); }

    bool eventually(const std::function<bool()>& holds) { return QTest::qWaitFor(holds, kPatience); }
    bool previewed() {
        return eventually(
            [&] { return window_->workflow().preview().state() == PreviewFeed::State::Current; });
    }
    void openDemo() {
        window_->workflow().openDemo();
        ASSERT_TRUE(eventually([&] { return window_->workflow().document().analysis() != nullptr; }))
            << log();
        ASSERT_TRUE(previewed()) << log();
    }
    std::string log() { return findNamed<QPlainTextEdit>(*window_, "Log")->toPlainText().toStdString(); }
    double number(const char* name) {
        return valueOf(*window_, name).split(QLatin1Char(' ')).first().toDouble();
    }

    QTemporaryDir folder_;
    Settings settings_;
    std::unique_ptr<SessionEngine> engine_;
    std::unique_ptr<WorkbenchWindow> window_;
};

TEST_F(WorkbenchDemoTest, MapsChopRatioPreviewAndUndo) {
    openDemo();
    EXPECT_FALSE(window_->findChild<ChannelMapView*>()->isEmpty());
    const double dense = number("Dense perplexity");
    EXPECT_GT(dense, 1.0);
    EXPECT_LT(dense, 3.0);
    EXPECT_DOUBLE_EQ(number("Planned perplexity"), dense);

    auto* layers = findNamed<QTableView>(*window_, "Layers");
    testing::clickCheckBox(*layers, 0, LayersModel::Chop);  // carries the embedding
    EXPECT_EQ(valueOf(*window_, "Planned perplexity"), QStringLiteral("-"));
    ASSERT_TRUE(previewed()) << log();
    EXPECT_GT(number("Planned perplexity"), 10.0 * dense);
    window_->workflow().document().undoStack()->undo();
    ASSERT_TRUE(previewed()) << log();
    EXPECT_DOUBLE_EQ(number("Planned perplexity"), dense);

    findNamed<QSlider>(*window_, "Ratio")->setValue(30);
    EXPECT_NEAR(number("Removed fraction"), 30.0, 1.0);
    EXPECT_LT(number("Parameters after"), number("Parameters before"));
    ASSERT_TRUE(previewed()) << log();
    EXPECT_GT(number("Planned perplexity"), dense);
    window_->layouts().dock(QStringLiteral("tradeoff"))->show();
    window_->layouts().dock(QStringLiteral("tradeoff"))->raise();
    EXPECT_GE(findNamed<QTableView>(*window_, "Previewed plans")->model()->rowCount(), 3);
}

// The window's measurement holds no gradients: the session measures them, and what it decided by is drawn.
TEST_F(WorkbenchDemoTest, MethodsThatRunTheNetworkArePlannedAndPreviewed) {
    openDemo();
    const PlanDocument& document = window_->workflow().document();
    ASSERT_TRUE(eventually([&] { return document.analysis()->leaveOneOut.has_value(); })) << log();
    auto* method = findNamed<QComboBox>(*window_, "Method");
    for (const auto& [name, shown] : {std::pair("llm-pruner", "param_first"), std::pair("obs", "WIFV")}) {
        method->setCurrentIndex(method->findData(QLatin1String(name)));
        findNamed<QSlider>(*window_, "Ratio")->setValue(40);
        ASSERT_TRUE(eventually([&] {
            const PlanResult* result = document.result();
            return result != nullptr && !result->plan.steps.empty() &&
                   std::get<WidthStep>(result->plan.steps.back()).method == name &&
                   !std::get<WidthStep>(result->plan.steps.back()).keep.empty();
        })) << name
            << log();
        // A step that fits weights is run when it is asked for.
        if (std::get<WidthStep>(document.result()->plan.steps.back()).refit)
            findNamed<QPushButton>(*window_, "Preview now")->click();
        ASSERT_TRUE(previewed()) << log();
        EXPECT_GT(number("Planned perplexity"), number("Dense perplexity")) << name;
        EXPECT_NEAR(number("Removed fraction"), 40.0, 7.0) << name;
        auto* map = window_->findChild<ChannelMapView*>();
        EXPECT_TRUE(eventually([&] { return map->textSummary().contains(QLatin1String(shown)); }))
            << map->textSummary().toStdString();
    }
}

// A metric of MLP channels alone leaves the heads unscored.
TEST_F(WorkbenchDemoTest, AMapOfHeadsWithoutScoresSaysSo) {
    openDemo();
    auto* method = findNamed<QComboBox>(*window_, "Method");
    method->setCurrentIndex(method->findData(QStringLiteral("ppm")));
    findNamed<QSlider>(*window_, "Ratio")->setValue(30);
    auto* map = window_->findChild<ChannelMapView*>();
    ASSERT_TRUE(eventually([&] { return map->textSummary().contains(QStringLiteral("ppm")); }))
        << map->textSummary().toStdString();
    auto* kind = findNamed<QComboBox>(*map, "Units");
    for (int choice = 0; choice < kind->count(); ++choice) {
        kind->setCurrentIndex(choice);
        EXPECT_FALSE(map->grab().isNull());
        EXPECT_EQ(map->isEmpty(), choice > 0) << kind->currentText().toStdString();
    }
}

TEST_F(WorkbenchDemoTest, AppliedPlanOpensAgainWithThePreviewedPerplexity) {
    openDemo();
    findNamed<QSlider>(*window_, "Ratio")->setValue(20);
    testing::clickCheckBox(*findNamed<QTableView>(*window_, "Layers"), 4, LayersModel::Chop);
    ASSERT_TRUE(previewed()) << log();
    const double planned = number("Planned perplexity");
    const QString parameters = valueOf(*window_, "Parameters after");
    const QString result = folder_.filePath(QStringLiteral("small"));
    window_->workflow().apply(result, QStringLiteral("hf"), false);
    ASSERT_TRUE(eventually([&] { return window_->messages().isVisible(); })) << log();
    for (QPushButton* button : window_->messages().findChildren<QPushButton*>()) button->click();
    auto* question = window_->findChild<QMessageBox*>();  // the plan is not saved
    ASSERT_NE(question, nullptr);
    question->button(QMessageBox::Discard)->click();
    ASSERT_TRUE(eventually([&] {
        const auto& model = window_->workflow().document().model();
        return model != nullptr && model->path == result.toStdString();
    })) << log();
    ASSERT_TRUE(previewed()) << log();
    EXPECT_NEAR(number("Dense perplexity"), planned, 1e-3 * planned);
    EXPECT_EQ(valueOf(*window_, "Parameters before"), parameters);
    EXPECT_EQ(findNamed<QTableView>(*window_, "Layers")->model()->rowCount(), 11);
}

TEST_F(WorkbenchDemoTest, AnAnalysisIsSavedAndOpenedInPlaceOfAMeasurement) {
    Workflow& workflow = window_->workflow();
    workflow.openDemo();
    ASSERT_TRUE(eventually([&] {
        const auto& known = workflow.document().analysis();
        return known != nullptr && known->leaveOneOut;
    })) << log();
    const auto measured = workflow.document().analysis();
    const QString file = folder_.filePath(QStringLiteral("a.h5"));
    workflow.saveAnalysis(file);
    ASSERT_TRUE(eventually([&] { return workflow.status() == QStringLiteral("Saved %1").arg(file); }))
        << log();
    settings_.setMeasureOnOpen(false);
    workflow.openDemo();
    ASSERT_TRUE(eventually([&] { return workflow.document().analysis() == nullptr; })) << log();
    window_->openPath(file);
    ASSERT_TRUE(eventually([&] { return workflow.document().analysis() != nullptr; })) << log();
    EXPECT_EQ(workflow.document().analysis()->layers[3].downProj.fluctuation,
              measured->layers[3].downProj.fluctuation);
    EXPECT_EQ(workflow.document().analysis()->leaveOneOut->layer, measured->leaveOneOut->layer);
    window_->openPath(folder_.filePath(QStringLiteral("none.h5")));
    EXPECT_TRUE(eventually([&] { return window_->messages().isVisible(); })) << log();
}

TEST_F(WorkbenchDemoTest, TheWindowStaysAtItsEventLoopWhileJobsRun) {
    Workflow& workflow = window_->workflow();
    const auto openAndMeasure = [&] {
        const auto before = workflow.document().analysis();
        workflow.openDemo();
        ASSERT_TRUE(eventually([&] {
            const auto& known = workflow.document().analysis();
            return known != nullptr && known != before && known->leaveOneOut;
        })) << log();
    };
    EXPECT_LE(testing::longestAwayIn(openAndMeasure), testing::kLongestAway)
        << "while the demo is opened and measured";
    const auto drag = [&] {
        for (int percent = 1; percent <= 30; ++percent) {
            WidthRequest width = workflow.document().width();
            width.ratio = percent / 100.0;
            workflow.document().setWidth(QStringLiteral("ratio"), width, 7);
            QTest::qWait(10);
        }
        ASSERT_TRUE(previewed()) << log();
    };
    EXPECT_LE(testing::longestAwayIn(drag), testing::kLongestAway) << "while a ratio is dragged";
}

TEST_F(WorkbenchDemoTest, RunningJobIsCancelledByItsButton) {
    settings_.setMeasureOnOpen(false);
    window_->workflow().openDemo();
    ASSERT_TRUE(eventually([&] { return window_->workflow().document().model() != nullptr; })) << log();
    settings_.setCalibration({{}, 0, 128});  // all of the sample takes long enough
    window_->workflow().measure();
    auto* jobs = findNamed<QTableView>(*window_, "Jobs");
    const auto state = [&](int row) { return jobs->model()->index(row, JobsModel::State).data().toString(); };
    ASSERT_TRUE(eventually([&] {
        return jobs->model()->rowCount() == 2 && state(1) == QStringLiteral("running");
    })) << log();
    findNamed<QPushButton>(*window_, "Cancel job")->click();
    ASSERT_TRUE(eventually([&] { return state(1) == QStringLiteral("cancelled"); })) << log();
    EXPECT_EQ(window_->workflow().document().analysis(), nullptr);
    EXPECT_FALSE(findNamed<QPushButton>(*window_, "Cancel job")->isEnabled());
    EXPECT_FALSE(window_->messages().isVisible());
}

TEST_F(WorkbenchDemoTest, ACalibratedPreviewIsCancelledAndRunAgain) {
    settings_.setMeasureOnOpen(false);
    settings_.setCalibration({{}, 0, 128});  // all of the sample takes long enough
    window_->workflow().openDemo();
    ASSERT_TRUE(eventually([&] { return window_->workflow().document().model() != nullptr; })) << log();
    for (QAction* kind : findNamed<QPushButton>(*window_, "Add step")->menu()->actions())
        for (QAction* method : kind->menu()->actions())
            if (method->text() == QStringLiteral("Wanda")) method->trigger();
    auto* steps = findNamed<QTableView>(*window_, "Steps");
    ASSERT_EQ(steps->model()->rowCount(), 2);
    const auto* shown = window_->findChild<QLabel*>(QStringLiteral("previewState"));
    EXPECT_TRUE(shown->text().contains(QStringLiteral("Preview now"))) << shown->text().toStdString();
    auto* run = findNamed<QPushButton>(*window_, "Preview now");
    auto* jobs = findNamed<QTableView>(*window_, "Jobs");
    const int job = jobs->model()->rowCount();
    const auto cell = [&](int column) { return jobs->model()->index(job, column); };
    run->click();
    ASSERT_TRUE(eventually([&] {
        return jobs->model()->rowCount() > job &&
               cell(JobsModel::State).data().toString() == QStringLiteral("running") &&
               cell(JobsModel::Progress).data(SortRole).toDouble() > 0.0;
    })) << log();
    findNamed<QPushButton>(*window_, "Cancel job")->click();
    ASSERT_TRUE(eventually([&] {
        return cell(JobsModel::State).data().toString() == QStringLiteral("cancelled");
    })) << log();
    EXPECT_EQ(valueOf(*window_, "Planned perplexity"), QStringLiteral("-"));
    EXPECT_TRUE(shown->text().contains(QStringLiteral("cancelled"))) << shown->text().toStdString();
    EXPECT_EQ(steps->model()->rowCount(), 2);

    settings_.setCalibration({{}, 4, 64});
    run->click();
    ASSERT_TRUE(previewed()) << log();
    EXPECT_GT(number("Planned perplexity"), number("Dense perplexity"));
}

TEST_F(WorkbenchDemoTest, ChopStrategiesAreComparedAndOneBecomesThePlan) {
    settings_.setEvaluation({{}, 2, 64});
    openDemo();
    window_->layouts().dock(QStringLiteral("chop-lab"))->show();
    window_->layouts().dock(QStringLiteral("chop-lab"))->raise();
    auto* strategies = findNamed<QListWidget>(*window_, "Chop strategies");
    for (int i = 0; i < strategies->count(); ++i) {
        const QString name = strategies->item(i)->data(Qt::UserRole).toString();
        const bool wanted = QStringList{"top", "block-influence", "greedy"}.contains(name);
        strategies->item(i)->setCheckState(wanted ? Qt::Checked : Qt::Unchecked);
    }
    findNamed<QPushButton>(*window_, "Compare strategies")->click();
    auto* view = window_->findChild<ChopCurvesView*>();
    auto* table = findNamed<QTableView>(*window_, "Chops compared");
    // 11 counts by position and by influence; the greedy search keeps the first and the last layer.
    ASSERT_TRUE(eventually([&] { return table->model()->rowCount() == 11 + 11 + 10; })) << log();
    EXPECT_FALSE(view->isEmpty());
    ASSERT_TRUE(eventually([&] {
        return findNamed<QPushButton>(*window_, "Compare strategies")->isEnabled();
    })) << log();
    const QModelIndex last = table->model()->index(table->model()->rowCount() - 10, 0);
    EXPECT_EQ(last.data().toString(), QStringLiteral("Greedy (SLEB)"));
    const double shown = last.siblingAtColumn(ChopRowsModel::Perplexity).data().toString().toDouble();
    table->setCurrentIndex(last);
    findNamed<QPushButton>(*window_, "Use this chop")->click();
    ASSERT_TRUE(previewed()) << log();
    EXPECT_NEAR(number("Planned perplexity"), shown, 2e-3 * shown);
}

TEST_F(WorkbenchDemoTest, BadCheckpointNamesItsFileAndNothingElseChanges) {
    QFile config(folder_.filePath(QStringLiteral("config.json")));
    ASSERT_TRUE(config.open(QIODevice::WriteOnly));
    config.write("{\"model_type\": ");
    config.close();
    window_->openPath(folder_.path());
    ASSERT_TRUE(eventually([&] { return window_->messages().isVisible(); }));
    EXPECT_TRUE(window_->messages().message().contains(QStringLiteral("config.json")))
        << window_->messages().message().toStdString();
    EXPECT_TRUE(valueOf(*window_, "Status").contains(QStringLiteral("config.json")));
    EXPECT_EQ(window_->workflow().document().model(), nullptr);
}

TEST_F(WorkbenchDemoTest, MissingFolderNamesItself) {
    window_->openPath(QStringLiteral("/nowhere/model"));
    ASSERT_TRUE(eventually([&] { return window_->messages().isVisible(); }));
    EXPECT_TRUE(window_->messages().message().contains(QStringLiteral("/nowhere/model")));
}

TEST_F(WorkbenchDemoTest, TextShorterThanAWindowIsSaidByThePreview) {
    openDemo();
    const QString file = folder_.filePath(QStringLiteral("short.txt"));
    QFile text(file);
    ASSERT_TRUE(text.open(QIODevice::WriteOnly));
    text.write("A leaf.");
    text.close();
    window_->openPath(file);
    ASSERT_TRUE(
        eventually([&] { return window_->workflow().preview().state() == PreviewFeed::State::Failed; }));
    EXPECT_TRUE(window_->messages().message().contains(QStringLiteral("short.txt")))
        << window_->messages().message().toStdString();
    EXPECT_FALSE(window_->findChild<QLabel*>(QStringLiteral("previewState"))->text().isEmpty());
}

// How fast this machine is stands in no test: what it can do is asked for.
TEST_F(WorkbenchDemoTest, ABudgetOfSpeedIsMetByWhatThisMachineDoes) {
    openDemo();
    auto* field = findNamed<QLineEdit>(*window_, "Budget");
    field->selectAll();
    QTest::keyClicks(field, QStringLiteral("1.02x"));
    QTest::keyClick(field, Qt::Key_Return);
    const auto note = [&] { return window_->findChild<QLabel*>(QStringLiteral("budgetNote"))->text(); };
    EXPECT_TRUE(note().startsWith(QStringLiteral("Measuring the speed"))) << note().toStdString();
    ASSERT_TRUE(eventually([&] {
        return valueOf(*window_, "Achieved").startsWith(QStringLiteral("about 1."));
    })) << note().toStdString()
        << log();
    EXPECT_TRUE(note().contains(QStringLiteral("cpu, float32"))) << note().toStdString();
    EXPECT_GT(window_->workflow().document().width().ratio, 0.0);
    findNamed<QPushButton>(*window_, "Measure speed")->click();
    ASSERT_TRUE(eventually([&] { return note().startsWith(QStringLiteral("Measured: ")); }))
        << note().toStdString() << log();
}

}  // namespace
}  // namespace secateur
