// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/cell_marker.h"

namespace secateur {

CellMarker::CellMarker(PlotCanvas* canvas)
    : outer_(new QCPItemRect(canvas)), inner_(new QCPItemRect(canvas)) {
    for (QCPItemRect* item : {outer_, inner_}) {
        item->setLayer(QStringLiteral("overlay"));
        item->setSelectable(false);
        item->setVisible(false);
        item->setBrush(Qt::NoBrush);
    }
}

void CellMarker::setColours(const QColor& inner, const QColor& outer, double width) {
    outer_->setPen(QPen(outer, width + 2.0, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    inner_->setPen(QPen(inner, width, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
}

void CellMarker::frame(const QRectF& cells) {
    for (QCPItemRect* item : {outer_, inner_}) {
        item->topLeft->setCoords(cells.topLeft());
        item->bottomRight->setCoords(cells.bottomRight());
        item->setVisible(true);
    }
}

void CellMarker::hide() {
    outer_->setVisible(false);
    inner_->setVisible(false);
}

}  // namespace secateur
