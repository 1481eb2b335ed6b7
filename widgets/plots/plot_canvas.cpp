// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/plot_canvas.h"

#include <utility>

#include "widgets/plots/plot_strokes.h"

namespace secateur {

namespace {

constexpr int kMostLayouts = 4;            // until margins and ticks agree
const char* const kWhole = "wholeLabel";   // of an axis
const char* const kElided = "shownLabel";  // what is left of it
const QLatin1String kAside("; ");

QList<QRect> placesOf(const QCustomPlot& plot) {
    QList<QRect> places;
    for (const QCPAxisRect* rect : plot.axisRects()) places << rect->rect();
    return places;
}

// What was cut for the last size takes part in the next layout whole.
void restoreLabel(QCPAxis& axis) {
    const QString whole = axis.property(kWhole).toString();
    if (!whole.isEmpty() && axis.label() == axis.property(kElided).toString()) axis.setLabel(whole);
}

// A label longer than its axis would reach into what stands beside the drawing. What stands behind a
// semicolon is said where there is room for it.
void elideLabel(QCPAxis& axis) {
    if (axis.label() != axis.property(kElided).toString()) axis.setProperty(kWhole, axis.label());
    const QRect& along = axis.axisRect()->rect();
    const int length = axis.orientation() == Qt::Vertical ? along.height() : along.width();
    const QFontMetrics metrics(axis.labelFont());
    QString said = axis.property(kWhole).toString();
    while (metrics.horizontalAdvance(said) > length && said.contains(kAside))
        said = said.section(kAside, 0, -2);
    const QString fitting = metrics.elidedText(said, Qt::ElideRight, length);
    axis.setProperty(kElided, fitting);
    if (fitting != axis.label()) axis.setLabel(fitting);
}

}  // namespace

void styleAxis(QCPAxis* axis, const PlotTheme& theme, const QFont& font) {
    axis->setBasePen(QPen(theme.muted));
    axis->setTickPen(QPen(theme.muted));
    axis->setSubTickPen(QPen(theme.muted));
    axis->setTickLabelColor(theme.text);
    axis->setLabelColor(theme.text);
    axis->setTickLabelFont(font);
    axis->setLabelFont(font);
    axis->setNumberFormat(QStringLiteral("g"));  // powers of ten as readouts write them
    axis->grid()->setPen(QPen(theme.grid));
    axis->grid()->setSubGridPen(Qt::NoPen);
    axis->grid()->setZeroLinePen(QPen(theme.grid));
}

PlotCanvas::PlotCanvas(QWidget* parent) : QCustomPlot(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setNoAntialiasingOnDrag(false);
    setPlottingHint(QCP::phCacheLabels, true);
    connect(this, &QCustomPlot::afterReplot, this, [this] { drawn_ = true; });
}

// Ticks are chosen before the rectangles of axes have their new size, and their labels decide the margins.
void PlotCanvas::updateLayout() {
    scaleStrokes(*this, strokeScale(font()));
    for (const QCPAxisRect* rect : axisRects()) {
        for (QCPAxis* axis : rect->axes()) restoreLabel(*axis);
    }
    for (int i = 0; i < kMostLayouts; ++i) {
        const QList<QRect> ticksFor = placesOf(*this);  // of no size where a view was made anew
        QCustomPlot::updateLayout();
        if (placesOf(*this) == ticksFor) break;
    }
    for (const QCPAxisRect* rect : axisRects()) {
        for (QCPAxis* axis : rect->axes()) elideLabel(*axis);
    }
}

void PlotCanvas::refresh() {
    stale_ = true;
    update();
}

// While a window is laid out, sizes change several times before one of them is seen.
void PlotCanvas::resizeEvent(QResizeEvent* /*event*/) {
    setViewport(rect());
    refresh();
}

void PlotCanvas::paintEvent(QPaintEvent* event) {
    if (std::exchange(stale_, false)) replot(rpQueuedRefresh);
    QCustomPlot::paintEvent(event);
}

void PlotCanvas::redrawOverlay() {
    if (drawn_ && !stale_) layer(QStringLiteral("overlay"))->replot();
}

void PlotCanvas::applyTheme(const PlotTheme& theme) {
    setBackground(QBrush(theme.background));
    const auto elements = plotLayout()->elements(true);
    for (QCPLayoutElement* element : elements) {
        if (auto* rect = qobject_cast<QCPAxisRect*>(element)) {
            for (QCPAxis* axis : rect->axes()) styleAxis(axis, theme, font());
        }
    }
}

QCPRange boundedTo(const QCPRange& range, const QCPRange& limits, double smallest) {
    QCPRange result = range;
    if (result.size() < smallest)
        result = QCPRange(range.center() - smallest / 2, range.center() + smallest / 2);
    if (result.size() >= limits.size()) return limits;
    if (result.lower < limits.lower) result += limits.lower - result.lower;
    if (result.upper > limits.upper) result -= result.upper - limits.upper;
    return result;
}

}  // namespace secateur
