// SPDX-License-Identifier: GPL-3.0-or-later
//
// A band above a plot that says who holds which part of the horizontal axis. Included by views' sources only.
// GUI thread only.
#pragma once

#include <QColor>
#include <QFont>
#include <QObject>
#include <QString>
#include <vector>

#include "widgets/plots/plot_canvas.h"

namespace secateur {

class BestBand final : public QObject {
    Q_OBJECT
public:
    // Whole places of the axis, both ends included.
    struct Run {
        int from = 0;
        int to = 0;
        QString name{};
        QColor colour{};
    };
    // Over the canvas' main axes, in a row of the layout of its own; call before anything else is added to
    // it.
    explicit BestBand(PlotCanvas& canvas);

    void show(std::vector<Run> runs, const PlotTheme& theme, const QFont& font);
    [[nodiscard]] const std::vector<Run>& runs() const noexcept { return runs_; }

private:
    void place();

    PlotCanvas& canvas_;
    QCPAxisRect* rect_;  // owned by the canvas, like all items
    QCPMarginGroup* margins_;
    QCPItemText* title_;
    std::vector<Run> runs_;
    std::vector<QCPItemRect*> bars_;
    std::vector<QCPItemText*> names_;
    QFont font_;
};

}  // namespace secateur
