// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QClipboard>
#include <QDockWidget>
#include <QFile>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSlider>
#include <QTabBar>
#include <QTableView>

#include <gmock/gmock.h>

#include "app/workbench/apply_dialog.h"
#include "tests/widgets/sample_runs.h"
#include "tests/workbench/window_fixture.h"
#include "widgets/models/layers_model.h"
#include "widgets/panels/message_bar.h"

namespace secateur {
namespace {

using ::testing::Contains;
using testing::findNamed;
using testing::valueOf;
using testing::WindowTest;

TEST_F(WindowTest, HasTheNamesThatOthersRelyOn) {
    EXPECT_TRUE(window_->windowTitle().startsWith(QStringLiteral("Secateur")));
    EXPECT_EQ(window_->accessibleName(), QStringLiteral("Secateur"));
    QStringList names;
    for (const QWidget* widget : window_->findChildren<QWidget*>()) names << widget->accessibleName();
    for (const char* name : {"Layers",
                             "Jobs",
                             "Runs",
                             "Method",
                             "Metric",
                             "Structure",
                             "Ratio",
                             "Ratio percent",
                             "Parameters before",
                             "Parameters after",
                             "Removed fraction",
                             "Dense perplexity",
                             "Planned perplexity",
                             "Status",
                             "Apply plan",
                             "Cancel job",
                             "Save plan",
                             "Channel under cursor",
                             "Start",
                             "Pause",
                             "Resume",
                             "Cancel",
                             "Loss",
                             "Held-out perplexity",
                             "Healing method",
                             "Run progress"}) {
        EXPECT_EQ(names.count(QLatin1String(name)), 1) << name;
    }
    for (const auto& [menu, entry] :
         {std::pair("File", "Open model..."), std::pair("File", "Open demo"), std::pair("File", "Save plan"),
          std::pair("File", "Save plan as..."), std::pair("File", "Quit"), std::pair("Edit", "Undo"),
          std::pair("Edit", "Redo"), std::pair("Run", "Measure"), std::pair("Run", "Preview"),
          std::pair("Run", "Apply plan..."), std::pair("Run", "Heal..."), std::pair("Run", "Pause"),
          std::pair("Run", "Resume")}) {
        EXPECT_NE(action(menu, entry), nullptr);
    }
}

TEST_F(WindowTest, TitlesOfDocksAreWholeWhereTheyDoNotAllFit) {
    const QFont usual = QApplication::font();
    QFont large = usual;
    large.setPointSizeF(1.6 * usual.pointSizeF());
    QApplication::setFont(large);
    window_->resize(1280, 720);
    for (const QString& layout : DockLayouts::names()) {
        window_->layouts().choose(layout);
        QTest::qWait(50);
        const auto bars = window_->findChildren<QTabBar*>(Qt::FindDirectChildrenOnly);
        ASSERT_FALSE(bars.empty());
        for (const QTabBar* bar : bars)
            for (int i = 0; i < bar->count(); ++i)
                EXPECT_GE(bar->tabRect(i).width(), bar->fontMetrics().horizontalAdvance(bar->tabText(i)))
                    << bar->tabText(i).toStdString();
    }
    QApplication::setFont(usual);
}

TEST_F(WindowTest, ChoppingALayerPreviewsAndUndoes) {
    openMeasured();
    window_->resize(1280, 800);
    auto* layers = findNamed<QTableView>(*window_, "Layers");
    testing::clickCheckBox(*layers, 2, LayersModel::Chop);
    EXPECT_TRUE(window_->isWindowModified());
    ASSERT_TRUE(QTest::qWaitFor([&] { return !engine_.previewed.empty(); }, 3000));
    engine_.finishPreview(10.0, 11.0);
    EXPECT_EQ(valueOf(*window_, "Planned perplexity"), QStringLiteral("11.000"));
    EXPECT_NE(valueOf(*window_, "Parameters after"), valueOf(*window_, "Parameters before"));
    action("Edit", "Undo")->trigger();
    EXPECT_EQ(valueOf(*window_, "Parameters after"), valueOf(*window_, "Parameters before"));
    EXPECT_FALSE(window_->isWindowModified());
    action("Edit", "Redo")->trigger();
    EXPECT_TRUE(window_->isWindowModified());
}

TEST_F(WindowTest, FailedOpenIsSaidInTheBarTheStatusAndTheLog) {
    window_->openPath(QStringLiteral("/nowhere/broken"));
    ASSERT_THAT(engine_.opened, Contains(QStringLiteral("/nowhere/broken")));
    engine_.fail(EngineTask::Open, QStringLiteral("/nowhere/broken/config.json: not found."),
                 QStringLiteral("Choose a checkpoint."));
    EXPECT_TRUE(window_->messages().isVisible());
    EXPECT_TRUE(window_->messages().message().contains(QStringLiteral("/nowhere/broken/config.json")));
    EXPECT_TRUE(window_->messages().message().contains(QStringLiteral("Choose a checkpoint.")));
    EXPECT_TRUE(valueOf(*window_, "Status").contains(QStringLiteral("/nowhere/broken/config.json")));
    EXPECT_TRUE(findNamed<QPlainTextEdit>(*window_, "Log")
                    ->toPlainText()
                    .contains(QStringLiteral("config.json: not found.")));
}

TEST_F(WindowTest, DropsAreToldByWhatTheyAre) {
    drop(folder_.path());
    ASSERT_THAT(engine_.opened, Contains(folder_.path()));
    openMeasured();
    const QString text = folder_.filePath(QStringLiteral("leaves.txt"));
    QFile file(text);
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.close();
    drop(text);
    EXPECT_EQ(settings_.evaluation().file, text);
    ASSERT_TRUE(window_->workflow().savePlan(folder_.filePath(QStringLiteral("p.json"))));
    drop(folder_.filePath(QStringLiteral("p.json")));
    EXPECT_TRUE(valueOf(*window_, "Status").startsWith(QStringLiteral("Loaded")));
}

TEST_F(WindowTest, ApplyAsksWhereToAndOffersToOpenTheResult) {
    openMeasured();
    findNamed<QSlider>(*window_, "Ratio")->setValue(30);
    findNamed<QPushButton>(*window_, "Apply plan")->click();
    auto* dialog = window_->findChild<ApplyDialog*>();
    ASSERT_NE(dialog, nullptr);
    auto* folder = findNamed<QLineEdit>(*dialog, "Output folder");
    auto* write = findNamed<QPushButton>(*dialog, "Write");
    folder->setText(folder_.path());  // exists
    EXPECT_FALSE(write->isEnabled());
    folder->setText(folder_.filePath(QStringLiteral("small")));
    ASSERT_TRUE(write->isEnabled());
    write->click();
    ASSERT_EQ(engine_.appliedRequests.size(), 1U);
    EXPECT_EQ(engine_.appliedRequests[0].format, QStringLiteral("hf"));
    EXPECT_FALSE(isIdentity(engine_.appliedRequests[0].plan));
    engine_.finishApply();
    EXPECT_TRUE(window_->messages().isVisible());
    for (QPushButton* button : window_->messages().findChildren<QPushButton*>()) button->click();
    answerQuestion(QMessageBox::Discard);
    EXPECT_EQ(engine_.opened.back(), folder_.filePath(QStringLiteral("small")));
}

TEST_F(WindowTest, LayoutsAreKeptAndReset) {
    window_->resize(1280, 800);
    EXPECT_EQ(window_->layouts().current(), QStringLiteral("Explore"));
    const auto similarity = [this] { return window_->layouts().dock(QStringLiteral("similarity")); };
    similarity()->hide();
    action("View", "Layout Plan")->trigger();
    EXPECT_FALSE(similarity()->isHidden());
    action("View", "Layout Explore")->trigger();
    EXPECT_TRUE(similarity()->isHidden());
    window_->close();
    window_ = std::make_unique<WorkbenchWindow>(engine_, settings_);
    window_->show();
    EXPECT_TRUE(similarity()->isHidden());
    action("View", "Reset layout")->trigger();
    EXPECT_FALSE(similarity()->isHidden());
}

TEST_F(WindowTest, NonsenseInTheSavedLayoutIsIgnored) {
    settings_.setLayoutState(QStringLiteral("Explore"), QByteArray("nonsense"));
    settings_.setGeometry(QByteArray("nonsense"));
    settings_.setCurrentLayout(QStringLiteral("Plaid"));
    window_ = std::make_unique<WorkbenchWindow>(engine_, settings_);
    window_->show();
    EXPECT_EQ(window_->layouts().current(), QStringLiteral("Explore"));
    EXPECT_TRUE(window_->layouts().dock(QStringLiteral("plan"))->isVisible());
}

TEST_F(WindowTest, HealingIsReachedStartedAndFollowedFromTheMenu) {
    openMeasured();
    window_->resize(1280, 800);
    action("Run", "Heal...")->trigger();
    EXPECT_EQ(window_->layouts().current(), QStringLiteral("Heal"));
    EXPECT_FALSE(action("Run", "Pause")->isEnabled());
    findNamed<QPushButton>(*window_, "Start")->click();
    ASSERT_EQ(engine_.healJobs.size(), 1U);
    const QString folder = engine_.healJobs[0].folder;
    EXPECT_TRUE(valueOf(*window_, "Status").startsWith(QStringLiteral("Healing twig-6-chop2-continued-1")));
    Q_EMIT engine_.jobChanged(testing::healJobRow(7, folder.toStdString().c_str(), JobState::Running));
    ASSERT_TRUE(action("Run", "Pause")->isEnabled());
    action("Run", "Pause")->trigger();
    EXPECT_THAT(engine_.paused, Contains(folder));
    RunRecord record = testing::sampleRun("x", RunState::Complete, 20);
    record.folder = folder.toStdString();
    record.name = "twig-6-chop2-continued-1";
    Q_EMIT engine_.runChanged(record);
    Q_EMIT engine_.jobChanged(testing::healJobRow(7, folder.toStdString().c_str(), JobState::Done, 1.0));
    HealReport report;
    report.folder = record.folder;
    report.seconds = 64.0;
    report.tokens = 2560;
    report.evalPerplexityBefore = 12.0;
    report.evalPerplexity = 0.5;
    Q_EMIT engine_.healed(report);
    EXPECT_EQ(window_->messages().message(),
              QStringLiteral(
                  "Healed twig-6-chop2-continued-1 in 1:04, 2.56 k tokens: held-out perplexity 12.000 -> "
                  "0.500, dense 1.500."));
    for (QPushButton* button : window_->messages().findChildren<QPushButton*>()) button->click();
    answerQuestion(QMessageBox::Discard);
    EXPECT_EQ(engine_.opened.back(), folder);
}

TEST_F(WindowTest, FailedRunsAreSaidLikeOtherProblems) {
    openMeasured();
    findNamed<QPushButton>(*window_, "Start")->click();
    engine_.fail(EngineTask::Heal, QStringLiteral("step 3: the loss is not a finite number"),
                 QStringLiteral("lower the learning rate"));
    EXPECT_TRUE(window_->messages().message().contains(QStringLiteral("step 3")));
    EXPECT_TRUE(window_->messages().message().contains(QStringLiteral("lower the learning rate")));
}

TEST_F(WindowTest, CopiesPlanAndCommands) {
    openMeasured();
    action("Plan", "Copy JSON")->trigger();
    EXPECT_TRUE(QApplication::clipboard()->text().contains(QStringLiteral("secateur-plan")));
    action("Plan", "Copy as command")->trigger();
    EXPECT_TRUE(
        QApplication::clipboard()->text().startsWith(QStringLiteral("secateur measure /nowhere/twig-6")));
}

TEST_F(WindowTest, EveryControlHasANameAndEveryImageATextEquivalent) {
    for (const QWidget* widget : window_->findChildren<QWidget*>()) {
        const bool control = qobject_cast<const QAbstractButton*>(widget) != nullptr ||
                             qobject_cast<const QTableView*>(widget) != nullptr;
        if (!control || widget->objectName().startsWith(QStringLiteral("qt_")) || !widget->isEnabled())
            continue;
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        const bool named =
            !widget->accessibleName().isEmpty() || (button != nullptr && !button->text().isEmpty());
        const bool ofQt =
            widget->parentWidget()->inherits("QDockWidget") ||
            widget->parentWidget()->inherits("QTableView") || widget->parentWidget()->inherits("QTabBar") ||
            widget->parentWidget()->inherits("QToolBar") || widget->parentWidget()->inherits("QLineEdit") ||
            widget->parentWidget()->inherits("QMenuBar");
        EXPECT_TRUE(named || ofQt) << widget->metaObject()->className() << " in "
                                   << widget->parentWidget()->metaObject()->className();
    }
}

}  // namespace
}  // namespace secateur
