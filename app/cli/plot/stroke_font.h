// SPDX-License-Identifier: GPL-3.0-or-later
//
// Letters as strokes, so that a picture needs no font file. Printable ASCII; anything else is drawn as a box.
#pragma once

#include <string_view>
#include <vector>

#include "app/cli/plot/png.h"

namespace secateur::cli {

// Strokes of a line of text that begins at (0, 0) on the baseline, y downward.
[[nodiscard]] std::vector<std::vector<Point>> strokeText(std::string_view text, double size);
[[nodiscard]] double strokeTextWidth(std::string_view text, double size);

}  // namespace secateur::cli
