// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a user could lose with one slip of the hand, and is asked about.
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QMenu>
#include <QPushButton>
#include <QSlider>

#include <gmock/gmock.h>

#include "tests/widgets/sample_runs.h"
#include "tests/workbench/window_fixture.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/model_panel.h"
#include "widgets/panels/runs_panel.h"

namespace secateur {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using testing::findNamed;
using testing::valueOf;

class WindowLoss : public testing::WindowTest {
protected:
    WindowLoss() { openMeasured(); }
    void edit() { findNamed<QSlider>(*window_, "Ratio")->setValue(30); }
    QMessageBox* question() { return window_->findChild<QMessageBox*>(); }
    // A run that is under way.
    QString startRun() {
        findNamed<QPushButton>(*window_, "Start")->click();
        window_->workflow().document().undoStack()->setClean();  // the chop before it is saved
        const QString folder = engine_.healJobs.back().folder;
        Q_EMIT engine_.jobChanged(testing::healJobRow(7, folder.toStdString().c_str(), JobState::Running));
        return folder;
    }
    void pressInMessage(const char* text) {
        for (QPushButton* button : window_->messages().findChildren<QPushButton*>()) {
            if (button->text() == QLatin1String(text)) return QTest::mouseClick(button, Qt::LeftButton);
        }
        ADD_FAILURE() << "no button " << text;
    }
};

TEST_F(WindowLoss, ARecentModelThatWasMovedIsOfferedWhereItIs) {
    const QString gone = folder_.filePath(QStringLiteral("before/oak"));
    const QString there = folder_.filePath(QStringLiteral("after/oak"));
    ASSERT_TRUE(QDir().mkpath(there));
    settings_.addRecentModel(gone, QStringLiteral("sha256:oak"));
    const std::size_t opened = engine_.opened.size();
    QAction* entry = action("File", "Open recent")->menu()->actions().first();
    ASSERT_TRUE(entry->isEnabled()) << "it can be looked for";
    EXPECT_TRUE(entry->toolTip().contains(QStringLiteral("looked for")));
    entry->trigger();
    EXPECT_EQ(engine_.opened.size(), opened);
    EXPECT_TRUE(valueOf(*window_, "Status").contains(QStringLiteral("looking for it")));
    engine_.finishSearch(there);
    EXPECT_EQ(window_->messages().message(),
              QStringLiteral("oak is now in %1: open it?").arg(folder_.filePath(QStringLiteral("after"))));
    edit();
    pressInMessage("Open it");
    answerQuestion(QMessageBox::Discard);
    ASSERT_EQ(engine_.opened.size(), opened + 1);
    EXPECT_EQ(engine_.opened.back(), there);
}

TEST_F(WindowLoss, AModelThatIsFoundNowhereIsAskedFor) {
    const QString gone = folder_.filePath(QStringLiteral("before/oak"));
    settings_.addRecentModel(gone, QStringLiteral("sha256:oak"));
    action("File", "Open recent")->menu()->actions().first()->trigger();
    engine_.finishSearch({});
    EXPECT_TRUE(window_->messages().message().startsWith(gone));
    pressInMessage("Locate...");
    EXPECT_NE(window_->findChild<QFileDialog*>(), nullptr);
    // Without a fingerprint there is nothing to look for it by.
    settings_.addRecentModel(folder_.filePath(QStringLiteral("never")));
    EXPECT_FALSE(action("File", "Open recent")->menu()->actions().first()->isEnabled());
}

TEST_F(WindowLoss, EveryWayToOpenAModelAsksBeforeAnUnsavedPlanGoes) {
    edit();
    settings_.addRecentModel(folder_.path());
    const auto& openings = engine_.opened;
    const std::size_t before = openings.size();
    const std::pair<const char*, std::function<void()>> ways[] = {
        {"drop", [&] { drop(folder_.path()); }},
        {"demo", [&] { action("File", "Open demo")->trigger(); }},
        {"recent model", [&] { action("File", "Open recent")->menu()->actions().first()->trigger(); }},
        {"welcome page's demo", [&] { Q_EMIT window_->findChild<ModelPanel*>()->demoWished(); }},
        {"welcome page's recent model",
         [&] { Q_EMIT window_->findChild<ModelPanel*>()->recentWished(folder_.path()); }},
        {"result of a run", [&] { Q_EMIT window_->findChild<RunsPanel*>()->openWished(folder_.path()); }},
        {"chosen folder", [&] { window_->openModel(folder_.path()); }}};
    for (const auto& [what, way] : ways) {
        way();
        ASSERT_NE(question(), nullptr) << what;
        EXPECT_EQ(openings.size(), before) << what;
        answerQuestion(QMessageBox::Cancel);
        EXPECT_EQ(openings.size(), before) << what;
        EXPECT_EQ(question(), nullptr) << what;
    }
    window_->openModel(folder_.path());
    answerQuestion(QMessageBox::Discard);
    EXPECT_EQ(openings.size(), before + 1);
    EXPECT_EQ(question(), nullptr);
}

TEST_F(WindowLoss, AResultIsOpenedAfterTheAnswer) {
    edit();
    window_->workflow().apply(folder_.filePath(QStringLiteral("small")), QStringLiteral("hf"), false);
    engine_.finishApply();
    pressInMessage("Open result");
    EXPECT_NE(engine_.opened.back(), folder_.filePath(QStringLiteral("small")));
    answerQuestion(QMessageBox::Discard);
    EXPECT_EQ(engine_.opened.back(), folder_.filePath(QStringLiteral("small")));
}

TEST_F(WindowLoss, NothingIsAskedWhereNothingIsLost) {
    window_->openModel(folder_.path());
    EXPECT_EQ(question(), nullptr);
    EXPECT_EQ(engine_.opened.back(), folder_.path());
    edit();
    window_->workflow().document().undoStack()->undo();
    EXPECT_TRUE(window_->close());
    EXPECT_EQ(question(), nullptr);
}

TEST_F(WindowLoss, SaveGoesOnWhenThePlanIsOnDisk) {
    const QString file = folder_.filePath(QStringLiteral("kept.json"));
    ASSERT_TRUE(window_->workflow().savePlan(file));
    edit();
    window_->openModel(folder_.path());
    answerQuestion(QMessageBox::Save);
    EXPECT_EQ(engine_.opened.back(), folder_.path());
    QFile saved(file);
    ASSERT_TRUE(saved.open(QIODevice::ReadOnly));
    EXPECT_EQ(QString::fromUtf8(saved.readAll()), window_->workflow().document().json());
}

TEST_F(WindowLoss, SaveAsksForAFileWhereThereIsNoneAndGoesOn) {
    edit();
    window_->openModel(folder_.path());
    answerQuestion(QMessageBox::Save);
    auto* dialog = window_->findChild<QFileDialog*>();
    ASSERT_NE(dialog, nullptr);
    EXPECT_NE(engine_.opened.back(), folder_.path());
    Q_EMIT dialog->fileSelected(folder_.filePath(QStringLiteral("new.json")));
    EXPECT_TRUE(QFile::exists(folder_.filePath(QStringLiteral("new.json"))));
    EXPECT_EQ(engine_.opened.back(), folder_.path());
}

TEST_F(WindowLoss, APlanThatCannotBeSavedStays) {
    ASSERT_TRUE(window_->workflow().savePlan(folder_.filePath(QStringLiteral("kept.json"))));
    edit();
    ASSERT_TRUE(folder_.remove());
    EXPECT_FALSE(window_->close());
    answerQuestion(QMessageBox::Save);
    EXPECT_TRUE(window_->isVisible());
    EXPECT_TRUE(window_->messages().message().contains(QStringLiteral("kept.json")));
}

TEST_F(WindowLoss, WishesWithoutAPlanCannotBeSavedAndAreNotDroppedByEnter) {
    WidthRequest width = window_->workflow().document().width();
    width.targetParameters = 10;
    window_->workflow().document().setWidth(QStringLiteral("Set target"), width);
    ASSERT_FALSE(window_->workflow().document().valid());
    EXPECT_FALSE(window_->close());
    ASSERT_NE(question(), nullptr);
    EXPECT_FALSE(question()->button(QMessageBox::Save)->isEnabled());
    QTest::keyClick(question(), Qt::Key_Return);
    EXPECT_TRUE(window_->isVisible());
    EXPECT_TRUE(window_->isWindowModified());
}

TEST_F(WindowLoss, QuitAsksOnceAndGoesOn) {
    edit();
    EXPECT_FALSE(window_->close());
    ASSERT_NE(question(), nullptr);
    EXPECT_TRUE(question()->text().contains(QStringLiteral("twig-6")));
    answerQuestion(QMessageBox::Cancel);
    EXPECT_TRUE(window_->isVisible());
    action("File", "Quit")->trigger();
    answerQuestion(QMessageBox::Discard);
    EXPECT_FALSE(window_->isVisible());
    EXPECT_EQ(question(), nullptr);
}

TEST_F(WindowLoss, QuitStopsWritingOnlyWhenTold) {
    window_->workflow().apply(folder_.filePath(QStringLiteral("small")), QStringLiteral("hf"), false);
    EXPECT_FALSE(window_->close());
    ASSERT_NE(question(), nullptr);
    EXPECT_TRUE(question()->text().contains(QStringLiteral("small")));
    answerQuestion(QMessageBox::Cancel);
    EXPECT_TRUE(window_->isVisible());
    engine_.finishApply();
    EXPECT_TRUE(window_->close());
}

TEST_F(WindowLoss, ClosingPausesTheRunSaysSoAndThenCloses) {
    const QString folder = startRun();
    EXPECT_FALSE(window_->close());
    EXPECT_THAT(engine_.paused, ElementsAre(folder));
    EXPECT_TRUE(window_->isVisible());
    EXPECT_TRUE(window_->messages().isVisible());
    EXPECT_TRUE(window_->messages().message().contains(QStringLiteral("Pausing")));
    EXPECT_TRUE(window_->messages().message().contains(QStringLiteral("checkpoint")));
    EXPECT_TRUE(valueOf(*window_, "Status").startsWith(QStringLiteral("Pausing")));
    EXPECT_FALSE(window_->close());
    EXPECT_EQ(engine_.paused.size(), 1U);
    Q_EMIT engine_.jobChanged(testing::healJobRow(7, folder.toStdString().c_str(), JobState::Done, 0.5));
    EXPECT_TRUE(QTest::qWaitFor([&] { return !window_->isVisible(); }, 3000));
}

TEST_F(WindowLoss, AWaitingRunDoesNotBeginWhenTheWindowCloses) {
    const QString running = startRun();
    findNamed<QPushButton>(*window_, "Start")->click();
    const QString queued = engine_.healJobs.back().folder;
    ASSERT_NE(queued, running);
    Q_EMIT engine_.jobChanged(testing::healJobRow(8, queued.toStdString().c_str(), JobState::Queued));
    EXPECT_FALSE(window_->close());
    EXPECT_THAT(engine_.cancelled, ElementsAre(8));
    EXPECT_THAT(engine_.paused, ElementsAre(running));
}

TEST_F(WindowLoss, AWindowThatWaitsForARunClosesAtAPress) {
    startRun();
    EXPECT_FALSE(window_->close());
    pressInMessage("Close now");
    EXPECT_FALSE(window_->isVisible());
}

TEST_F(WindowLoss, TheWindowStaysWhenTheRunCouldNotBePaused) {
    const QString folder = startRun();
    EXPECT_FALSE(window_->close());
    JobRow row = testing::healJobRow(7, folder.toStdString().c_str(), JobState::Failed);
    row.message = QStringLiteral("the disk is full");
    Q_EMIT engine_.jobChanged(row);
    engine_.fail(EngineTask::Heal, row.message);
    QTest::qWait(50);
    EXPECT_TRUE(window_->isVisible());
    EXPECT_TRUE(window_->messages().message().contains(QStringLiteral("disk is full")));
}

TEST_F(WindowLoss, RecentModelsHaveNoShortcutsButDigitsInTheirMenu) {
    settings_.addRecentModel(folder_.filePath(QString(80, QLatin1Char('x')) + QStringLiteral("&co")));
    const QMenu* recent = action("File", "Open recent")->menu();
    for (const QAction* entry : recent->actions()) EXPECT_TRUE(entry->shortcut().isEmpty());
    const QString first = recent->actions().first()->text();
    EXPECT_TRUE(first.startsWith(QStringLiteral("&1 "))) << first.toStdString();
    EXPECT_LT(recent->sizeHint().width(), 600);
}

TEST_F(WindowLoss, UndoAndRedoNameTheirEdit) {
    findNamed<QSlider>(*window_, "Ratio")->setValue(20);
    const auto text = [&](const char* name) { return action("Edit", name)->text().remove(QLatin1Char('&')); };
    EXPECT_EQ(text("Undo"), QStringLiteral("Undo Set ratio to 20 %"));
    EXPECT_EQ(text("Redo"), QStringLiteral("Redo"));
    action("Edit", "Undo")->trigger();
    EXPECT_EQ(text("Undo"), QStringLiteral("Undo"));
    EXPECT_FALSE(action("Edit", "Undo")->isEnabled());
    EXPECT_EQ(text("Redo"), QStringLiteral("Redo Set ratio to 20 %"));
}

}  // namespace
}  // namespace secateur
