// SPDX-License-Identifier: GPL-3.0-or-later
//
// Lines and points of plots grow with their text, so that a plot at the wall of a room reads like one on the
// desk.
#pragma once

class QCustomPlot;
class QFont;

namespace secateur {

// The font whose lines are as thick as views draw them; the application's where nothing else was said.
void setUsualTextHeight(const QFont& font);

// How much larger than usual the text is, not below 1: thinner lines would not be seen.
[[nodiscard]] double strokeScale(const QFont& font);

// Gives everything that is drawn on the canvas pens and points of `scale` times what its view gave it.
// May be called any number of times, also after the view changed its pens.
void scaleStrokes(QCustomPlot& canvas, double scale);

}  // namespace secateur
