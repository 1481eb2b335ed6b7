// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/overlay_bands.h"

namespace secateur {

OverlayBands::OverlayBands(PlotCanvas& canvas, QCPAxisRect& panel, Along along)
    : canvas_(&canvas), panel_(&panel), along_(along) {
    add();
}

void OverlayBands::setStyle(const QPen& pen, const QBrush& brush) {
    pen_ = pen;
    brush_ = brush;
    for (QCPItemRect* band : bands_) {
        band->setPen(pen_);
        band->setBrush(brush_);
    }
}

void OverlayBands::add() {
    auto* band = new QCPItemRect(canvas_);
    for (QCPItemPosition* corner : {band->topLeft, band->bottomRight}) {
        corner->setAxisRect(panel_);
        corner->setAxes(panel_->axis(QCPAxis::atBottom), panel_->axis(QCPAxis::atLeft));
        corner->setTypeX(along_ == Along::Up ? QCPItemPosition::ptPlotCoords
                                             : QCPItemPosition::ptAxisRectRatio);
        corner->setTypeY(along_ == Along::Up ? QCPItemPosition::ptAxisRectRatio
                                             : QCPItemPosition::ptPlotCoords);
    }
    band->setLayer(QStringLiteral("overlay"));
    band->setClipAxisRect(panel_);
    band->setSelectable(false);
    band->setVisible(false);
    band->setPen(pen_);
    band->setBrush(brush_);
    bands_.push_back(band);
}

void OverlayBands::show(const std::vector<int>& places) {
    while (bands_.size() < places.size()) add();
    for (std::size_t i = 0; i < bands_.size(); ++i) {
        QCPItemRect* band = bands_[i];
        band->setVisible(i < places.size());
        if (i >= places.size()) continue;
        const double from = places[i] - 0.5;
        const double to = places[i] + 0.5;
        band->topLeft->setCoords(along_ == Along::Up ? QPointF(from, 0.0) : QPointF(0.0, from));
        band->bottomRight->setCoords(along_ == Along::Up ? QPointF(to, 1.0) : QPointF(1.0, to));
    }
}

}  // namespace secateur
