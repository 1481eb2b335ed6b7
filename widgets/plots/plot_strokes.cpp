// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/plot_strokes.h"

#include <QFont>
#include <QGuiApplication>
#include <algorithm>
#include <cmath>

#include "widgets/plots/plot_canvas.h"

namespace secateur {
namespace {

constexpr const char* kUsualHeight = "usualTextHeight";

double heightOf(const QFont& font) {
    return font.pointSizeF() > 0.0 ? font.pointSizeF() : font.pixelSize();
}

// The value that the view gave, times `scale`: what was drawn last is told from what the view changed since.
double scaled(QObject& owner, const char* what, double present, double scale) {
    const QByteArray given = QByteArray(what) + "Given";
    const QByteArray drawn = QByteArray(what) + "Drawn";
    const QVariant last = owner.property(drawn);
    const bool ours = last.isValid() && std::abs(last.toDouble() - present) < 1e-9;
    if (!ours && scale == 1.0) return present;  // nothing to remember
    if (!ours) owner.setProperty(given, present);
    const double now = owner.property(given).toDouble() * scale;
    owner.setProperty(drawn, now);
    return now;
}

QPen scaledPen(QObject& owner, const char* what, QPen pen, double scale) {
    // A width of 0 is drawn as one pixel.
    const double present = pen.widthF() > 0.0 ? pen.widthF() : 1.0;
    const double width = scaled(owner, what, present, scale);
    if (width != present) pen.setWidthF(width);
    return pen;
}

QCPScatterStyle scaledPoints(QObject& owner, QCPScatterStyle style, double scale) {
    style.setSize(scaled(owner, "pointSize", style.size(), scale));
    if (style.isPenDefined()) style.setPen(scaledPen(owner, "pointPen", style.pen(), scale));
    return style;
}

void scalePlottable(QCPAbstractPlottable& drawn, double scale) {
    if (drawn.pen().style() != Qt::NoPen) drawn.setPen(scaledPen(drawn, "pen", drawn.pen(), scale));
    if (auto* graph = qobject_cast<QCPGraph*>(&drawn); graph != nullptr && !graph->scatterStyle().isNone())
        graph->setScatterStyle(scaledPoints(drawn, graph->scatterStyle(), scale));
    if (auto* curve = qobject_cast<QCPCurve*>(&drawn); curve != nullptr && !curve->scatterStyle().isNone())
        curve->setScatterStyle(scaledPoints(drawn, curve->scatterStyle(), scale));
}

template <class Item>
bool scaleItem(QCPAbstractItem& drawn, double scale) {
    auto* item = qobject_cast<Item*>(&drawn);
    if (item != nullptr && item->pen().style() != Qt::NoPen)
        item->setPen(scaledPen(drawn, "pen", item->pen(), scale));
    return item != nullptr;
}

}  // namespace

void setUsualTextHeight(const QFont& font) {
    qApp->setProperty(kUsualHeight, heightOf(font));
}

double strokeScale(const QFont& font) {
    const QVariant set = qApp->property(kUsualHeight);
    const double usual = set.isValid() ? set.toDouble() : heightOf(QGuiApplication::font());
    return usual > 0.0 ? std::max(1.0, heightOf(font) / usual) : 1.0;
}

void scaleStrokes(QCustomPlot& canvas, double scale) {
    for (int i = 0; i < canvas.plottableCount(); ++i) scalePlottable(*canvas.plottable(i), scale);
    for (int i = 0; i < canvas.itemCount(); ++i) {
        QCPAbstractItem& item = *canvas.item(i);
        static_cast<void>(scaleItem<QCPItemLine>(item, scale) ||
                          scaleItem<QCPItemStraightLine>(item, scale) ||
                          scaleItem<QCPItemTracer>(item, scale) || scaleItem<QCPItemEllipse>(item, scale) ||
                          scaleItem<QCPItemRect>(item, scale));
    }
    for (QCPAxisRect* rect : canvas.axisRects()) {
        for (QCPAxis* axis : rect->axes()) {
            axis->setBasePen(scaledPen(*axis, "base", axis->basePen(), scale));
            axis->setTickPen(scaledPen(*axis, "tick", axis->tickPen(), scale));
        }
    }
}

}  // namespace secateur
