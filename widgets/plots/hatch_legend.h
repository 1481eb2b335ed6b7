// SPDX-License-Identifier: GPL-3.0-or-later
//
// The legend of what a plan removes, to stand below a colour bar: hatched samples for all and for half of the
// units of a pixel. Where the drawing is low it leaves the room to the bar.
#pragma once

#include "widgets/plots/plot_canvas.h"
#include "widgets/plots/unit_map_painter.h"

namespace secateur {

class HatchLegend final : public QCPLayoutElement {
public:
    explicit HatchLegend(PlotCanvas* canvas);

    // `picture` gives the colours.
    void show(const UnitMapPicture& picture);
    void applyTheme(const PlotTheme& theme, const QFont& font);
    [[nodiscard]] QSize minimumOuterSizeHint() const override;
    [[nodiscard]] QSize maximumOuterSizeHint() const override;

protected:
    void draw(QCPPainter* painter) override;
    void applyDefaultAntialiasingHint(QCPPainter*) const override {}

private:
    [[nodiscard]] int lineHeight() const { return QFontMetrics(font_).height(); }
    [[nodiscard]] int samples() const;  // that there is room for

    UnitMapPicture picture_;
    QFont font_;
    QColor text_;
};

}  // namespace secateur
