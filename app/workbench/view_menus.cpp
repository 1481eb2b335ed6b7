// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAction>
#include <QActionGroup>
#include <QCoreApplication>
#include <QDockWidget>
#include <QMenu>
#include <QMenuBar>
#include <functional>

#include "app/workbench/command_palette.h"
#include "app/workbench/screen_modes.h"
#include "app/workbench/theme.h"
#include "app/workbench/window_menus.h"
#include "app/workbench/workbench_window.h"

namespace secateur {
namespace {

QString viewTr(const char* text) {
    return QCoreApplication::translate("WindowMenus", text);
}

QAction* addEntry(QMenu* menu, const char* text, const QKeySequence& keys, const std::function<void()>& act) {
    QAction* action = menu->addAction(viewTr(text));
    action->setShortcut(keys);
    if (act) QObject::connect(action, &QAction::triggered, menu, act);
    return action;
}

void buildLayouts(QMenu* menu, WorkbenchWindow& window) {
    auto* group = new QActionGroup(menu);
    int number = 0;
    for (const QString& name : DockLayouts::names()) {
        QAction* action = menu->addAction(viewTr("Layout %1").arg(DockLayouts::label(name)));
        action->setShortcut(QKeySequence(Qt::ALT | static_cast<Qt::Key>(Qt::Key_1 + number++)));
        action->setCheckable(true);
        action->setChecked(name == window.layouts().current());
        action->setActionGroup(group);
        QObject::connect(action, &QAction::triggered, &window.layouts(),
                         [&window, name] { window.layouts().choose(name); });
        QObject::connect(&window.layouts(), &DockLayouts::currentChanged, action,
                         [action, name](const QString& current) { action->setChecked(name == current); });
    }
    addEntry(menu, "&Reset layout", {}, [&window] { window.layouts().reset(); });
}

void buildThemes(QMenu* menu, WorkbenchWindow& window) {
    auto* group = new QActionGroup(menu);
    Settings& settings = window.workflow().settings();
    const std::pair<const char*, Theme> themes[] = {
        {"&System theme", Theme::System}, {"&Light theme", Theme::Light}, {"&Dark theme", Theme::Dark}};
    for (const auto& [text, theme] : themes) {
        QAction* action = menu->addAction(viewTr(text));
        action->setCheckable(true);
        action->setChecked(settings.theme() == theme);
        action->setActionGroup(group);
        QObject::connect(action, &QAction::triggered, &settings,
                         [&settings, theme = theme] { settings.setTheme(theme); });
        QObject::connect(&settings, &Settings::themeChanged, action, [action, &settings, theme = theme] {
            action->setChecked(settings.theme() == theme);
        });
    }
    QObject::connect(&settings, &Settings::themeChanged, menu, [&settings] { applyTheme(settings.theme()); });
}

void buildSizes(QMenu* menu, WorkbenchWindow& window) {
    ScreenModes& modes = window.screenModes();
    QAction* full = addEntry(menu, "&Full screen", Qt::Key_F11, nullptr);
    full->setCheckable(true);
    QObject::connect(full, &QAction::triggered, &modes, &ScreenModes::setFullScreen);
    QObject::connect(&modes, &ScreenModes::fullScreenChanged, full, &QAction::setChecked);
    QAction* present = addEntry(menu, "Presen&t panel", Qt::SHIFT | Qt::Key_F11, nullptr);
    present->setCheckable(true);
    present->setStatusTip(viewTr(
        "The panel that has the focus alone on the screen, with large text and thick lines; Esc leaves"));
    QObject::connect(present, &QAction::triggered, &modes, &ScreenModes::present);
    QObject::connect(&modes, &ScreenModes::presentingChanged, present, &QAction::setChecked);
    menu->addSeparator();
    QAction* larger = addEntry(menu, "Lar&ger text", {}, [&modes] { modes.zoom(1); });
    larger->setShortcuts({QKeySequence(Qt::CTRL | Qt::Key_Plus), QKeySequence(Qt::CTRL | Qt::Key_Equal)});
    addEntry(menu, "S&maller text", Qt::CTRL | Qt::Key_Minus, [&modes] { modes.zoom(-1); });
    addEntry(menu, "&Usual text size", Qt::CTRL | Qt::Key_0, [&modes] { modes.usualSize(); });
    menu->addSeparator();
    addEntry(menu, "Ne&xt panel", Qt::Key_F6, [&modes] { modes.moveOn(1); });
    addEntry(menu, "Pre&vious panel", Qt::SHIFT | Qt::Key_F6, [&modes] { modes.moveOn(-1); });
}

}  // namespace

void buildView(WorkbenchWindow& window) {
    QMenu* menu = window.menuBar()->addMenu(viewTr("&View"));
    QMenu* panels = menu->addMenu(viewTr("&Panels"));
    for (QDockWidget* dock : window.layouts().docks()) panels->addAction(dock->toggleViewAction());
    menu->addSeparator();
    buildLayouts(menu, window);
    menu->addSeparator();
    buildSizes(menu, window);
    menu->addSeparator();
    buildThemes(menu, window);
}

void buildHelp(WorkbenchWindow& window) {
    QMenu* menu = window.menuBar()->addMenu(viewTr("&Help"));
    addEntry(menu, "&Find action...", Qt::CTRL | Qt::SHIFT | Qt::Key_P, [&window] { findAction(window); });
    addEntry(menu, "&Keyboard shortcuts...", Qt::CTRL | Qt::Key_F1, [&window] { showShortcuts(window); });
    menu->addSeparator();
    addEntry(menu, "&Guide", QKeySequence::HelpContents, [&window] { window.showGuide(); });
    addEntry(menu, "Gl&ossary", {}, [&window] { window.showGlossary(); });
    addEntry(menu, "&Methods", {}, [&window] { window.showMethods(); });
    addEntry(menu, "Guided &tour", {}, [&window] { window.showTour(); });
    menu->addSeparator();
    addEntry(menu, "&Copy facts for a problem report", {}, [&window] { window.copyFacts(); });
    addEntry(menu, "&About Secateur", {}, [&window] { window.showAbout(); });
}

}  // namespace secateur
