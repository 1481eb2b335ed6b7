// SPDX-License-Identifier: GPL-3.0-or-later
//
// Brings a panel up to date while somebody can see it. What changes while the panel is hidden, or lies behind
// another dock, is shown once when the panel is seen next: a panel that nobody sees computes nothing. Owned
// by the panel. GUI thread only.
#pragma once

#include <QObject>
#include <QPointer>
#include <QTimer>
#include <chrono>
#include <functional>

class QDockWidget;
class QWidget;

namespace secateur {

class WhenSeen final : public QObject {
    Q_OBJECT
public:
    // `show` shows the present state of everything. `pause`: how long soon() waits.
    WhenSeen(QWidget& panel, std::function<void()> show, std::chrono::milliseconds pause = {});

    // soon() was called, and its pause is not over.
    [[nodiscard]] bool waiting() const { return pause_.isActive(); }
    // Qt counts docks behind others as visible; this does not.
    [[nodiscard]] bool seen() const;
    // Shows before anything is written that a user may ask of a panel without looking at it: pictures and
    // numbers of all panels inside of `root`.
    static void catchUp(QWidget& root);

public Q_SLOTS:
    void now();   // at once
    void soon();  // after the pause, however often it is called meanwhile

Q_SIGNALS:
    void seenChanged(bool seen);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void look();
    void followDock();

    QWidget& panel_;
    std::function<void()> show_;
    QTimer pause_;
    QPointer<QDockWidget> dock_;  // around the panel; null: none
    bool inFront_ = true;         // of the docks that share its place
    bool stale_ = false;
    bool wasSeen_ = false;
};

}  // namespace secateur
