// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/document/settings.h"

namespace secateur {

// Style Fusion with a light or dark palette for the whole application; System takes the palette that the
// desktop gave at start. Plots follow the palette.
void applyTheme(Theme theme);

}  // namespace secateur
