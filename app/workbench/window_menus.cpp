// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/window_menus.h"

#include <QAction>
#include <QCoreApplication>
#include <QFileInfo>
#include <QMenu>
#include <QMenuBar>
#include <functional>

#include "app/workbench/action_list.h"
#include "app/workbench/figure_export.h"
#include "app/workbench/preferences_dialog.h"
#include "app/workbench/workbench_window.h"
#include "widgets/document/chop_lab.h"
#include "widgets/panels/heal_panel.h"

namespace secateur {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("WindowMenus", text);
}

template <class Receiver, class Slot>
QAction* add(QMenu* menu, const char* text, const QKeySequence& keys, Receiver* receiver, Slot slot) {
    QAction* action = menu->addAction(tr(text));
    action->setShortcut(keys);
    QObject::connect(action, &QAction::triggered, receiver, slot);
    return action;
}

// Actions that need a plan follow it.
void enableWithPlan(QAction* action, PlanDocument& document) {
    const auto refresh = [action, &document] {
        action->setEnabled(document.valid());
        explainDisabled(*action, document.model() == nullptr    ? tr("No model is open.")
                                 : document.problem().isEmpty() ? tr("The plan is being made.")
                                                                : document.problem());
    };
    QObject::connect(&document, &PlanDocument::planChanged, action, refresh);
    refresh();
}

void enableWithModel(QAction* action, PlanDocument& document) {
    explainDisabled(*action, tr("No model is open."));
    const auto refresh = [action, &document] { action->setEnabled(document.model() != nullptr); };
    QObject::connect(&document, &PlanDocument::modelChanged, action, refresh);
    refresh();
}

void enableWithAnalysis(QAction* action, PlanDocument& document) {
    const auto refresh = [action, &document] { action->setEnabled(document.analysis() != nullptr); };
    QObject::connect(&document, &PlanDocument::analysisChanged, action, refresh);
    QObject::connect(&document, &PlanDocument::modelChanged, action, refresh);
    refresh();
}

// A digit to press while the menu is open, and no shortcut: one slip of the hand must not change the model.
QString recentText(int number, const QString& name, const QFontMetrics& metrics) {
    constexpr int kMostCharacters = 40;
    QString shown = metrics.elidedText(name, Qt::ElideMiddle, kMostCharacters * metrics.averageCharWidth());
    shown.replace(QLatin1Char('&'), QStringLiteral("&&"));
    return QStringLiteral("&%1  %2").arg(number).arg(shown);
}

// What was used last, by name.
struct RecentList {
    QStringList paths;
    QString none;   // what the menu says where there is nothing
    QString alone;  // "Open %1": what an entry is called outside of the menu
    QString clearAlone;
    std::function<void(const QString&)> open;
    std::function<void()> clear;
    bool possible = true;
    QString why{};  // not possible
    // What is not there any more can be looked for; may be empty.
    std::function<bool(const QString&)> sought{};
};

void fillRecent(QMenu* menu, const RecentList& recent) {
    menu->clear();
    int number = 0;
    for (const QString& path : recent.paths) {
        QAction* action =
            menu->addAction(recentText(++number, QFileInfo(path).fileName(), menu->fontMetrics()));
        action->setToolTip(path);
        action->setStatusTip(path);
        comesAndGoes(*action);
        callAlone(*action, recent.alone.arg(QFileInfo(path).fileName()));
        const bool gone = !QFileInfo::exists(path);
        const bool there = !gone || (recent.sought && recent.sought(path));
        if (gone && there) action->setToolTip(tr("%1 is not there any more: it is looked for").arg(path));
        action->setEnabled(there && recent.possible);
        explainDisabled(*action, there ? recent.why : tr("%1 is not there any more.").arg(path));
        QObject::connect(action, &QAction::triggered, menu, [open = recent.open, path] { open(path); });
    }
    if (number == 0) {
        QAction* none = menu->addAction(recent.none);
        none->setEnabled(false);
        callAlone(*none, {});
        return;
    }
    menu->addSeparator();
    QAction* clear = menu->addAction(tr("Clear list"));
    comesAndGoes(*clear);
    callAlone(*clear, recent.clearAlone);
    QObject::connect(clear, &QAction::triggered, menu, recent.clear);
}

void buildRecentModels(QMenu* file, WorkbenchWindow& window) {
    QMenu* menu = file->addMenu(tr("Open &recent"));
    menu->setToolTipsVisible(true);
    Settings& settings = window.workflow().settings();
    const auto fill = [menu, &window, &settings] {
        fillRecent(
            menu, {settings.recentModels(),
                   tr("No recent models"),
                   tr("Open %1"),
                   tr("Clear list of recent models"),
                   [&window](const QString& folder) { window.openModel(folder); },
                   [&settings] { settings.clearRecentModels(); },
                   true,
                   {},
                   [&settings](const QString& folder) { return !settings.fingerprintOf(folder).isEmpty(); }});
    };
    QObject::connect(&settings, &Settings::recentModelsChanged, menu, fill);
    fill();
}

void buildRecentPlans(QMenu* file, WorkbenchWindow& window) {
    QMenu* menu = file->addMenu(tr("Load rece&nt plan"));
    menu->setToolTipsVisible(true);
    Settings& settings = window.workflow().settings();
    PlanDocument& document = window.workflow().document();
    const auto fill = [menu, &window, &settings, &document] {
        fillRecent(menu, {settings.recentPlans(), tr("No recent plans"), tr("Load %1"),
                          tr("Clear list of recent plans"),
                          [&window](const QString& plan) { window.loadPlan(plan); },
                          [&settings] { settings.clearRecentPlans(); }, document.model() != nullptr,
                          tr("No model is open.")});
    };
    QObject::connect(&settings, &Settings::recentPlansChanged, menu, fill);
    QObject::connect(&document, &PlanDocument::modelChanged, menu, fill);
    QObject::connect(&document, &PlanDocument::fileChanged, &settings, [&settings, &document] {
        if (!document.file().isEmpty()) settings.addRecentPlan(document.file());
    });
    fill();
}

void buildFile(WorkbenchWindow& window) {
    QMenu* menu = window.menuBar()->addMenu(tr("&File"));
    Workflow& workflow = window.workflow();
    add(menu, "&Open model...", QKeySequence::Open, &window, &WorkbenchWindow::askModel);
    QAction* demo =
        add(menu, "Open &demo", QKeySequence(Qt::CTRL | Qt::Key_D), &window, &WorkbenchWindow::openDemo);
    demo->setEnabled(!workflow.engine().demoModel().isEmpty());
    explainDisabled(*demo, tr("The demo model is not installed."));
    buildRecentModels(menu, window);
    menu->addSeparator();
    enableWithModel(add(menu, "&Load plan...", QKeySequence(Qt::CTRL | Qt::Key_L), &window,
                        &WorkbenchWindow::askLoadPlan),
                    workflow.document());
    buildRecentPlans(menu, window);
    enableWithPlan(add(menu, "&Save plan", QKeySequence::Save, &window, &WorkbenchWindow::askSavePlan),
                   workflow.document());
    enableWithPlan(add(menu, "Save plan as...", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S), &window,
                       &WorkbenchWindow::askSavePlanAs),
                   workflow.document());
    menu->addSeparator();
    add(menu, "Open s&ession...", {}, &window, &WorkbenchWindow::askOpenSession);
    enableWithModel(add(menu, "Save session &as...", {}, &window, &WorkbenchWindow::askSaveSession),
                    workflow.document());
    enableWithPlan(add(menu, "Export &report...", {}, &window, &WorkbenchWindow::askReport),
                   workflow.document());
    menu->addSeparator();
    enableWithModel(add(menu, "Open a&nalysis...", {}, &window, &WorkbenchWindow::askOpenAnalysis),
                    workflow.document());
    enableWithAnalysis(add(menu, "Save anal&ysis...", {}, &window, &WorkbenchWindow::askSaveAnalysis),
                       workflow.document());
    enableWithModel(add(menu, "E&xport all figures...", {}, &window, [&window] { askExportFigures(window); }),
                    workflow.document());
    menu->addSeparator();
    add(menu, "&Quit", QKeySequence::Quit, &window, &QWidget::close);
}

void buildEdit(WorkbenchWindow& window) {
    QMenu* menu = window.menuBar()->addMenu(tr("&Edit"));
    QUndoStack* stack = window.workflow().document().undoStack();
    QAction* undo = stack->createUndoAction(menu, tr("&Undo"));
    undo->setShortcut(QKeySequence::Undo);
    QAction* redo = stack->createRedoAction(menu, tr("&Redo"));
    // Platforms differ in the first key for it; this one works on all.
    QList<QKeySequence> keys = QKeySequence::keyBindings(QKeySequence::Redo);
    const QKeySequence everywhere(Qt::CTRL | Qt::SHIFT | Qt::Key_Z);
    if (!keys.contains(everywhere)) keys << everywhere;
    redo->setShortcuts(keys);
    menu->addActions({undo, redo});
    explainDisabled(*undo, tr("There is no edit to take back."));
    explainDisabled(*redo, tr("There is no edit to do again."));
    menu->addSeparator();
    QAction* back = add(menu, "Pre&vious selection", QKeySequence(Qt::Key_Escape), &window.selection(),
                        &LayerSelection::stepBack);
    back->setStatusTip(tr("Select the layers that were selected before"));
    // The menu names the key; the window answers it, after whoever has the focus.
    back->setShortcutContext(Qt::WidgetShortcut);
    menu->addSeparator();
    enableWithModel(add(menu, "Restore &everything", {}, &window, &WorkbenchWindow::restorePlan),
                    window.workflow().document());
    menu->addSeparator();
    add(menu, "&Preferences...", QKeySequence(Qt::CTRL | Qt::Key_Comma), &window,
        [&window] { (new PreferencesDialog(window.workflow().settings(), &window))->open(); });
}

void buildPlan(WorkbenchWindow& window) {
    QMenu* menu = window.menuBar()->addMenu(tr("&Plan"));
    PlanDocument& document = window.workflow().document();
    enableWithPlan(add(menu, "Copy &JSON", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_J), &window,
                       &WorkbenchWindow::copyJson),
                   document);
    enableWithModel(add(menu, "&Copy as command", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), &window,
                        &WorkbenchWindow::copyCommands),
                    document);
    HealPanel& heal = window.healPanel();
    QAction* healing = add(menu, "Copy &healing as command", {}, &heal, &HealPanel::copyCommands);
    const auto refreshHealing = [healing, &heal] {
        healing->setEnabled(heal.canStart());
        explainDisabled(*healing, heal.problem());
    };
    QObject::connect(&heal, &HealPanel::actionsChanged, healing, refreshHealing);
    refreshHealing();
    ChopLab& lab = window.chopLab();
    QAction* chops = add(menu, "Copy chop &lab as command", {}, &window, &WorkbenchWindow::copyLabCommands);
    explainDisabled(*chops, tr("No strategies were compared yet."));
    const auto refreshChops = [chops, &lab] { chops->setEnabled(!lab.strategies().empty()); };
    QObject::connect(&lab, &ChopLab::changed, chops, refreshChops);
    refreshChops();
}

void buildHealing(QMenu* menu, WorkbenchWindow& window) {
    HealPanel& panel = window.healPanel();
    add(menu, "&Heal...", QKeySequence(Qt::CTRL | Qt::Key_H), &window, &WorkbenchWindow::showHeal);
    QAction* pause = add(menu, "Pa&use", {}, &panel, &HealPanel::pause);
    pause->setStatusTip(tr("Save a checkpoint of the run and stop"));
    QAction* resume = add(menu, "&Resume", {}, &panel, &HealPanel::resume);
    resume->setStatusTip(tr("Go on with the selected run from its newest checkpoint"));
    const auto refresh = [pause, resume, &panel] {
        pause->setEnabled(panel.canPause());
        explainDisabled(*pause, tr("No run is under way."));
        explainDisabled(*resume, tr("Select a run that is paused or interrupted."));
        resume->setEnabled(panel.canResume());
    };
    QObject::connect(&panel, &HealPanel::actionsChanged, pause, refresh);
    refresh();
}

void buildRun(WorkbenchWindow& window) {
    QMenu* menu = window.menuBar()->addMenu(tr("&Run"));
    Workflow& workflow = window.workflow();
    enableWithModel(add(menu, "&Measure", QKeySequence(Qt::CTRL | Qt::Key_M), &workflow, &Workflow::measure),
                    workflow.document());
    QAction* left = add(menu, "Measure what the plan &leaves", {}, &workflow, &Workflow::measureLeft);
    left->setStatusTip(
        tr("Run the network without what the plan chops, so that widths are scored on what "
           "is left"));
    const auto refreshLeft = [left, &workflow] {
        left->setEnabled(workflow.document().measuredAfter().has_value());
    };
    QObject::connect(&workflow.document(), &PlanDocument::planChanged, left, refreshLeft);
    refreshLeft();
    enableWithPlan(add(menu, "&Preview", QKeySequence::Refresh, &workflow.preview(), &PreviewFeed::runNow),
                   workflow.document());
    enableWithPlan(add(menu, "&Apply plan...", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E), &window,
                       &WorkbenchWindow::askApply),
                   workflow.document());
    menu->addSeparator();
    buildHealing(menu, window);
    menu->addSeparator();
    add(menu, "&Calibration text...", {}, &window, &WorkbenchWindow::askCalibrationText);
    QAction* leaveOneOut = menu->addAction(tr("Leave one &out when measuring"));
    leaveOneOut->setCheckable(true);
    leaveOneOut->setChecked(workflow.settings().leaveOneOut());
    leaveOneOut->setStatusTip(
        tr("Also measure perplexity without every single layer; small models always do"));
    Settings& settings = workflow.settings();
    QObject::connect(leaveOneOut, &QAction::toggled, &settings, &Settings::setLeaveOneOut);
    QObject::connect(&settings, &Settings::leaveOneOutChanged, leaveOneOut,
                     [leaveOneOut, &settings] { leaveOneOut->setChecked(settings.leaveOneOut()); });
    QAction* onOpen = menu->addAction(tr("Measure when &opening"));
    onOpen->setCheckable(true);
    onOpen->setChecked(workflow.settings().measureOnOpen());
    QObject::connect(onOpen, &QAction::toggled, &settings, &Settings::setMeasureOnOpen);
    QObject::connect(&settings, &Settings::measureOnOpenChanged, onOpen,
                     [onOpen, &settings] { onOpen->setChecked(settings.measureOnOpen()); });
}

}  // namespace

void buildMenus(WorkbenchWindow& window) {
    buildFile(window);
    buildEdit(window);
    buildPlan(window);
    buildRun(window);
    buildView(window);
    buildHelp(window);
}

}  // namespace secateur
