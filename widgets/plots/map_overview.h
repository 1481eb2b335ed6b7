// SPDX-License-Identifier: GPL-3.0-or-later
//
// A small picture of the whole map in the corner of a drawing that shows a part of it, with a frame around
// that part. On the overlay layer.
#pragma once

#include "widgets/plots/plot_canvas.h"
#include "widgets/plots/unit_map_painter.h"

namespace secateur {

class MapOverview final : public QCPAbstractItem {
public:
    explicit MapOverview(PlotCanvas* canvas);

    // The parts of the picture must outlive the next call.
    void setPicture(const UnitMapPicture& picture);
    void setColours(const QColor& frame, const QColor& border);
    void setWanted(bool wanted) { wanted_ = wanted; }
    // Shown where the axes show less than everything.
    [[nodiscard]] bool shows() const;
    [[nodiscard]] QRect place() const;   // in pixels of the canvas
    [[nodiscard]] QRectF frame() const;  // what the axes show, there
    [[nodiscard]] bool contains(const QPointF& position) const;
    // Column and row under the position.
    [[nodiscard]] QPointF cellAt(const QPointF& position) const;

    double selectTest(const QPointF&, bool, QVariant* = nullptr) const override { return -1.0; }

protected:
    void draw(QCPPainter* painter) override;

private:
    UnitMapPicture picture_;
    QImage image_;
    bool stale_ = true;
    bool wanted_ = true;
    QColor frame_ = Qt::white;
    QColor border_ = Qt::black;
};

}  // namespace secateur
