// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where a dock is among the others. GUI thread only.
#pragma once

class QDockWidget;
class QWidget;

namespace secateur {

// True for a dock that is open and in front of those that share its place.
[[nodiscard]] bool isInFront(const QDockWidget& dock);
// The dock that a widget is in; null where it is in none.
[[nodiscard]] const QDockWidget* dockAround(const QWidget* widget);

}  // namespace secateur
