// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/map_overview.h"

#include <algorithm>

namespace secateur {

namespace {

constexpr double kShareOfDrawing = 0.28;  // of width and height
constexpr QSize kLeastOverview{90, 50};
constexpr QSize kMostOverview{260, 150};
constexpr int kMarginOfOverview = 6;

}  // namespace

MapOverview::MapOverview(PlotCanvas* canvas) : QCPAbstractItem(canvas) {
    setSelectable(false);
    setLayer(QStringLiteral("overlay"));
    setClipAxisRect(canvas->axisRect());
}

void MapOverview::setPicture(const UnitMapPicture& picture) {
    picture_ = picture;
    stale_ = true;
}

void MapOverview::setColours(const QColor& frame, const QColor& border) {
    frame_ = frame;
    border_ = border;
}

bool MapOverview::shows() const {
    if (!wanted_ || picture_.values == nullptr || picture_.values->maxWidth() == 0) return false;
    const QCPAxisRect* rect = clipAxisRect();
    const QSize room = rect->size();
    return room.width() > 2 * kLeastOverview.width() && room.height() > 2 * kLeastOverview.height() &&
           (rect->axis(QCPAxis::atBottom)->range().size() < picture_.values->maxWidth() - 0.5 ||
            rect->axis(QCPAxis::atLeft)->range().size() < picture_.values->rows() - 0.5);
}

QRect MapOverview::place() const {
    const QRect all = clipAxisRect()->rect();
    const QSize size = QSizeF(all.width() * kShareOfDrawing, all.height() * kShareOfDrawing)
                           .toSize()
                           .expandedTo(kLeastOverview)
                           .boundedTo(kMostOverview);
    return {all.right() - kMarginOfOverview - size.width(), all.bottom() - kMarginOfOverview - size.height(),
            size.width(), size.height()};
}

QRectF MapOverview::frame() const {
    const QRectF all = place();
    const double acrossOne = all.width() / std::max(1, picture_.values->maxWidth());
    const double downOne = all.height() / std::max(1, picture_.values->rows());
    const QCPRange columns = clipAxisRect()->axis(QCPAxis::atBottom)->range();
    const QCPRange rows = clipAxisRect()->axis(QCPAxis::atLeft)->range();
    return {all.left() + (columns.lower + 0.5) * acrossOne, all.top() + (rows.lower + 0.5) * downOne,
            std::max(columns.size() * acrossOne, 3.0), std::max(rows.size() * downOne, 3.0)};
}

bool MapOverview::contains(const QPointF& position) const {
    return shows() && place().contains(position.toPoint());
}

QPointF MapOverview::cellAt(const QPointF& position) const {
    const QRectF all = place();
    return {(position.x() - all.left()) / all.width() * picture_.values->maxWidth() - 0.5,
            (position.y() - all.top()) / all.height() * picture_.values->rows() - 0.5};
}

void MapOverview::draw(QCPPainter* painter) {
    if (!shows()) return;
    const QRect all = place();
    const double scale = painter->device()->devicePixelRatioF();
    const QSize pixels = (QSizeF(all.size()) * scale).toSize();
    if (stale_ || image_.size() != pixels) {
        image_ = QImage(pixels, QImage::Format_RGB32);
        paintUnitMap(picture_, image_, QRectF(0, 0, picture_.values->maxWidth(), picture_.values->rows()),
                     qRound(scale));
        stale_ = false;
    }
    painter->drawImage(QRectF(all), image_);
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(border_, 1.0));
    painter->drawRect(all.adjusted(-1, -1, 0, 0));
    for (const auto& [colour, width] : {std::pair(border_, 3.0), std::pair(frame_, 1.0)}) {
        painter->setPen(QPen(colour, width));
        painter->drawRect(frame().intersected(QRectF(all)));
    }
}

}  // namespace secateur
