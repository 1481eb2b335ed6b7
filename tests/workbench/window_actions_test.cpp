// SPDX-License-Identifier: GPL-3.0-or-later
//
// What menus, palette and shortcuts offer, and files of plans.
#include <QClipboard>
#include <QDialog>
#include <QDockWidget>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QSlider>
#include <QTableWidget>
#include <QTreeView>
#include <QUndoView>
#include <algorithm>
#include <stdexcept>

#include <gmock/gmock.h>

#include "app/workbench/action_list.h"
#include "app/workbench/command_palette.h"
#include "tests/workbench/window_fixture.h"
#include "widgets/guide/dock_place.h"

namespace secateur {
namespace {

using ::testing::Contains;
using testing::findNamed;

TEST(FuzzyScore, FindsLettersInOrderAndPrefersStartsOfWords) {
    const auto score = [](const char* query, const char* text) {
        return fuzzyScore(QLatin1String(query), QLatin1String(text));
    };
    EXPECT_EQ(score("", "Open demo"), 0);
    EXPECT_TRUE(score("opde", "Open demo"));
    EXPECT_TRUE(score("DEMO op", "Open demo"));
    EXPECT_FALSE(score("demoo", "Open demo"));
    EXPECT_FALSE(score("ed x", "Open demo"));
    EXPECT_FALSE(score("a", ""));
    EXPECT_GT(score("sp", "Save plan"), score("sp", "Respond"));
    EXPECT_GT(score("plan", "Save plan"), score("plan", "Parallel line"));
}

class WindowActions : public testing::WindowTest {
protected:
    WindowActions() {
        window_->resize(1280, 800);
        window_->activateWindow();
        static_cast<void>(QTest::qWaitForWindowActive(window_.get()));
    }
    CommandPalette* palette() { return window_->findChild<CommandPalette*>(); }
    CommandPalette* openPalette() {
        QTest::keyClick(window_.get(), Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
        if (palette() == nullptr) throw std::runtime_error("no palette");
        static_cast<void>(QTest::qWaitForWindowActive(palette()));
        return palette();
    }
    QStringList found() {
        QStringList texts;
        const auto& model = *findNamed<QListView>(*palette(), "Actions found")->model();
        for (int row = 0; row < model.rowCount(); ++row) texts << model.index(row, 0).data().toString();
        return texts;
    }
    QString note() { return palette()->findChild<QLabel*>(QStringLiteral("actionNote"))->text(); }
    void type(const char* text) {
        QTest::keyClicks(findNamed<QLineEdit>(*palette(), "Action to find"), QLatin1String(text));
    }
    void press(Qt::Key key) {
        QTest::keyClick(findNamed<QLineEdit>(*palette(), "Action to find"), key);
        QTest::qWait(10);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        if (palette() == nullptr) static_cast<void>(QTest::qWaitForWindowActive(window_.get()));
    }
    void edit(int ratio = 30) { findNamed<QSlider>(*window_, "Ratio")->setValue(ratio); }
};

TEST_F(WindowActions, ThePaletteHasEveryActionOfEveryMenu) {
    settings_.addRecentModel(folder_.path());
    openPalette();
    QStringList expected{QStringLiteral("Open ") + QFileInfo(folder_.path()).fileName()};
    const std::function<void(const QMenu&)> collect = [&](const QMenu& menu) {
        for (const QAction* action : menu.actions()) {
            if (action->menu() != nullptr) collect(*action->menu());
            const bool entry = !action->isSeparator() && action->isVisible() && action->menu() == nullptr;
            const bool inList = menu.title()
                                    .remove(QLatin1Char('&'))
                                    .contains(QStringLiteral("recent"));  // is called otherwise
            if (entry && !inList) expected << action->text().remove(QLatin1Char('&')).simplified();
        }
    };
    for (const QAction* title : window_->menuBar()->actions()) collect(*title->menu());
    const QStringList texts = found();
    for (const QString& text : expected) {
        EXPECT_TRUE(std::ranges::any_of(texts, [&](const QString& each) { return each.contains(text); }))
            << text.toStdString();
    }
    EXPECT_THAT(texts, Contains(QStringLiteral("Show Layers")));
    EXPECT_THAT(texts, Contains(QStringLiteral("Dark theme")));
    EXPECT_FALSE(texts.contains(QStringLiteral("No recent plans")));  // nothing that could be done
    EXPECT_GE(texts.size(), 50);
}

TEST_F(WindowActions, ThePaletteActsAndGivesTheFocusBack) {
    openMeasured();
    auto* percent = findNamed<QWidget>(*window_, "Ratio percent");
    percent->setFocus();
    const QWidget* before = QApplication::focusWidget();
    openPalette();
    type("undo");
    EXPECT_TRUE(note().contains(QStringLiteral("no edit to take back"))) << note().toStdString();
    press(Qt::Key_Return);  // not possible: stays
    ASSERT_NE(palette(), nullptr);
    press(Qt::Key_Escape);
    EXPECT_EQ(palette(), nullptr);
    EXPECT_EQ(QApplication::focusWidget(), before);

    QDockWidget* map = window_->layouts().dock(QStringLiteral("similarity"));
    ASSERT_FALSE(isInFront(*map));
    openPalette();
    type("simil");
    EXPECT_EQ(found().first(), QStringLiteral("Show Similarity"));
    press(Qt::Key_Return);
    EXPECT_EQ(palette(), nullptr);
    QTest::qWait(30);
    EXPECT_TRUE(isInFront(*map));
}

TEST_F(WindowActions, ThePaletteIsWalkedByArrowsAndSaysKeysAndWhatIsNotFound) {
    openPalette();
    type("copy");
    const auto* list = findNamed<QListView>(*palette(), "Actions found");
    EXPECT_EQ(list->currentIndex().row(), 0);
    press(Qt::Key_Down);
    EXPECT_EQ(list->currentIndex().row(), 1);
    const QString said = list->currentIndex().data(Qt::AccessibleTextRole).toString();
    EXPECT_TRUE(said.contains(QStringLiteral("Plan"))) << said.toStdString();
    EXPECT_TRUE(said.contains(QStringLiteral("No model is open."))) << said.toStdString();
    type("qqq");
    EXPECT_TRUE(found().isEmpty());
    EXPECT_TRUE(note().contains(QStringLiteral("No action")));
    press(Qt::Key_Escape);
}

TEST_F(WindowActions, ThePageOfShortcutsHasEveryShortcutOnce) {
    action("Help", "Keyboard shortcuts...")->trigger();
    auto* table = findNamed<QTableWidget>(*window_, "Keyboard shortcuts");
    QStringList keys;
    for (int row = 0; row < table->rowCount(); ++row) keys << table->item(row, 0)->text();
    QStringList expected;
    for (const ListedAction& listed : listActions(*window_))
        if (!listed.keys.isEmpty()) expected << listed.keys.toString(QKeySequence::NativeText);
    EXPECT_EQ(keys, expected);
    EXPECT_EQ(QSet<QString>(keys.begin(), keys.end()).size(), keys.size()) << "a shortcut is there twice";
    for (const char* shortcut : {"F6", "F11", "Ctrl+Shift+P", "Ctrl+,", "Ctrl+S", "Ctrl+Shift+S"})
        EXPECT_TRUE(keys.contains(QLatin1String(shortcut))) << shortcut;
}

TEST_F(WindowActions, SaveGoesToThePlansFileAndSaveAsAsks) {
    openMeasured();
    edit();
    action("File", "Save plan")->trigger();
    auto* dialog = window_->findChild<QFileDialog*>();
    ASSERT_NE(dialog, nullptr);
    const QString file = folder_.filePath(QStringLiteral("kept.json"));
    Q_EMIT dialog->fileSelected(file);
    delete dialog;
    EXPECT_FALSE(window_->isWindowModified());
    edit(50);
    EXPECT_TRUE(window_->isWindowModified());
    action("File", "Save plan")->trigger();
    EXPECT_EQ(window_->findChild<QFileDialog*>(), nullptr);
    EXPECT_FALSE(window_->isWindowModified());
    QFile saved(file);
    ASSERT_TRUE(saved.open(QIODevice::ReadOnly));
    EXPECT_EQ(QString::fromUtf8(saved.readAll()), window_->workflow().document().json());
    action("File", "Save plan as...")->trigger();
    EXPECT_NE(window_->findChild<QFileDialog*>(), nullptr);
}

TEST_F(WindowActions, RecentPlansAreInTheMenuAndLoad) {
    const auto* recent = action("File", "Load recent plan")->menu();
    EXPECT_EQ(recent->actions().first()->text(), QStringLiteral("No recent plans"));
    openMeasured();
    edit();
    const QString file = folder_.filePath(QStringLiteral("kept.json"));
    ASSERT_TRUE(window_->workflow().savePlan(file));
    action("Edit", "Restore everything")->trigger();
    window_->workflow().document().undoStack()->setClean();
    QAction* first = recent->actions().first();
    EXPECT_EQ(first->text(), QStringLiteral("&1  kept.json"));
    EXPECT_EQ(first->toolTip(), file);
    ASSERT_TRUE(first->isEnabled());
    first->trigger();
    EXPECT_EQ(findNamed<QSlider>(*window_, "Ratio")->value(), 30);
    ASSERT_TRUE(QFile::remove(file));
    settings_.addRecentPlan(folder_.filePath(QStringLiteral("gone.json")));
    EXPECT_FALSE(recent->actions().first()->isEnabled());
    recent->actions().last()->trigger();
    EXPECT_TRUE(settings_.recentPlans().isEmpty());
}

TEST_F(WindowActions, EveryWayToLoadAPlanAsksBeforeAnUnsavedOneGoes) {
    openMeasured();
    edit();
    const QString file = folder_.filePath(QStringLiteral("kept.json"));
    ASSERT_TRUE(window_->workflow().savePlan(file));
    edit(60);
    const std::pair<const char*, std::function<void()>> ways[] = {
        {"drop", [&] { drop(file); }},
        {"recent plan", [&] { action("File", "Load recent plan")->menu()->actions().first()->trigger(); }},
        {"chosen file", [&] {
             action("File", "Load plan...")->trigger();
             auto* dialog = window_->findChild<QFileDialog*>();
             Q_EMIT dialog->fileSelected(file);
             delete dialog;
         }}};
    for (const auto& [what, way] : ways) {
        way();
        ASSERT_NE(window_->findChild<QMessageBox*>(), nullptr) << what;
        answerQuestion(QMessageBox::Cancel);
        EXPECT_EQ(findNamed<QSlider>(*window_, "Ratio")->value(), 60) << what;
    }
    drop(file);
    answerQuestion(QMessageBox::Discard);
    EXPECT_EQ(findNamed<QSlider>(*window_, "Ratio")->value(), 30);
}

TEST_F(WindowActions, TheHistoryListsEditsAndGoesBackToThem) {
    auto* view = findNamed<QUndoView>(*window_, "Edits of the plan");
    const auto* note = window_->findChild<QLabel*>(QStringLiteral("historyNote"));
    EXPECT_TRUE(note->text().startsWith(QStringLiteral("Nothing yet")));
    openMeasured();
    window_->workflow().document().setPartRemoved(2, LayerPart::Layer, true);
    window_->workflow().document().setPartRemoved(3, LayerPart::Layer, true);
    ASSERT_EQ(view->model()->rowCount(), 3);
    EXPECT_EQ(view->model()->index(0, 0).data().toString(), QStringLiteral("As it began"));
    EXPECT_TRUE(view->model()->index(2, 0).data().toString().contains(QStringLiteral("3")));
    EXPECT_TRUE(note->text().startsWith(QStringLiteral("2 of 2"))) << note->text().toStdString();
    view->setCurrentIndex(view->model()->index(1, 0));
    EXPECT_TRUE(window_->workflow().document().kept().layer[3]);
    EXPECT_FALSE(window_->workflow().document().kept().layer[2]);
    EXPECT_TRUE(note->text().startsWith(QStringLiteral("1 of 2"))) << note->text().toStdString();
}

TEST_F(WindowActions, HealingAndChopLabAreCopiedAsCommands) {
    EXPECT_FALSE(action("Plan", "Copy healing as command")->isEnabled());
    EXPECT_FALSE(action("Plan", "Copy chop lab as command")->isEnabled());
    openMeasured();
    action("Plan", "Copy healing as command")->trigger();
    const QString healing = QApplication::clipboard()->text();
    EXPECT_TRUE(healing.contains(QStringLiteral("secateur apply /nowhere/twig-6"))) << healing.toStdString();
    EXPECT_TRUE(healing.contains(QStringLiteral("\nsecateur heal twig-6-pruned --teacher /nowhere/twig-6")))
        << healing.toStdString();
    auto* button = findNamed<QAbstractButton>(*window_, "Copy healing as command");
    QApplication::clipboard()->clear();
    button->click();
    EXPECT_EQ(QApplication::clipboard()->text(), healing);
    findNamed<QPushButton>(*window_, "Compare strategies")->click();
    ASSERT_TRUE(action("Plan", "Copy chop lab as command")->isEnabled());
    action("Plan", "Copy chop lab as command")->trigger();
    const QString lab = QApplication::clipboard()->text();
    EXPECT_TRUE(lab.contains(QStringLiteral("secateur sweep /nowhere/twig-6 --chop "))) << lab.toStdString();
    EXPECT_TRUE(lab.contains(QStringLiteral("--analysis analysis.h5"))) << lab.toStdString();
}

TEST_F(WindowActions, EveryMenuFitsAScreenOf720Lines) {
    for (const QAction* title : window_->menuBar()->actions())
        EXPECT_LT(title->menu()->sizeHint().height(), 680) << title->text().toStdString();
    const auto* panels = action("View", "Panels")->menu();
    EXPECT_EQ(panels->actions().size(), window_->layouts().docks().size());
}

TEST_F(WindowActions, FactsForAProblemReportAreCopied) {
    openMeasured();
    action("Help", "Copy facts for a problem report")->trigger();
    const QString facts = QApplication::clipboard()->text();
    for (const QString& part : {QStringLiteral("Qt ") + QLatin1String(qVersion()), QStringLiteral("twig-6"),
                                QStringLiteral("device auto"), QStringLiteral("offscreen")})
        EXPECT_TRUE(facts.contains(part)) << part.toStdString() << "\n" << facts.toStdString();
    EXPECT_FALSE(facts.contains(folder_.path()));  // no paths of this machine
    action("Help", "About Secateur")->trigger();
    QStringList texts;
    for (const QLabel* label : window_->findChildren<QLabel*>()) texts << label->text();
    EXPECT_TRUE(texts.join(QLatin1Char('|')).contains(QStringLiteral("QCustomPlot (GPL 3)")));
}

TEST_F(WindowActions, EveryTableAndTreeOfWindowAndDialogsCopies) {
    window_->showMethods();
    action("Help", "Keyboard shortcuts...")->trigger();
    int tables = 0;
    for (const QAbstractItemView* view : window_->findChildren<QAbstractItemView*>()) {
        const bool table = qobject_cast<const QTableView*>(view) != nullptr;
        if (!table && qobject_cast<const QTreeView*>(view) == nullptr) continue;
        if (view->window()->inherits("QFileDialog")) continue;  // the desktop's own
        QStringList texts;
        for (const QAction* action : view->actions()) texts << action->text();
        EXPECT_THAT(texts, Contains(QStringLiteral("Copy"))) << view->accessibleName().toStdString();
        EXPECT_THAT(texts, Contains(QStringLiteral("Copy as CSV"))) << view->accessibleName().toStdString();
        ++tables;
    }
    EXPECT_GE(tables, 8);
}

}  // namespace
}  // namespace secateur
