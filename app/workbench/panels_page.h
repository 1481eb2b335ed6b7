// SPDX-License-Identifier: GPL-3.0-or-later
//
// docs/panels.md, written by the window that it tells of: the prose of resources/guide/panels.md, and below
// the prose of each panel what its widgets say of themselves. GUI thread only.
#pragma once

#include <QString>

namespace secateur {

class WorkbenchWindow;

// Markdown. What the controls have now is told as usual: of a window that was opened with settings as they
// come.
[[nodiscard]] QString panelsPage(WorkbenchWindow& window);

}  // namespace secateur
