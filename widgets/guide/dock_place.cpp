// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/guide/dock_place.h"

#include <QDockWidget>

namespace secateur {

// Qt counts docks behind others as visible, and moves them out of the window.
bool isInFront(const QDockWidget& dock) {
    if (!dock.isVisible() || dock.isFloating()) return dock.isVisible();
    return dock.parentWidget()->rect().intersects(dock.geometry());
}

const QDockWidget* dockAround(const QWidget* widget) {
    for (; widget != nullptr; widget = widget->parentWidget())
        if (const auto* dock = qobject_cast<const QDockWidget*>(widget)) return dock;
    return nullptr;
}

}  // namespace secateur
