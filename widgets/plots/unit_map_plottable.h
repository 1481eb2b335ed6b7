// SPDX-License-Identifier: GPL-3.0-or-later
//
// Puts the picture of a unit map between the axes of a canvas. Key axis: columns, value axis: rows; cell (c,
// r) is centred on (c, r).
#pragma once

#include "widgets/plots/plot_canvas.h"
#include "widgets/plots/unit_map_painter.h"

namespace secateur {

class UnitMapPlottable final : public QCPAbstractPlottable {
public:
    UnitMapPlottable(QCPAxis* columns, QCPAxis* rows);

    // Parts that are null draw nothing. The pyramids must outlive the next call.
    void setPicture(const UnitMapPicture& picture) { picture_ = picture; }
    [[nodiscard]] const UnitMapPicture& picture() const noexcept { return picture_; }

    double selectTest(const QPointF&, bool, QVariant* = nullptr) const override { return -1.0; }
    QCPRange getKeyRange(bool& found, QCP::SignDomain domain = QCP::sdBoth) const override;
    QCPRange getValueRange(bool& found, QCP::SignDomain domain, const QCPRange& keys) const override;

protected:
    void draw(QCPPainter* painter) override;
    void drawLegendIcon(QCPPainter*, const QRectF&) const override {}

private:
    UnitMapPicture picture_;
    QImage image_;  // of the last frame
};

}  // namespace secateur
