// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/when_seen.h"

#include <QDockWidget>
#include <QEvent>
#include <QWidget>
#include <utility>

#include "widgets/guide/dock_place.h"

namespace secateur {

WhenSeen::WhenSeen(QWidget& panel, std::function<void()> show, std::chrono::milliseconds pause)
    : QObject(&panel), panel_(panel), show_(std::move(show)) {
    pause_.setSingleShot(true);
    pause_.setInterval(pause);
    connect(&pause_, &QTimer::timeout, this, &WhenSeen::now);
    panel_.installEventFilter(this);
    followDock();
}

bool WhenSeen::seen() const {
    return panel_.isVisible() && inFront_;
}

void WhenSeen::now() {
    stale_ = true;
    look();
}

void WhenSeen::soon() {
    stale_ = true;
    if (seen() && !pause_.isActive()) pause_.start();
}

void WhenSeen::catchUp(QWidget& root) {
    for (WhenSeen* one : root.findChildren<WhenSeen*>())
        if (std::exchange(one->stale_, false)) one->show_();
}

void WhenSeen::look() {
    const bool present = seen();
    if (present != std::exchange(wasSeen_, present)) Q_EMIT seenChanged(present);
    if (present && std::exchange(stale_, false)) {
        pause_.stop();
        show_();
    }
}

// A panel gets its dock after it was made, and no event of its own when the dock comes to the front.
void WhenSeen::followDock() {
    auto* dock = const_cast<QDockWidget*>(dockAround(&panel_));
    if (dock == dock_) return;
    if (dock_ != nullptr) dock_->disconnect(this);
    dock_ = dock;
    inFront_ = dock == nullptr || isInFront(*dock);
    if (dock == nullptr) return;
    connect(dock, &QDockWidget::visibilityChanged, this, [this](bool visible) {
        inFront_ = visible;
        look();
    });
}

bool WhenSeen::eventFilter(QObject* watched, QEvent* event) {
    switch (event->type()) {
        case QEvent::ParentChange:
            followDock();
            break;
        case QEvent::Show:
            followDock();
            look();
            break;
        case QEvent::Hide:
            look();
            break;
        default:
            break;
    }
    return QObject::eventFilter(watched, event);
}

}  // namespace secateur
