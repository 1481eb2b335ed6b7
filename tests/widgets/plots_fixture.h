// SPDX-License-Identifier: GPL-3.0-or-later
//
// Small known values, and a pointer that acts on the drawing of a view the way a user's does.
#pragma once

#include <QImage>
#include <QPoint>
#include <QString>
#include <memory>

#include "core/planning/planner.h"
#include "widgets/plots/plot_view.h"

namespace secateur::test {

// AL-AM over WIFV; layers 0 (8 channels), 1 (5 channels) and 3 (8 channels); 4 heads in 2 KV groups each;
// layer 2 is missing. Layer 1, channel 3 has the raw value 0.42 and z 1.9; its z-scores are 0.1 0.5 -1 1.9
// 0.3.
[[nodiscard]] std::shared_ptr<ScoreTable> smallTable();
// Decided on that table with the threshold 0.31 in every layer, for channels and groups alike.
[[nodiscard]] WidthDecision smallDecision();
// What that decision keeps; layer 2 is chopped.
[[nodiscard]] std::shared_ptr<KeptUnits> smallKept();

// Shows the view at that size and draws it.
void show(PlotView& view, const QSize& size = {700, 460});
[[nodiscard]] QWidget* canvasOf(const PlotView& view);
[[nodiscard]] QImage picture(PlotView& view);  // of the drawing alone
[[nodiscard]] int colourCount(const QImage& image);

void movePointer(PlotView& view, const QPoint& position);
void press(PlotView& view, const QPoint& position);
void drag(PlotView& view, const QPoint& position);
void release(PlotView& view, const QPoint& position);
void click(PlotView& view, const QPoint& position);
void key(PlotView& view, Qt::Key key);
// Moves the pointer over the drawing until the text begins so; fails the test and returns (-1, -1) when it
// never does.
[[nodiscard]] QPoint findHover(PlotView& view, const QString& beginning);

}  // namespace secateur::test
