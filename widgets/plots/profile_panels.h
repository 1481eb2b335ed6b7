// SPDX-License-Identifier: GPL-3.0-or-later
//
// The panels of a profile: one axis rectangle a curve, or one for all, with shared layers on the horizontal
// axis and the marks that run through all of them.
#pragma once

#include <vector>

#include "widgets/plots/overlay_bands.h"
#include "widgets/plots/plot_canvas.h"
#include "widgets/plots/profile_view.h"

namespace secateur {

// The range of most values: those that lie far outside of the middle half are left out, but for few values.
// [0, 1] without a finite one.
[[nodiscard]] QCPRange rangeOfMost(const std::vector<float>& values);

// Values over the layers, some of which may lie beyond the axis.
struct FarValues {
    const std::vector<int>& layers;
    const std::vector<float>& values;
    QColor colour;
    int line = 0;                 // of text, from the edge, where another curve has the first
    QBrush behind = Qt::NoBrush;  // the text, where it stands over bars
};
// A value beyond the axis leaves it at an arrow that says how far it is.
void nameBroken(PlotCanvas& canvas, QCPAxisRect& rect, const FarValues& far, const QCPRange& shown);

class ProfilePanels {
public:
    explicit ProfilePanels(PlotCanvas* canvas) : canvas_(canvas) {}

    struct Curve {
        const ProfileSeries* series = nullptr;
        QColor colour;
    };
    // Replaces what the canvas shows. `log`: panels whose values are all positive get a logarithmic axis.
    void build(const std::vector<Curve>& curves, ProfileView::Arrangement arrangement, bool log,
               const PlotTheme& theme);
    // Sets off what the plan removes, below the curves.
    void hatch(const std::vector<int>& layers, const PlotTheme& theme);
    // Makes all drawings equally high: the last has the labels below it. Before a layout.
    void shareHeight();
    // -1 = none. On the overlay layer; the caller redraws it.
    void markCursor(int layer);
    void markSelection(const std::vector<int>& layers);
    // The layer at that place; -1 outside of the panels.
    [[nodiscard]] int layerAt(const QPointF& position) const;

private:
    struct Panel {
        QCPAxisRect* rect = nullptr;
        OverlayBands selection;
        QCPItemStraightLine* cursor = nullptr;
    };
    Panel& addPanel(const QString& heading, const QColor& colour, const PlotTheme& theme);
    void addCurve(const Panel& panel, const Curve& curve, bool scaled);
    void addBaseline(const Panel& panel, const ProfileSeries& series, const PlotTheme& theme);
    void finish(const PlotTheme& theme, const QCPRange& layers);

    PlotCanvas* canvas_;
    std::vector<Panel> panels_;  // items and rectangles are owned by the canvas
    QCPMarginGroup* margins_ = nullptr;
};

}  // namespace secateur
