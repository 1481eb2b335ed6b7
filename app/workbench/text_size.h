// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace secateur {

// The text of the whole program, in per cent of what the desktop uses; plots draw their lines as much
// thicker.
void applyTextSize(int percent);

}  // namespace secateur
