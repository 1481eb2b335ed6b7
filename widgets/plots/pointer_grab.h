// SPDX-License-Identifier: GPL-3.0-or-later
//
// A press on a drawing that becomes a drag once the pointer has gone far enough, and stays a click until
// then. GUI thread only.
#pragma once

#include <QApplication>
#include <QPointF>

namespace secateur {

class PointerGrab {
public:
    void begin(const QPointF& position) {
        from_ = position;
        dragged_ = false;
    }
    // Whether the pointer, now there, drags.
    [[nodiscard]] bool drags(const QPointF& position) {
        dragged_ = dragged_ || (position - from_).manhattanLength() >= QApplication::startDragDistance();
        return dragged_;
    }
    [[nodiscard]] bool dragged() const noexcept { return dragged_; }
    // Where the drag began, or goes on from.
    [[nodiscard]] const QPointF& from() const noexcept { return from_; }
    void goOnFrom(const QPointF& position) { from_ = position; }

private:
    QPointF from_;
    bool dragged_ = false;
};

}  // namespace secateur
