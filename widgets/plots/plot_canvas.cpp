// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/plot_canvas.h"

#include <cmath>

namespace secateur {

namespace {

class WholeNumberTicker final : public QCPAxisTicker {
protected:
    double getTickStep(const QCPRange& range) override {
        return std::max(1.0, std::round(QCPAxisTicker::getTickStep(range)));
    }
    int getSubTickCount(double) override { return 0; }
    QString getTickLabel(double tick, const QLocale&, QChar, int) override { return QString::number(std::llround(tick)); }
};

void styleAxis(QCPAxis* axis, const PlotTheme& theme, const QFont& font) {
    axis->setBasePen(QPen(theme.muted));
    axis->setTickPen(QPen(theme.muted));
    axis->setSubTickPen(QPen(theme.muted));
    axis->setTickLabelColor(theme.text);
    axis->setLabelColor(theme.text);
    axis->setTickLabelFont(font);
    axis->setLabelFont(font);
    axis->grid()->setPen(QPen(theme.grid));
    axis->grid()->setSubGridPen(Qt::NoPen);
    axis->grid()->setZeroLinePen(QPen(theme.grid));
}

}  // namespace

PlotCanvas::PlotCanvas(QWidget* parent) : QCustomPlot(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setNoAntialiasingOnDrag(false);
    setPlottingHint(QCP::phCacheLabels, true);
}

void PlotCanvas::applyTheme(const PlotTheme& theme) {
    setBackground(QBrush(theme.background));
    const auto elements = plotLayout()->elements(true);
    for (QCPLayoutElement* element : elements) {
        if (auto* rect = qobject_cast<QCPAxisRect*>(element)) {
            for (QCPAxis* axis : rect->axes()) styleAxis(axis, theme, font());
        } else if (auto* scale = qobject_cast<QCPColorScale*>(element)) {
            for (auto type : {QCPAxis::atLeft, QCPAxis::atRight, QCPAxis::atTop, QCPAxis::atBottom}) {
                for (QCPAxisRect* inner : {qobject_cast<QCPAxisRect*>(scale->axis()->axisRect())}) {
                    if (inner && inner->axis(type)) styleAxis(inner->axis(type), theme, font());
                }
            }
        }
    }
}

QCPRange boundedTo(const QCPRange& range, const QCPRange& limits, double smallest) {
    QCPRange result = range;
    if (result.size() < smallest) result = QCPRange(range.center() - smallest / 2, range.center() + smallest / 2);
    if (result.size() >= limits.size()) return limits;
    if (result.lower < limits.lower) result += limits.lower - result.lower;
    if (result.upper > limits.upper) result -= result.upper - limits.upper;
    return result;
}

QSharedPointer<QCPAxisTicker> wholeNumberTicker(int count) {
    auto ticker = QSharedPointer<WholeNumberTicker>::create();
    ticker->setTickCount(count);
    return ticker;
}

}  // namespace secateur
