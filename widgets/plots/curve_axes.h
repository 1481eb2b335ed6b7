// SPDX-License-Identifier: GPL-3.0-or-later
//
// Axes, levels and legend that the plots of healing runs share. Included by views' sources only.
#pragma once

#include <QColor>
#include <QFont>
#include <QPointF>
#include <QString>
#include <limits>
#include <vector>

class QCPAxis;
class QCPAxisRect;

namespace secateur {

class CurveToggles;
class PlotCanvas;
struct PlotTheme;

struct ValueEnds {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();
    void add(double value);  // passes over what is not finite
    [[nodiscard]] bool empty() const noexcept { return low > high; }
};

// Drawings one over the other, whose upright axes stand in line: call once they are in the layout.
void alignStacked(PlotCanvas& canvas, const std::vector<QCPAxisRect*>& rects, const QFont& font);

// Room around the values; logarithmic with readable ticks when they are positive.
void setValueAxis(QCPAxis& axis, const ValueEnds& ends, bool logarithmic);
// The same for perplexities, which are above 0: a linear axis does not go below that.
void setPerplexityAxis(QCPAxis& axis, const ValueEnds& ends, bool logarithmic);
// Counts and amounts, with ticks like "20 k" and "1.5 T".
void setCountAxis(QCPAxis& axis, double from, double to);

// A dashed line across the drawing with its name and value beside its right end.
struct Level {
    double value = 0.0;
    QString name{};
    QColor colour{};
};
// The same value is drawn once, and a name that would cover another is left out; the axis has its range
// already. Names stand in the right margin, which is made as wide as they are, so that no curve crosses them.
// Lines are those of the rectangle's bottom and left axis.
void drawLevels(PlotCanvas& canvas, QCPAxisRect& rect, std::vector<Level> levels, const QFont& font);

// The legend in lines of its own above the drawing, as many names beside each other as fit; call once.
void placeLegendAbove(PlotCanvas& canvas);
// Such a legend shows where it is wished for, unless it would take the room of the drawing.
void showLegend(PlotCanvas& canvas, bool wished);
void styleLegend(PlotCanvas& canvas, const PlotTheme& theme, const QFont& font);
// Of a legend in that style, the names of hidden curves.
void fadeHidden(PlotCanvas& canvas, const PlotTheme& theme, const CurveToggles& curves);
// The curve of the legend's entry at that pixel, when it is one of those that can be hidden; else empty.
[[nodiscard]] QString curveInLegend(const PlotCanvas& canvas, const CurveToggles& curves,
                                    const QPointF& pixel);

}  // namespace secateur
