// SPDX-License-Identifier: GPL-3.0-or-later
//
// The drawing surface of a plot, and the one file of the project that includes qcustomplot.h. Included by the
// views' sources only.
#pragma once

#include <qcustomplot.h>

#include "widgets/plots/plot_theme.h"

namespace secateur {

class PlotCanvas final : public QCustomPlot {
public:
    explicit PlotCanvas(QWidget* parent = nullptr);

    // Everything that every plot has: background, axes and grids. Fonts follow the widget's.
    void applyTheme(const PlotTheme& theme);
    // Draws everything anew when the canvas is seen next: one that lies behind others costs nothing.
    void refresh();
    // Only what is on the "overlay" layer: marks that follow the pointer.
    void redrawOverlay();
    [[nodiscard]] QSize sizeHint() const override { return {480, 320}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {160, 120}; }

protected:
    void updateLayout() override;
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    bool stale_ = false;  // to be drawn anew when it is seen
    bool drawn_ = false;  // the layers have something to be drawn on
};

// Keeps a range inside limits without changing its size where that is possible.
[[nodiscard]] QCPRange boundedTo(const QCPRange& range, const QCPRange& limits, double smallest);

void styleAxis(QCPAxis* axis, const PlotTheme& theme, const QFont& font);

}  // namespace secateur
