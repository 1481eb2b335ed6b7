// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/loss_legend.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

#include "core/base/units.h"
#include "widgets/plots/diverging_colours.h"
#include "widgets/plots/plot_theme.h"

namespace secateur {

namespace {

constexpr int kBarHeight = 10;
constexpr int kGap = 2;

QString signedNats(double value) {
    if (value == 0.0) return QStringLiteral("0");
    const QString number = QString::fromStdString(formatScore(std::abs(value)));
    return (value < 0.0 ? QChar(0x2212) : QLatin1Char('+')) + number;
}

}  // namespace

LossLegend::LossLegend(QWidget* parent) : QWidget(parent) {
    setAccessibleName(tr("Legend of the colours"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setEnd(0.0);
}

void LossLegend::setEnd(double nats) {
    end_ = nats;
    setAccessibleDescription(words());
    setToolTip(words());
    update();
}

QString LossLegend::words() const {
    if (end_ <= 0.0) return tr("Nothing is coloured yet.");
    return tr("Blue: the loss of the token falls, at most by %1 nats or more. Orange: it grows, at most by "
              "%1 "
              "nats or more. No colour: it stays.")
        .arg(QString::fromStdString(formatScore(end_)));
}

QSize LossLegend::sizeHint() const {
    return {40 * fontMetrics().averageCharWidth(), kBarHeight + kGap + fontMetrics().height()};
}

QSize LossLegend::minimumSizeHint() const {
    return {24 * fontMetrics().averageCharWidth(), sizeHint().height()};
}

void LossLegend::paintEvent(QPaintEvent*) {
    if (end_ <= 0.0) return;
    QPainter painter(this);
    const PlotTheme theme = PlotTheme::of(palette());
    // Words stand to the right of the bar, which is as wide as it needs to be.
    const QString unit = tr("change of the loss, nats");
    const int words = fontMetrics().horizontalAdvance(unit) + 12;
    const int room = width() - 2;
    const bool beside = room - words > 20 * fontMetrics().averageCharWidth();
    const QRect bar(1, 0, std::min(beside ? room - words : room, 48 * fontMetrics().averageCharWidth()),
                    kBarHeight);
    for (int x = 0; x < bar.width(); ++x) {
        const double at = bar.width() > 1 ? 2.0 * x / (bar.width() - 1) - 1.0 : 0.0;
        painter.fillRect(bar.left() + x, bar.top(), 1, bar.height(), divergingColour(at, palette()));
    }
    painter.setPen(theme.muted);
    painter.drawRect(bar.adjusted(0, 0, -1, -1));
    const int top = bar.bottom() + 1 + kGap, height = fontMetrics().height();
    painter.drawText(QRect(bar.left(), top, bar.width(), height), Qt::AlignLeft, signedNats(-end_));
    painter.drawText(QRect(bar.left(), top, bar.width(), height), Qt::AlignHCenter, signedNats(0.0));
    painter.drawText(QRect(bar.left(), top, bar.width(), height), Qt::AlignRight, signedNats(end_));
    if (beside)
        painter.drawText(QRect(bar.right() + 10, 0, words, this->height()), Qt::AlignLeft | Qt::AlignVCenter,
                         unit);
}

}  // namespace secateur
