// SPDX-License-Identifier: GPL-3.0-or-later
//
// A drawing as pixels.
#pragma once

#include <string>

#include "core/report/drawing.h"

namespace secateur::cli {

using report::Colour;
using report::Disc;
using report::Drawing;
using report::Label;
using report::Mark;
using report::Point;
using report::Polyline;

// `scale` pixels of the image to one of the drawing. Text is drawn in strokes (stroke_font.h), ASCII alone.
[[nodiscard]] std::string toPng(const Drawing& drawing, int scale = 2);

}  // namespace secateur::cli
