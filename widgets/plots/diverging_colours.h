// SPDX-License-Identifier: GPL-3.0-or-later
//
// Colours behind text for values to both sides of zero: blue below, orange above, the background itself at
// zero. The two hues are told apart by all common kinds of colour blindness, and text stays readable on them
// (contrast of at least 4.5 to 1) in light and dark themes.
#pragma once

#include <QColor>
#include <QPalette>

namespace secateur {

// `value` from -1 to 1; beyond, as at the ends.
[[nodiscard]] QColor divergingColour(double value, const QPalette& palette);

// Contrast of two opaque colours as WCAG 2 defines it, 1 to 21.
[[nodiscard]] double contrast(const QColor& a, const QColor& b);

}  // namespace secateur
