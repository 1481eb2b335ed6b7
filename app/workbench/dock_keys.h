// SPDX-License-Identifier: GPL-3.0-or-later
//
// From dock to dock by keyboard: to the next one that is seen, in the order in which a page is read, and
// there to the control that had the focus last. A frame shows where that is. GUI thread only.
#pragma once

#include <QDockWidget>
#include <QHash>
#include <QObject>
#include <QPointer>

class QWidget;

namespace secateur {

class DockLayouts;

class DockKeys final : public QObject {
    Q_OBJECT
public:
    DockKeys(QWidget& window, DockLayouts& layouts);
    ~DockKeys() override;

    // 1: the next one, -1: the one before.
    void move(int step);
    // The focus goes into the dock, which is shown.
    void enter(QDockWidget& dock);
    // Docks that can be seen, column by column.
    [[nodiscard]] QList<QDockWidget*> seen() const;
    // The one that has the focus, or had it last; null before.
    [[nodiscard]] QDockWidget* current() const { return current_; }
    [[nodiscard]] QDockWidget* dockOf(const QWidget* widget) const;

private:
    class Frame;
    void follow(QWidget* now);

    QWidget& window_;
    DockLayouts& layouts_;
    QPointer<QDockWidget> current_;
    QHash<QDockWidget*, QPointer<QWidget>> last_;  // what had the focus
    QPointer<Frame> frame_;
};

}  // namespace secateur
