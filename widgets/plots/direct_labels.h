// SPDX-License-Identifier: GPL-3.0-or-later
//
// Names at the right ends of curves, in a margin of their own, joined to them by thin lines and never over
// each other; in place of a legend. Included by views' sources only. GUI thread only.
#pragma once

#include <QColor>
#include <QFont>
#include <QObject>
#include <QPointF>
#include <QString>
#include <vector>

#include "widgets/plots/plot_canvas.h"

namespace secateur {

struct DirectLabel {
    QString text{};
    QColor colour{};
    QPointF end{};  // of the curve, in plot coordinates
    // Where there is no room for all, those of least rank stay.
    int rank = 0;
    bool faint = false;  // stands for a curve that is hidden
};

class DirectLabels final : public QObject {
    Q_OBJECT
public:
    // For the canvas' main axes.
    explicit DirectLabels(PlotCanvas& canvas);

    void show(std::vector<DirectLabel> labels, const PlotTheme& theme, const QFont& font);
    // The others step back; -1: none does.
    void emphasize(int label);
    // The label at that pixel, -1 when there is none.
    [[nodiscard]] int at(const QPointF& pixel) const;
    [[nodiscard]] QString textAt(const QPointF& pixel) const;  // its whole name; empty where there is none
    // Where the names stand, in pixels of the canvas, in the order of the labels; empty for one that found no
    // room.
    [[nodiscard]] std::vector<QRectF> places() const;

private:
    void reserveMargin();
    void place();
    void colour();

    struct Drawn {
        QCPItemText* name = nullptr;
        QCPItemLine* line = nullptr;
        QRectF place{};
    };
    PlotCanvas& canvas_;
    std::vector<DirectLabel> labels_;
    std::vector<Drawn> drawn_;  // items are owned by the canvas
    QFont font_;
    int emphasized_ = -1;
};

}  // namespace secateur
