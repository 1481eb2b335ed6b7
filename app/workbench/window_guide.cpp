// SPDX-License-Identifier: GPL-3.0-or-later
// The guide in the window: its dock, help at what has the focus, and the guided tour.
#include <QApplication>
#include <QDockWidget>

#include "app/workbench/workbench_window.h"
#include "widgets/guide/dock_place.h"
#include "widgets/guide/guide_panel.h"
#include "widgets/guide/guide_tips.h"
#include "widgets/guide/guided_tour.h"
#include "widgets/panels/model_panel.h"

namespace secateur {

void WorkbenchWindow::buildGuide() {
    QStringList titles;
    for (const QDockWidget* dock : layouts_.docks()) titles << dock->windowTitle();
    titles << tr("Guide");
    guide_ = new GuidePanel(workflow_.engine().methods(), titles);
    layouts_.add(QStringLiteral("guide"), tr("Guide"), guide_);
    tips_ = new GuideTips(
        [this](const QString& key) {
            if (guide_->showKey(key)) showGuidePage(guide_->page());
        },
        this);
    tour_ =
        new GuidedTour(*this, workflow_, {[this] { openDemo(); }, !workflow_.engine().demoModel().isEmpty()});
    connect(guide_, &GuidePanel::tourWished, this, &WorkbenchWindow::showTour);
    connect(modelPanel_, &ModelPanel::tourWished, this, &WorkbenchWindow::showTour);
}

void WorkbenchWindow::showGuidePage(const QString& address) {
    QWidget* asking = QApplication::focusWidget();
    QDockWidget* dock = layouts_.dock(QStringLiteral("guide"));
    guide_->showPage(address);
    dock->show();
    dock->raise();
    // Where the guide takes the place of the panel that asked, keys go to it.
    const QDockWidget* around = dockAround(asking);
    for (const QDockWidget* covered : tabifiedDockWidgets(dock))
        if (covered == around) guide_->setFocus();
}

void WorkbenchWindow::showGuide() {
    if (guide_->showKey(tips_->asked())) return showGuidePage(guide_->page());
    const QDockWidget* dock = dockAround(QApplication::focusWidget());
    showGuidePage(dock != nullptr ? QStringLiteral("panel:") + dock->windowTitle() : QStringLiteral("home:"));
}

void WorkbenchWindow::showGlossary() {
    showGuidePage(QStringLiteral("glossary:"));
}

void WorkbenchWindow::showMethods() {
    showGuidePage(QStringLiteral("methods:"));
}

void WorkbenchWindow::showTour() {
    tour_->start();
}

}  // namespace secateur
