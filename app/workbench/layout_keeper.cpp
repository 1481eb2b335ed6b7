// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/layout_keeper.h"

#include <QDockWidget>
#include <QEvent>
#include <QMainWindow>

#include "app/workbench/dock_layouts.h"
#include "widgets/document/settings.h"

namespace secateur {
namespace {

constexpr int kPauseMilliseconds = 1000;  // a drag is kept once

}  // namespace

LayoutKeeper::LayoutKeeper(QMainWindow& window, DockLayouts& layouts, Settings& settings)
    : QObject(&window), window_(window), layouts_(layouts), settings_(settings) {
    pause_.setSingleShot(true);
    pause_.setInterval(kPauseMilliseconds);
    connect(&pause_, &QTimer::timeout, this, [this] {
        if (window_.isVisible()) keep();  // what a hidden window has is what it had
    });
    window_.installEventFilter(this);
    for (QDockWidget* dock : layouts_.docks()) dock->installEventFilter(this);
}

void LayoutKeeper::keep() {
    pause_.stop();
    layouts_.save();
    settings_.setGeometry(window_.saveGeometry());
}

bool LayoutKeeper::eventFilter(QObject* watched, QEvent* event) {
    switch (event->type()) {
        case QEvent::Move:
        case QEvent::Resize:
        case QEvent::Show:
        case QEvent::Hide:
        case QEvent::WindowStateChange:
            if (!pause_.isActive()) pause_.start();
            break;
        default:
            break;
    }
    return QObject::eventFilter(watched, event);
}

}  // namespace secateur
