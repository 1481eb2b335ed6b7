// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/curve_axes.h"

#include <algorithm>
#include <cmath>

#include "core/base/units.h"
#include "widgets/plots/axis_ticks.h"
#include "widgets/plots/curve_toggles.h"
#include "widgets/plots/plot_canvas.h"
#include "widgets/plots/value_scale.h"

namespace secateur {

namespace {

// Labelled at round values; `share` of the range is left free at either end, at least the factor `least`.
void setLogRange(QCPAxis& axis, const ValueEnds& ends, double share, double least) {
    const double margin = std::max(std::pow(ends.high / ends.low, share), least);
    const ValueScale scale(ValueScale::Kind::Log, ends.low / margin, ends.high * margin);
    axis.setTicker(scaleTicker(axis, scale, [](double value) { return value; }));
    axis.setRange(ends.low / margin, ends.high * margin);
}

}  // namespace

void ValueEnds::add(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
}

void alignStacked(PlotCanvas& canvas, const std::vector<QCPAxisRect*>& rects, const QFont& font) {
    auto* margins = new QCPMarginGroup(&canvas);
    for (QCPAxisRect* rect : rects) {
        rect->setMarginGroup(QCP::msLeft | QCP::msRight, margins);
        // Labels at the ends of the upright axes reach beyond them.
        const int half = QFontMetrics(font).height() / 2 + 1;
        rect->setMinimumMargins(QMargins(0, half, 0, half));
        for (QCPAxis* axis : rect->axes()) axis->setLayer(QStringLiteral("axes"));
        for (QCPAxis* axis : rect->axes()) axis->grid()->setLayer(QStringLiteral("grid"));
    }
}

void setValueAxis(QCPAxis& axis, const ValueEnds& ends, bool logarithmic) {
    if (ends.empty()) return;
    const bool logs = logarithmic && ends.low > 0.0;
    axis.setScaleType(logs ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    if (!logs) {
        const double margin = std::max(0.08 * (ends.high - ends.low), 0.01 * std::abs(ends.high));
        axis.setTicker(numberTicker(axis));
        axis.setRange(ends.low - margin, ends.high + std::max(margin, 1e-12));
        return;
    }
    setLogRange(axis, ends, 0.1, 1.02);
}

void setPerplexityAxis(QCPAxis& axis, const ValueEnds& ends, bool logarithmic) {
    axis.setScaleType(logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    if (logarithmic) return setLogRange(axis, ends, 0.08, 1.01);
    const double margin = std::max(0.08 * (ends.high - ends.low), 0.01 * ends.high);
    axis.setTicker(numberTicker(axis));
    axis.setRange(std::max(0.0, ends.low - margin), ends.high + margin);
}

void setCountAxis(QCPAxis& axis, double from, double to) {
    axis.setTicker(countTicker(axis));
    axis.setRange(from, to);
}

namespace {

constexpr int kNameGap = 4;                  // pixels between a line's end and its name
constexpr double kMostOfTheDrawing = 0.3;    // that a legend may take
constexpr int kLeastLines = 8;               // of text, that it must leave
const char* const kWished = "legendWished";  // what showLegend() was told

// Where a value lies on the axis: 0 at its lower end, 1 at its upper.
double shareOf(const QCPAxis& axis, double value) {
    const QCPRange range = axis.range();
    if (axis.scaleType() != QCPAxis::stLogarithmic) return (value - range.lower) / range.size();
    return std::log(value / range.lower) / std::log(range.upper / range.lower);
}

}  // namespace

void drawLevels(PlotCanvas& canvas, QCPAxisRect& rect, std::vector<Level> levels, const QFont& font) {
    std::stable_sort(levels.begin(), levels.end(),
                     [](const Level& a, const Level& b) { return a.value < b.value; });
    const auto same = [](const Level& a, const Level& b) {
        return a.name == b.name && std::abs(a.value - b.value) <= 1e-3 * a.value;
    };
    levels.erase(std::unique(levels.begin(), levels.end(), same), levels.end());
    QCPAxis* upright = rect.axis(QCPAxis::atLeft);
    const double perLine = 1.1 * QFontMetrics(font).height() / std::max(rect.height(), 60);
    double lastNamed = -1.0;
    int widest = 0;
    for (const Level& level : levels) {
        auto* line = new QCPItemStraightLine(&canvas);
        line->setPen(QPen(level.colour, 1.2, Qt::DashLine));
        line->setClipAxisRect(&rect);
        line->point1->setAxisRect(&rect);
        line->point2->setAxisRect(&rect);
        for (QCPItemPosition* end : {line->point1, line->point2})
            end->setAxes(rect.axis(QCPAxis::atBottom), upright);
        line->point1->setCoords(0.0, level.value);
        line->point2->setCoords(1.0, level.value);
        const double share = shareOf(*upright, level.value);
        if (share - lastNamed < perLine) continue;  // names would cover each other
        lastNamed = share;
        auto* text = new QCPItemText(&canvas);
        text->setText(level.name + QLatin1Char(' ') + QString::fromStdString(formatPerplexity(level.value)));
        text->setColor(level.colour);
        text->setFont(font);
        text->setClipToAxisRect(false);
        text->setPadding(QMargins(kNameGap, 0, 0, 0));
        widest = std::max(widest, kNameGap + QFontMetrics(font).horizontalAdvance(text->text()) + 2);
        text->setPositionAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        text->position->setTypeX(QCPItemPosition::ptAxisRectRatio);
        text->position->setAxisRect(&rect);
        text->position->setAxes(rect.axis(QCPAxis::atBottom), upright);
        text->position->setCoords(1.0, level.value);
    }
    QMargins margins = rect.minimumMargins();
    margins.setRight(widest);
    rect.setMinimumMargins(margins);
}

void styleLegend(PlotCanvas& canvas, const PlotTheme& theme, const QFont& font) {
    QColor behind = theme.background;
    behind.setAlpha(215);
    canvas.legend->setFont(font);
    canvas.legend->setTextColor(theme.text);
    canvas.legend->setBrush(behind);
    canvas.legend->setBorderPen(QPen(theme.grid));
    canvas.legend->setRowSpacing(0);
}

namespace {

QCPPlottableLegendItem* entryAt(const QCPLegend& legend, int index) {
    return qobject_cast<QCPPlottableLegendItem*>(legend.item(index));
}

}  // namespace

void fadeHidden(PlotCanvas& canvas, const PlotTheme& theme, const CurveToggles& curves) {
    for (int i = 0; i < canvas.legend->itemCount(); ++i) {
        QCPPlottableLegendItem* entry = entryAt(*canvas.legend, i);
        if (entry == nullptr || !curves.hidden(entry->plottable()->name())) continue;
        entry->setTextColor(translucent(theme.text, CurveToggles::kFaint));
    }
}

QString curveInLegend(const PlotCanvas& canvas, const CurveToggles& curves, const QPointF& pixel) {
    if (!canvas.legend->visible()) return {};
    for (int i = 0; i < canvas.legend->itemCount(); ++i) {
        QCPPlottableLegendItem* entry = entryAt(*canvas.legend, i);
        if (entry == nullptr || !entry->outerRect().contains(pixel.toPoint())) continue;
        const QString name = entry->plottable()->name();
        return curves.names().contains(name) ? name : QString();
    }
    return {};
}

void placeLegendAbove(PlotCanvas& canvas) {
    QCPLegend* legend = canvas.legend;
    canvas.plotLayout()->insertRow(0);
    canvas.plotLayout()->addElement(0, 0, legend);
    canvas.plotLayout()->setRowStretchFactor(0, 0.001);  // as high as its lines
    legend->setFillOrder(QCPLegend::foColumnsFirst);
    QObject::connect(&canvas, &QCustomPlot::beforeReplot, legend, [&canvas, legend] {
        int widest = 1;
        int highest = 1;
        int names = 0;
        for (int i = 0; i < legend->itemCount(); ++i) {
            const QCPAbstractLegendItem* item = legend->item(i);
            if (item == nullptr) continue;  // the last line may have places to spare
            ++names;
            const QSize size = item->minimumOuterSizeHint();
            widest = std::max(widest, size.width() + legend->columnSpacing());
            highest = std::max(highest, size.height() + legend->rowSpacing());
        }
        const int fit = std::max(1, (canvas.width() - 16) / widest);
        const int lines = (names + fit - 1) / fit;
        const int rest = canvas.height() - lines * highest;
        const bool shown = legend->property(kWished).toBool() &&
                           lines * highest < kMostOfTheDrawing * canvas.height() &&
                           rest >= kLeastLines * QFontMetrics(canvas.font()).height();
        legend->setVisible(shown);
        legend->setBorderPen(Qt::NoPen);
        legend->setMargins(shown ? QMargins(8, 4, 8, 0) : QMargins());
        // What stays in the layout keeps its place, seen or not.
        QCPLayoutGrid* grid = canvas.plotLayout();
        if (const bool placed = grid->hasElement(0, 0) && grid->element(0, 0) == legend; placed != shown)
            shown ? static_cast<void>(grid->addElement(0, 0, legend)) : static_cast<void>(grid->take(legend));
        if (fit == legend->wrap()) return;
        legend->setWrap(fit);
        legend->setFillOrder(QCPLegend::foColumnsFirst, true);
    });
}

void showLegend(PlotCanvas& canvas, bool wished) {
    canvas.legend->setProperty(kWished, wished);
}

}  // namespace secateur
