// SPDX-License-Identifier: GPL-3.0-or-later
//
// A frame around cells of a map: a bright line inside a dark one, so that it shows on every colour below it.
// On the overlay layer, which is redrawn without the map.
#pragma once

#include "widgets/plots/plot_canvas.h"

namespace secateur {

class CellMarker {
public:
    explicit CellMarker(PlotCanvas* canvas);

    void setColours(const QColor& inner, const QColor& outer, double width);
    // In axis coordinates; cells are centred on whole numbers, so one cell is (x - 0.5, y - 0.5, 1, 1).
    void frame(const QRectF& cells);
    void hide();

private:
    QCPItemRect* outer_;  // both owned by the canvas
    QCPItemRect* inner_;
};

}  // namespace secateur
