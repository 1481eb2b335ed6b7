// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/dock_keys.h"

#include <QApplication>
#include <QDockWidget>
#include <QEvent>
#include <QPainter>
#include <QWidget>
#include <algorithm>

#include "app/workbench/dock_layouts.h"
#include "widgets/guide/dock_place.h"

namespace secateur {

// Around a dock, above it, and nothing to the mouse.
class DockKeys::Frame final : public QWidget {
public:
    explicit Frame(QDockWidget& dock) : QWidget(dock.parentWidget()), dock_(&dock) {
        setObjectName(QStringLiteral("dockFrame"));
        setAttribute(Qt::WA_TransparentForMouseEvents);
        setFocusPolicy(Qt::NoFocus);
        dock.installEventFilter(this);
        fit();
        show();
        raise();
    }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (watched == dock_ && (event->type() == QEvent::Resize || event->type() == QEvent::Move)) fit();
        return false;
    }
    void paintEvent(QPaintEvent*) override {
        constexpr int kWidth = 2;
        QPainter painter(this);
        painter.setPen(
            QPen(palette().color(QPalette::Highlight), kWidth, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
        painter.drawRect(rect().adjusted(1, 1, -1, -1));
    }

private:
    void fit() { setGeometry(dock_->geometry()); }

    QDockWidget* dock_;
};

DockKeys::DockKeys(QWidget& window, DockLayouts& layouts)
    : QObject(&window), window_(window), layouts_(layouts) {
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) { follow(now); });
}

DockKeys::~DockKeys() = default;

QDockWidget* DockKeys::dockOf(const QWidget* widget) const {
    for (; widget != nullptr; widget = widget->parentWidget()) {
        for (QDockWidget* dock : layouts_.docks())
            if (dock == widget) return dock;
    }
    return nullptr;
}

void DockKeys::follow(QWidget* now) {
    QDockWidget* dock = dockOf(now);
    if (frame_ != nullptr && dock != current_) frame_->deleteLater();
    if (dock == nullptr) return;
    current_ = dock;
    if (now != dock) last_[dock] = now;
}

QList<QDockWidget*> DockKeys::seen() const {
    QList<QDockWidget*> seen;
    for (QDockWidget* dock : layouts_.docks())
        if (isInFront(*dock)) seen << dock;
    std::ranges::sort(seen, [](const QDockWidget* a, const QDockWidget* b) {
        const QPoint first = a->mapToGlobal(QPoint());
        const QPoint second = b->mapToGlobal(QPoint());
        return first.x() != second.x() ? first.x() < second.x() : first.y() < second.y();
    });
    return seen;
}

void DockKeys::move(int step) {
    const QList<QDockWidget*> docks = seen();
    if (docks.isEmpty()) return;
    const auto at = docks.indexOf(dockOf(QApplication::focusWidget()));
    const auto count = docks.size();
    const auto next = at < 0 ? (step > 0 ? 0 : count - 1) : (at + step + count) % count;
    enter(*docks.at(next));
}

void DockKeys::enter(QDockWidget& dock) {
    dock.show();
    dock.raise();
    if (dock.isFloating()) dock.activateWindow();
    const auto takes = [](const QWidget* widget) {
        return widget != nullptr && (widget->focusPolicy() & Qt::TabFocus) != 0 && widget->isEnabled() &&
               widget->isVisible() && widget->focusProxy() == nullptr;
    };
    QWidget* target = last_.value(&dock);
    for (QWidget* widget = dock.nextInFocusChain(); !takes(target) && widget != &dock;
         widget = widget->nextInFocusChain()) {
        if (dock.isAncestorOf(widget) && takes(widget)) target = widget;
    }
    if (!takes(target)) target = &dock;  // a panel that has nothing to do yet can still be read
    target->setFocus(Qt::TabFocusReason);
    delete frame_;
    if (!dock.isFloating()) frame_ = new Frame(dock);
}

}  // namespace secateur
