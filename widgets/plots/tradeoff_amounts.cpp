// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/tradeoff_amounts.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/units.h"

namespace secateur {

double amountOf(const TradeoffPoint& point, TradeoffAxis axis) {
    switch (axis) {
        case TradeoffAxis::Parameters:
            return point.parameters;
        case TradeoffAxis::Bytes:
            return point.bytes;
        case TradeoffAxis::Macs:
            return point.macs;
        case TradeoffAxis::Flops:
            return point.flops;
        case TradeoffAxis::Tokens:
            return point.tokens;
        case TradeoffAxis::Seconds:
            return point.seconds;
    }
    return 0.0;
}

QString amountText(double value, TradeoffAxis axis) {
    const QString count = QString::fromStdString(formatCount(std::llround(std::min(value, 9e18)))).trimmed();
    switch (axis) {
        case TradeoffAxis::Parameters:
            return TradeoffView::tr("%1 parameters").arg(count);
        case TradeoffAxis::Bytes:
            return QString::fromStdString(formatBytes(std::llround(value)));
        case TradeoffAxis::Macs:
            return TradeoffView::tr("%1 MACs a token").arg(count);
        case TradeoffAxis::Flops:
            return TradeoffView::tr("%1 FLOPs of healing").arg(count);
        case TradeoffAxis::Tokens:
            return TradeoffView::tr("%1 tokens of healing").arg(count);
        case TradeoffAxis::Seconds:
            return TradeoffView::tr("%1 of healing").arg(QString::fromStdString(formatDuration(value)));
    }
    return count;
}

double changeOf(const TradeoffPoint& point) {
    return point.dense && *point.dense > 0.0 ? point.perplexity / *point.dense - 1.0
                                             : std::numeric_limits<double>::quiet_NaN();
}

QString kindText(const TradeoffPoint& point) {
    switch (point.kind) {
        case TradeoffKind::Dense:
            return TradeoffView::tr("dense");
        case TradeoffKind::Plan:
            return TradeoffView::tr("previewed plan");
        case TradeoffKind::Run:
            break;
    }
    return TradeoffView::tr("healed, %1").arg(QLatin1String(name(point.method)));
}

QString frontText() {
    return TradeoffView::tr("front: lower left is better");
}

QString errorText() {
    return TradeoffView::tr("standard error");
}

}  // namespace secateur
