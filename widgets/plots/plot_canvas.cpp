// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/plot_canvas.h"

#include <cmath>
#include <functional>
#include <utility>

namespace secateur {

namespace {

constexpr double kLabelSpacing = 1.1;  // heights of a line from one label to the next

class WholeNumberTicker final : public QCPAxisTicker {
public:
    WholeNumberTicker(std::function<QString(int)> label, const QCPAxis* upright)
        : label_(std::move(label)), upright_(upright) {}

protected:
    double getTickStep(const QCPRange& range) override {
        double step = std::max(1.0, std::round(QCPAxisTicker::getTickStep(range)));
        if (upright_ == nullptr || upright_->axisRect()->height() <= 0) return step;
        const double perLabel = kLabelSpacing * QFontMetrics(upright_->tickLabelFont()).height();
        const double room = std::max(1.0, upright_->axisRect()->height() / perLabel);
        while (range.size() / step > room) step = cleanMantissa(2.0 * step);
        return step;
    }
    int getSubTickCount(double) override { return 0; }
    QString getTickLabel(double tick, const QLocale&, QChar, int) override {
        return label_(static_cast<int>(std::lround(tick)));
    }

private:
    std::function<QString(int)> label_;
    const QCPAxis* upright_;
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
    connect(this, &QCustomPlot::afterReplot, this, [this] {
        drawn_ = true;
        // Ticks are chosen before the drawing has its new size.
        const QSize size = axisRectCount() > 0 ? axisRect()->size() : QSize();
        if (std::exchange(ticksFor_, size) != size) replot(QCustomPlot::rpQueuedReplot);
    });
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

QSharedPointer<QCPAxisTicker> wholeNumberTicker(int count, std::function<QString(int)> label,
                                                const QCPAxis* upright) {
    if (!label) label = [](int number) { return QString::number(number); };
    auto ticker = QSharedPointer<WholeNumberTicker>::create(std::move(label), upright);
    ticker->setTickCount(count);
    return ticker;
}

}  // namespace secateur
