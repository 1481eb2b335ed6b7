// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace secateur {

// From this call on, in the whole application:
// - the wheel edits no spin box, combo box or slider that lacks the focus, and gives none; what lies behind
//   scrolls;
// - Undo and Redo belong to the plan: in its panel always, what is being typed being taken as an edit first,
//   elsewhere where the field has nothing of its own to undo, but not in dialogs;
// - Shift+F10 asks for the context menu of what has the focus, which not every platform does.
// Safe to call more than once.
void installInputRules();

}  // namespace secateur
