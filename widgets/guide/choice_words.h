// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

class QComboBox;

namespace secateur {

// Lets a list of choices say what each means: the words of its card beside it in the open list, as tool tip
// and description, and the card by F1. `kind`: see guideKey(); a choice is known by its data, else by its
// text. To be called once the choices are there.
void explainChoices(QComboBox& box, const std::string& kind);

}  // namespace secateur
