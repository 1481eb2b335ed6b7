// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace secateur {

// On Linux Qt tells assistive tools the chosen entry as the NAME of a combo box. From this call on the name
// is the accessible name that was set, the chosen entry its value, and an entry can be chosen through its
// action. Safe to call more than once.
void installComboBoxAccessibility();

}  // namespace secateur
