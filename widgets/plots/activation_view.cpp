// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/activation_view.h"

#include <QCheckBox>
#include <QLabel>
#include <algorithm>
#include <cmath>
#include <utility>

#include "widgets/plots/axis_ticks.h"
#include "widgets/plots/csv_text.h"
#include "widgets/plots/unit_text.h"
#include "widgets/plots/value_scale.h"

namespace secateur {

class ActivationView::Private {
public:
    std::shared_ptr<const ActivationHistogram> histogram;
    QCheckBox* log = nullptr;
    QCPBars* bars = nullptr;  // owned by the canvas, like the rest
    QCPItemRect* deviation = nullptr;
    QCPItemStraightLine* mean = nullptr;
    QCPItemText* meanText = nullptr;
};

ActivationView::ActivationView(QWidget* parent) : PlotView(parent), d_(std::make_unique<Private>()) {
    hoverLabel()->setAccessibleName(tr("Activations under cursor"));
    PlotCanvas* plot = canvas();
    d_->deviation = new QCPItemRect(plot);
    d_->deviation->setLayer(QStringLiteral("background"));
    d_->deviation->setPen(Qt::NoPen);
    d_->bars = new QCPBars(plot->xAxis, plot->yAxis);
    d_->bars->setPen(Qt::NoPen);
    d_->mean = new QCPItemStraightLine(plot);
    d_->meanText = new QCPItemText(plot);
    for (QCPItemPosition* position : {d_->deviation->topLeft, d_->deviation->bottomRight, d_->mean->point1,
                                      d_->mean->point2, d_->meanText->position}) {
        position->setTypeX(QCPItemPosition::ptPlotCoords);
        position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    }
    d_->meanText->setPositionAlignment(Qt::AlignHCenter | Qt::AlignBottom);
    d_->meanText->setClipToAxisRect(false);
    for (QCPAbstractItem* item :
         std::initializer_list<QCPAbstractItem*>{d_->deviation, d_->mean, d_->meanText})
        item->setSelectable(false);
    plot->xAxis->setTicker(numberTicker(*plot->xAxis, 6));
    plot->xAxis->setLabel(tr("activation"));
    plot->xAxis->grid()->setVisible(false);
    plot->yAxis->setLabel(tr("values"));
    d_->log = new QCheckBox(tr("Log counts"), this);
    d_->log->setToolTip(tr("Show the rare, strong activations of the tails"));
    addOption(d_->log);
    connect(d_->log, &QCheckBox::toggled, this, &ActivationView::redraw);
    connect(plot, &QCustomPlot::afterLayout, this, &ActivationView::placeMean);
    applyTheme(theme());
    contentChanged(true);
}

ActivationView::~ActivationView() = default;

void ActivationView::setQuestion(const QString& question) {
    setTitle(question);
}

void ActivationView::setHistogram(std::shared_ptr<const ActivationHistogram> histogram) {
    if (histogram != nullptr && histogram == d_->histogram) return;
    d_->histogram = std::move(histogram);
    redraw();
}

void ActivationView::setLogCounts(bool on) {
    d_->log->setChecked(on);
}

void ActivationView::redraw() {
    const auto& histogram = d_->histogram;
    d_->bars->data()->clear();
    if (histogram == nullptr) {
        contentChanged(true);
        return;
    }
    PlotCanvas* plot = canvas();
    const double width = histogram->width();
    double most = 1.0;
    d_->bars->setWidth(0.94 * width);
    for (std::size_t bin = 0; bin < histogram->counts.size(); ++bin) {
        const auto count = static_cast<double>(histogram->counts[bin]);
        d_->bars->addData(histogram->low + (static_cast<double>(bin) + 0.5) * width, count);
        most = std::max(most, count);
    }
    const bool log = d_->log->isChecked();
    plot->yAxis->setScaleType(log ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    if (log) {
        const ValueScale scale(ValueScale::Kind::Log, 0.5, 1.6 * most);
        plot->yAxis->setTicker(scaleTicker(*plot->yAxis, scale, [](double value) { return value; }));
    } else {
        plot->yAxis->setTicker(countTicker(*plot->yAxis));
    }
    d_->bars->setBaseValue(log ? 0.5 : 0.0);
    plot->yAxis->setRange(log ? 0.5 : 0.0, (log ? 1.6 : 1.08) * most);
    plot->xAxis->setRange(histogram->low, histogram->high);
    const double deviation = std::sqrt(histogram->variance);
    d_->deviation->topLeft->setCoords(histogram->mean - deviation, 0.0);
    d_->deviation->bottomRight->setCoords(histogram->mean + deviation, 1.0);
    d_->mean->point1->setCoords(histogram->mean, 0.0);
    d_->mean->point2->setCoords(histogram->mean, 1.0);
    d_->meanText->setText(tr("mean %1, deviation %2").arg(scoreText(histogram->mean), scoreText(deviation)));
    contentChanged(false);
    say(-1);
}

// Over its line, but inside of the drawing.
void ActivationView::placeMean() {
    if (d_->histogram == nullptr) return;
    const QCPItemText& text = *d_->meanText;
    const QMargins padding = text.padding();
    const double half =
        (QFontMetrics(text.font()).horizontalAdvance(text.text()) + padding.left() + padding.right()) / 2.0;
    const double room = canvas()->viewport().width();
    const double wished = canvas()->xAxis->coordToPixel(d_->histogram->mean);
    const double middle = std::max(std::min(wished, room - half), half);
    d_->meanText->position->setCoords(canvas()->xAxis->pixelToCoord(middle), 0.0);
}

void ActivationView::applyTheme(const PlotTheme& theme) {
    canvas()->applyTheme(theme);
    d_->bars->setBrush(theme.series(0));
    d_->deviation->setBrush(translucent(theme.series(1), 0.22));
    d_->mean->setPen(QPen(theme.series(1), 2.0));
    d_->meanText->setFont(font());
    d_->meanText->setColor(theme.text);
    d_->meanText->setPadding(QMargins(6, 0, 6, QFontMetrics(font()).height() / 2));
    canvas()->axisRect()->setMinimumMargins(QMargins(0, 3 * QFontMetrics(font()).height() / 2 + 3, 8, 0));
}

void ActivationView::pointTo(const QPointF& position) {
    const auto& histogram = d_->histogram;
    if (histogram == nullptr || !canvas()->axisRect()->rect().contains(position.toPoint())) return say(-1);
    const double place = canvas()->xAxis->pixelToCoord(position.x());
    const int bin = static_cast<int>((place - histogram->low) / histogram->width());
    say(std::clamp(bin, 0, static_cast<int>(histogram->counts.size()) - 1));
}

void ActivationView::pointAway() {
    say(-1);
}

void ActivationView::say(int bin) {
    const auto& histogram = d_->histogram;
    if (histogram == nullptr) return setHoverText({});
    if (bin < 0) {
        QString text = tr("%1 values between %2 and %3; the band is one standard deviation to both sides.")
                           .arg(histogram->values)
                           .arg(scoreText(histogram->least), scoreText(histogram->most));
        if (const auto outside = histogram->below + histogram->above; outside > 0)
            text += QLatin1Char(' ') + tr("%1 lie outside of the drawing.").arg(outside);
        return setHoverText(text);
    }
    const double from = histogram->low + bin * histogram->width();
    const auto count = histogram->counts[static_cast<std::size_t>(bin)];
    setHoverText(
        tr("%1 to %2: %3 values, %4 %")
            .arg(scoreText(from), scoreText(from + histogram->width()))
            .arg(count)
            .arg(100.0 * static_cast<double>(count) / static_cast<double>(histogram->values), 0, 'f', 2));
}

QString ActivationView::csv() const {
    if (d_->histogram == nullptr) return {};
    const ActivationHistogram& histogram = *d_->histogram;
    QString text = QStringLiteral("from,to,values\n");
    const auto row = [&](double from, double to, std::int64_t count) {
        text += QStringLiteral("%1,%2,%3\n").arg(csvNumber(from), csvNumber(to)).arg(count);
    };
    if (histogram.below > 0) row(histogram.least, histogram.low, histogram.below);
    for (std::size_t bin = 0; bin < histogram.counts.size(); ++bin) {
        const double from = histogram.low + static_cast<double>(bin) * histogram.width();
        row(from, from + histogram.width(), histogram.counts[bin]);
    }
    if (histogram.above > 0) row(histogram.high, histogram.most, histogram.above);
    return text;
}

QString ActivationView::textSummary() const {
    if (d_->histogram == nullptr) return emptyText();
    const ActivationHistogram& histogram = *d_->histogram;
    return tr("%1 values from %2 to %3, mean %4, standard deviation %5.")
        .arg(histogram.values)
        .arg(scoreText(histogram.least), scoreText(histogram.most), scoreText(histogram.mean),
             scoreText(std::sqrt(histogram.variance)));
}

}  // namespace secateur
