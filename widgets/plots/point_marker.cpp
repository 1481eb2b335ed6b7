// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/point_marker.h"

#include <algorithm>

#include "widgets/plots/plot_canvas.h"
#include "widgets/plots/plot_theme.h"

namespace secateur {

namespace {

constexpr double kPointReach = 14.0;  // pixels from a point within which the pointer means it

}  // namespace

PointMarker::PointMarker(PlotCanvas& canvas) : canvas_(canvas), ring_(new QCPItemTracer(&canvas)) {
    ring_->setStyle(QCPItemTracer::tsCircle);
    ring_->setLayer(QStringLiteral("overlay"));
    ring_->setVisible(false);
}

void PointMarker::setStyle(const PlotTheme& theme, const QFont& font) {
    ring_->setPen(QPen(theme.cursor, 1.5));
    ring_->setSize(QFontMetrics(font).height());
}

void PointMarker::moveTo(std::optional<QPointF> coordinates) {
    ring_->setVisible(coordinates.has_value());
    if (coordinates) ring_->position->setCoords(*coordinates);
    canvas_.redrawOverlay();
}

int PointMarker::nearest(const QPointF& pixel, int count,
                         const std::function<QPointF(int)>& coordinates) const {
    int found = -1;
    double nearest = kPointReach;
    for (int point = 0; point < count; ++point) {
        const QPointF place = coordinates(point);
        const QPointF there(canvas_.xAxis->coordToPixel(place.x()), canvas_.yAxis->coordToPixel(place.y()));
        const double distance = QLineF(there, pixel).length();
        if (distance > nearest) continue;
        nearest = distance;
        found = point;
    }
    return found;
}

std::optional<int> PointMarker::stepped(int key, int at, int count) {
    const int last = count - 1;
    switch (key) {
        case Qt::Key_Left:
            return at < 0 ? last : std::max(0, at - 1);
        case Qt::Key_Right:
            return std::min(last, at + 1);
        case Qt::Key_Home:
            return std::min(last, 0);
        case Qt::Key_End:
            return last;
        default:
            return std::nullopt;
    }
}

bool PointMarker::press(int key, int at, int count, const std::function<void(int)>& moveTo,
                        const std::function<void()>& choose) {
    if (const auto next = stepped(key, at, count)) {
        moveTo(*next);
        return true;
    }
    if (key != Qt::Key_Return && key != Qt::Key_Enter) return false;
    choose();
    return true;
}

}  // namespace secateur
