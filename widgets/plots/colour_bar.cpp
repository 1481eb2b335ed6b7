// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/colour_bar.h"

#include "widgets/plots/axis_ticks.h"

namespace secateur {

ColourBar::ColourBar(PlotCanvas* canvas) : QCPColorScale(canvas) {
    setType(QCPAxis::atRight);
    setBarWidth(QFontMetrics(canvas->font()).height());
    setRangeDrag(false);
    setRangeZoom(false);
    setDataRange(QCPRange(0.0, 1.0));
    axis()->setSubTicks(false);
}

void ColourBar::show(const ValueScale& scale, ColourMap map, const QString& label,
                     const QString& shortLabel) {
    axis()->setTicker(scaleTicker(*axis(), scale, [&scale](double value) { return scale.place(value); }));
    setGradient(gradientOf(map));
    label_ = label;
    shortLabel_ = shortLabel;
    setLabel(label);
}

void ColourBar::update(UpdatePhase phase) {
    QCPColorScale::update(phase);
    if (phase != upLayout || label_.isEmpty()) return;
    const QFontMetrics metrics(axis()->labelFont());
    const bool whole = shortLabel_.isEmpty() || metrics.horizontalAdvance(label_) <= rect().height();
    const QString fitting = metrics.elidedText(whole ? label_ : shortLabel_, Qt::ElideRight, rect().height());
    if (fitting != axis()->label()) axis()->setLabel(fitting);
}

void ColourBar::applyTheme(const PlotTheme& theme, const QFont& font) {
    styleAxis(axis(), theme, font);
    setBarWidth(QFontMetrics(font).height());
}

QCPColorGradient gradientOf(ColourMap map) {
    const auto table = colours(map);
    QCPColorGradient gradient;
    gradient.clearColorStops();
    gradient.setLevelCount(kColourSteps);
    constexpr int kStops = 10;
    for (int i = 0; i < kStops; ++i) {
        const double place = static_cast<double>(i) / (kStops - 1);
        gradient.setColorStopAt(place,
                                QColor(table[static_cast<std::size_t>(place * (kColourSteps - 1) + 0.5)]));
    }
    return gradient;
}

}  // namespace secateur
