// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/window_menus.h"

#include <QActionGroup>
#include <QApplication>
#include <QCoreApplication>
#include <QDockWidget>
#include <QFileInfo>
#include <QMenu>
#include <QMenuBar>

#include "app/workbench/theme.h"
#include "app/workbench/workbench_window.h"
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
    const auto refresh = [action, &document] { action->setEnabled(document.valid()); };
    QObject::connect(&document, &PlanDocument::planChanged, action, refresh);
    refresh();
}

void enableWithModel(QAction* action, PlanDocument& document) {
    const auto refresh = [action, &document] { action->setEnabled(document.model() != nullptr); };
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

void fillRecent(QMenu* menu, WorkbenchWindow& window) {
    menu->clear();
    Settings& settings = window.workflow().settings();
    int number = 0;
    for (const QString& folder : settings.recentModels()) {
        QAction* action =
            menu->addAction(recentText(++number, QFileInfo(folder).fileName(), menu->fontMetrics()));
        action->setToolTip(folder);
        action->setStatusTip(folder);
        action->setEnabled(QFileInfo(folder).isDir());
        QObject::connect(action, &QAction::triggered, &window,
                         [&window, folder] { window.openModel(folder); });
    }
    if (number == 0) {
        menu->addAction(tr("No recent models"))->setEnabled(false);
        return;
    }
    menu->addSeparator();
    add(menu, "Clear list", {}, &settings, &Settings::clearRecentModels);
}

void buildFile(WorkbenchWindow& window) {
    QMenu* menu = window.menuBar()->addMenu(tr("&File"));
    Workflow& workflow = window.workflow();
    add(menu, "&Open model...", QKeySequence::Open, &window, &WorkbenchWindow::askModel);
    QAction* demo =
        add(menu, "Open &demo", QKeySequence(Qt::CTRL | Qt::Key_D), &window, &WorkbenchWindow::openDemo);
    demo->setEnabled(!workflow.engine().demoModel().isEmpty());
    QMenu* recent = menu->addMenu(tr("Open &recent"));
    recent->setToolTipsVisible(true);
    QObject::connect(&workflow.settings(), &Settings::recentModelsChanged, recent,
                     [recent, &window] { fillRecent(recent, window); });
    fillRecent(recent, window);
    menu->addSeparator();
    enableWithModel(add(menu, "&Load plan...", QKeySequence(Qt::CTRL | Qt::Key_L), &window,
                        &WorkbenchWindow::askLoadPlan),
                    workflow.document());
    enableWithPlan(add(menu, "&Save plan...", QKeySequence::Save, &window, &WorkbenchWindow::askSavePlan),
                   workflow.document());
    menu->addSeparator();
    add(menu, "Open s&ession...", {}, &window, &WorkbenchWindow::askOpenSession);
    enableWithModel(add(menu, "Save session &as...", {}, &window, &WorkbenchWindow::askSaveSession),
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
    menu->addSeparator();
    QAction* back = add(menu, "Pre&vious selection", QKeySequence(Qt::Key_Escape), &window.selection(),
                        &LayerSelection::stepBack);
    back->setStatusTip(tr("Select the layers that were selected before"));
    menu->addSeparator();
    enableWithModel(add(menu, "Restore &everything", {}, &window, &WorkbenchWindow::restorePlan),
                    window.workflow().document());
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
    QObject::connect(leaveOneOut, &QAction::toggled, &workflow.settings(), &Settings::setLeaveOneOut);
    QAction* onOpen = menu->addAction(tr("Measure when &opening"));
    onOpen->setCheckable(true);
    onOpen->setChecked(workflow.settings().measureOnOpen());
    QObject::connect(onOpen, &QAction::toggled, &workflow.settings(), &Settings::setMeasureOnOpen);
}

void buildLayouts(QMenu* menu, WorkbenchWindow& window) {
    auto* group = new QActionGroup(menu);
    int number = 0;
    for (const QString& name : DockLayouts::names()) {
        QAction* action = menu->addAction(tr("Layout %1").arg(DockLayouts::label(name)));
        action->setShortcut(QKeySequence(Qt::ALT | static_cast<Qt::Key>(Qt::Key_1 + number++)));
        action->setCheckable(true);
        action->setChecked(name == window.layouts().current());
        action->setActionGroup(group);
        QObject::connect(action, &QAction::triggered, &window.layouts(),
                         [&window, name] { window.layouts().choose(name); });
        QObject::connect(&window.layouts(), &DockLayouts::currentChanged, action,
                         [action, name](const QString& current) { action->setChecked(name == current); });
    }
    add(menu, "&Reset layout", {}, &window.layouts(), &DockLayouts::reset);
}

void buildThemes(QMenu* menu, WorkbenchWindow& window) {
    auto* group = new QActionGroup(menu);
    Settings& settings = window.workflow().settings();
    const std::pair<const char*, Theme> themes[] = {
        {"&System theme", Theme::System}, {"&Light theme", Theme::Light}, {"&Dark theme", Theme::Dark}};
    for (const auto& [text, theme] : themes) {
        QAction* action = menu->addAction(tr(text));
        action->setCheckable(true);
        action->setChecked(settings.theme() == theme);
        action->setActionGroup(group);
        QObject::connect(action, &QAction::triggered, &settings, [&settings, theme = theme] {
            settings.setTheme(theme);
            applyTheme(theme);
        });
    }
}

void buildView(WorkbenchWindow& window) {
    QMenu* menu = window.menuBar()->addMenu(tr("&View"));
    for (QDockWidget* dock : window.layouts().docks()) menu->addAction(dock->toggleViewAction());
    menu->addSeparator();
    buildLayouts(menu, window);
    menu->addSeparator();
    buildThemes(menu, window);
}

void buildHelp(WorkbenchWindow& window) {
    QMenu* menu = window.menuBar()->addMenu(tr("&Help"));
    add(menu, "&Methods...", QKeySequence::HelpContents, &window, &WorkbenchWindow::showMethods);
    add(menu, "&About Secateur", {}, &window, &WorkbenchWindow::showAbout);
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
