// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/plot_canvas.h"

#include <cmath>
#include <functional>

namespace secateur {

namespace {

class WholeNumberTicker final : public QCPAxisTicker {
public:
    explicit WholeNumberTicker(std::function<QString(int)> label) : label_(std::move(label)) {}

protected:
    double getTickStep(const QCPRange& range) override {
        return std::max(1.0, std::round(QCPAxisTicker::getTickStep(range)));
    }
    int getSubTickCount(double) override { return 0; }
    QString getTickLabel(double tick, const QLocale&, QChar, int) override {
        return label_(static_cast<int>(std::lround(tick)));
    }

private:
    std::function<QString(int)> label_;
};

}  // namespace

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

PlotCanvas::PlotCanvas(QWidget* parent) : QCustomPlot(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setNoAntialiasingOnDrag(false);
    setPlottingHint(QCP::phCacheLabels, true);
    connect(this, &QCustomPlot::afterReplot, this, [this] { drawn_ = true; });
}

void PlotCanvas::redrawOverlay() {
    if (drawn_) layer(QStringLiteral("overlay"))->replot();
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

QSharedPointer<QCPAxisTicker> wholeNumberTicker(int count, std::function<QString(int)> label) {
    if (!label) label = [](int number) { return QString::number(number); };
    auto ticker = QSharedPointer<WholeNumberTicker>::create(std::move(label));
    ticker->setTickCount(count);
    return ticker;
}

}  // namespace secateur
