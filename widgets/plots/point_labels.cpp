// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/point_labels.h"

#include <algorithm>

#include "widgets/plots/plot_canvas.h"

namespace secateur {
namespace {

constexpr double kLabelGap = 9.0;        // pixels from a point's middle
constexpr int kLongestLabel = 30;        // letters, in a narrow plot
constexpr int kPartOfPlot = 4;           // a label takes at most so much of the width of a wide one
constexpr std::size_t kMostLabels = 60;  // a plot with more points than that is read by pointing

}  // namespace

std::vector<std::optional<QRectF>> placeLabels(const std::vector<QPointF>& points,
                                               const std::vector<QSizeF>& sizes, const QRectF& area,
                                               double gap) {
    std::vector<std::optional<QRectF>> placed(points.size());
    std::vector<QRectF> taken;
    for (const QPointF& point : points)
        taken.emplace_back(point.x() - gap + 1.0, point.y() - gap + 1.0, 2.0 * gap - 2.0, 2.0 * gap - 2.0);
    for (std::size_t i = 0; i < points.size(); ++i) {
        const QSizeF size = sizes[i];
        if (size.isEmpty()) continue;
        const QPointF& at = points[i];
        const QRectF candidates[] = {
            {QPointF(at.x() + gap, at.y() - size.height() / 2.0), size},
            {QPointF(at.x() - gap - size.width(), at.y() - size.height() / 2.0), size},
            {QPointF(at.x() - size.width() / 2.0, at.y() - gap - size.height()), size},
            {QPointF(at.x() - size.width() / 2.0, at.y() + gap), size},
        };
        for (const QRectF& candidate : candidates) {
            const bool free =
                area.contains(candidate) &&
                std::ranges::none_of(taken, [&](const QRectF& other) { return other.intersects(candidate); });
            if (!free) continue;
            placed[i] = candidate;
            taken.push_back(candidate);
            break;
        }
    }
    return placed;
}

PointLabels::PointLabels(PlotCanvas& canvas) : QObject(&canvas), canvas_(canvas) {
    // Only then are the axes where they will be drawn.
    connect(&canvas, &QCustomPlot::afterLayout, this, &PointLabels::place);
}

void PointLabels::setLabels(std::vector<PointLabel> labels, const QFont& font, const PlotTheme& theme) {
    for (QCPItemText* item : items_) canvas_.removeItem(item);
    items_.clear();
    labels_ = std::move(labels);
    const QColor behind = translucent(theme.background, 0.8);
    for (std::size_t i = 0; i < labels_.size(); ++i) {
        auto* item = new QCPItemText(&canvas_);
        QFont own = font;
        own.setBold(labels_[i].bold);
        item->setFont(own);
        item->setColor(labels_[i].colour);
        item->setBrush(behind);  // lines end at a name
        item->setPositionAlignment(Qt::AlignLeft | Qt::AlignTop);
        item->position->setType(QCPItemPosition::ptAbsolute);
        item->setSelectable(false);
        item->setVisible(false);
        items_.push_back(item);
    }
}

bool PointLabels::owns(const QObject* item) const {
    return std::ranges::find(items_, item) != items_.end();
}

void PointLabels::place() {
    std::vector<QPointF> points;
    std::vector<QSizeF> sizes;
    const QRectF area(canvas_.axisRect()->rect());
    for (std::size_t i = 0; i < labels_.size(); ++i) {
        points.emplace_back(canvas_.xAxis->coordToPixel(labels_[i].at.x()),
                            canvas_.yAxis->coordToPixel(labels_[i].at.y()));
        const QFontMetrics metrics(items_[i]->font());
        const int room = std::max(kLongestLabel * metrics.averageCharWidth(),
                                  static_cast<int>(area.width()) / kPartOfPlot);
        const QString text =
            i < kMostLabels ? metrics.elidedText(labels_[i].text, Qt::ElideRight, room) : QString();
        items_[i]->setText(text);
        sizes.push_back(text.isEmpty() ? QSizeF()
                                       : QSizeF(metrics.horizontalAdvance(text) + 2, metrics.height()));
    }
    const auto placed = placeLabels(points, sizes, area, kLabelGap);
    for (std::size_t i = 0; i < placed.size(); ++i) {
        items_[i]->setVisible(placed[i].has_value());
        if (placed[i]) items_[i]->position->setPixelPosition(placed[i]->topLeft());
    }
}

std::vector<std::pair<QString, QRectF>> PointLabels::shown() const {
    std::vector<std::pair<QString, QRectF>> shown;
    for (const QCPItemText* item : items_) {
        if (!item->visible()) continue;
        const QFontMetrics metrics(item->font());
        shown.emplace_back(item->text(),
                           QRectF(item->position->pixelPosition(),
                                  QSizeF(metrics.horizontalAdvance(item->text()) + 2, metrics.height())));
    }
    return shown;
}

}  // namespace secateur
