// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace secateur {

class WorkbenchWindow;

// Menus File, Edit, Plan, Run, View and Help, with the standard shortcuts. Every entry carries its visible
// text as accessible name.
void buildMenus(WorkbenchWindow& window);
// The last two of them.
void buildView(WorkbenchWindow& window);
void buildHelp(WorkbenchWindow& window);

}  // namespace secateur
