// SPDX-License-Identifier: GPL-3.0-or-later
//
// Bands across a whole panel that set off what is selected. On the overlay layer, so that they move without
// the drawing below them. Included by views' sources only. GUI thread only.
#pragma once

#include <vector>

#include "widgets/plots/plot_canvas.h"

namespace secateur {

class OverlayBands {
public:
    enum class Along { Up, Across };  // the axis that a band runs along, from end to end

    OverlayBands(PlotCanvas& canvas, QCPAxisRect& panel, Along along);

    void setStyle(const QPen& pen, const QBrush& brush);
    // One around each of these whole numbers of the other axis. The caller redraws the overlay.
    void show(const std::vector<int>& places);

private:
    void add();

    PlotCanvas* canvas_;
    QCPAxisRect* panel_;
    Along along_;
    QPen pen_ = Qt::NoPen;
    QBrush brush_ = Qt::NoBrush;
    std::vector<QCPItemRect*> bands_;  // owned by the canvas
};

}  // namespace secateur
