// SPDX-License-Identifier: GPL-3.0-or-later
//
// Names beside the points of a plot: as many as there is room for, the most important first, and none over
// another or over a point. GUI thread only; placeLabels() is pure.
#pragma once

#include <QColor>
#include <QFont>
#include <QObject>
#include <QPointF>
#include <QRectF>
#include <QSizeF>
#include <QString>
#include <optional>
#include <vector>

class QCPItemText;

namespace secateur {

class PlotCanvas;
struct PlotTheme;

// Where the labels of `points` (pixels), each of its size, go: right of the point, left, above or below,
// inside `area`, at least `gap` from every point. Those named first go first; nothing where no place is free.
[[nodiscard]] std::vector<std::optional<QRectF>> placeLabels(const std::vector<QPointF>& points,
                                                             const std::vector<QSizeF>& sizes,
                                                             const QRectF& area, double gap);

struct PointLabel {
    QPointF at{};    // in coordinates of the plot
    QString text{};  // empty: none, but no label covers the point
    QColor colour{};
    bool bold = false;
};

class PointLabels final : public QObject {
    Q_OBJECT
public:
    explicit PointLabels(PlotCanvas& canvas);

    // The most important first.
    void setLabels(std::vector<PointLabel> labels, const QFont& font, const PlotTheme& theme);
    [[nodiscard]] bool owns(const QObject* item) const;
    // The rectangles of those that are shown, with their texts; for tests.
    [[nodiscard]] std::vector<std::pair<QString, QRectF>> shown() const;

private:
    void place();

    PlotCanvas& canvas_;
    std::vector<PointLabel> labels_;
    std::vector<QCPItemText*> items_;  // one each; owned by the canvas
};

}  // namespace secateur
