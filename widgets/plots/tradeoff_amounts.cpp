// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/tradeoff_amounts.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/units.h"
#include "widgets/plots/csv_text.h"

namespace secateur {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// Of the perplexity, as a fraction of the dense one.
double changeOf(const TradeoffPoint& point) {
    return point.dense && *point.dense > 0.0 ? point.perplexity / *point.dense - 1.0 : kNone;
}

QString withError(const QString& value, const std::optional<double>& error) {
    return error ? value + QString::fromUtf8(" \u00B1 ") + QString::fromStdString(formatPercent(*error))
                 : value;
}

QString perplexityWords(const TradeoffPoint& point) {
    const QString text =
        TradeoffView::tr("perplexity %1")
            .arg(QString::fromStdString(formatPerplexity(point.perplexity, point.standardError)));
    if (point.kind == TradeoffKind::Dense || !point.dense) return text;
    return text + QStringLiteral(" (%1)").arg(
                      QString::fromStdString(formatChange(changeOf(point), point.changeError)));
}

}  // namespace

const std::vector<TradeoffAmount>& tradeoffAmounts() {
    using enum TradeoffAmount;
    static const std::vector<TradeoffAmount> all{Perplexity, Change, Accuracy, Rate,   Parameters,
                                                 Bytes,      Macs,   Flops,    Tokens, Seconds};
    return all;
}

QString amountName(TradeoffAmount amount) {
    switch (amount) {
        case TradeoffAmount::Perplexity:
            return TradeoffView::tr("perplexity");
        case TradeoffAmount::Change:
            return TradeoffView::tr("change against dense");
        case TradeoffAmount::Accuracy:
            return TradeoffView::tr("accuracy, mean over tasks");
        case TradeoffAmount::Rate:
            return TradeoffView::tr("tokens a second, measured");
        case TradeoffAmount::Parameters:
            return TradeoffView::tr("parameters");
        case TradeoffAmount::Bytes:
            return TradeoffView::tr("bytes of the weights");
        case TradeoffAmount::Macs:
            return TradeoffView::tr("MACs per token");
        case TradeoffAmount::Flops:
            return TradeoffView::tr("compute of healing, FLOPs");
        case TradeoffAmount::Tokens:
            return TradeoffView::tr("tokens of healing");
        case TradeoffAmount::Seconds:
            return TradeoffView::tr("seconds of healing");
    }
    return {};
}

bool moreIsBetter(TradeoffAmount amount) {
    return amount == TradeoffAmount::Accuracy || amount == TradeoffAmount::Rate;
}

bool isOfWindows(TradeoffAmount amount) {
    return amount == TradeoffAmount::Perplexity || amount == TradeoffAmount::Change;
}

double amountOf(const TradeoffPoint& point, TradeoffAmount amount) {
    switch (amount) {
        case TradeoffAmount::Perplexity:
            return point.perplexity;
        case TradeoffAmount::Change:
            return 100.0 * changeOf(point);
        case TradeoffAmount::Accuracy:
            return point.accuracy ? 100.0 * *point.accuracy : kNone;
        case TradeoffAmount::Rate:
            return point.rate.value_or(kNone);
        case TradeoffAmount::Parameters:
            return point.parameters;
        case TradeoffAmount::Bytes:
            return point.bytes;
        case TradeoffAmount::Macs:
            return point.macs > 0.0 ? point.macs : kNone;
        case TradeoffAmount::Flops:
            return point.flops;
        case TradeoffAmount::Tokens:
            return point.tokens;
        case TradeoffAmount::Seconds:
            return point.seconds;
    }
    return kNone;
}

std::optional<double> errorOf(const TradeoffPoint& point, TradeoffAmount amount) {
    const auto percent = [](const std::optional<double>& error) {
        return error ? std::optional(100.0 * *error) : std::nullopt;
    };
    if (amount == TradeoffAmount::Perplexity) return point.standardError;
    if (amount == TradeoffAmount::Change) return percent(point.changeError);
    if (amount == TradeoffAmount::Accuracy) return percent(point.accuracyError);
    return std::nullopt;
}

QString amountText(const TradeoffPoint& point, TradeoffAmount amount) {
    const double value = amountOf(point, amount);
    if (isOfWindows(amount)) return perplexityWords(point);
    if (!std::isfinite(value)) return {};
    const QString count = QString::fromStdString(formatCount(std::llround(std::min(value, 9e18)))).trimmed();
    switch (amount) {
        case TradeoffAmount::Accuracy:
            return TradeoffView::tr("accuracy %1")
                .arg(withError(QString::fromStdString(formatPercent(*point.accuracy)), point.accuracyError));
        case TradeoffAmount::Rate:
            return QString::fromStdString(formatRate(value, "tokens"));
        case TradeoffAmount::Parameters:
            return TradeoffView::tr("%1 parameters").arg(count);
        case TradeoffAmount::Bytes:
            return QString::fromStdString(formatBytes(std::llround(value)));
        case TradeoffAmount::Macs:
            return TradeoffView::tr("%1 MACs a token").arg(count);
        case TradeoffAmount::Flops:
            return TradeoffView::tr("%1 FLOPs of healing").arg(count);
        case TradeoffAmount::Tokens:
            return TradeoffView::tr("%1 tokens of healing").arg(count);
        default:
            return TradeoffView::tr("%1 of healing").arg(QString::fromStdString(formatDuration(value)));
    }
}

QString tradeoffTitle(TradeoffAmount up) {
    if (isOfWindows(up)) return TradeoffView::tr("What does each cut cost in perplexity?");
    if (up == TradeoffAmount::Accuracy) return TradeoffView::tr("What does each cut cost in right answers?");
    if (up == TradeoffAmount::Rate) return TradeoffView::tr("What does each cut win in time?");
    return TradeoffView::tr("What does each cut leave?");
}

QString sourceOf(TradeoffAmount amount) {
    if (amount == TradeoffAmount::Accuracy)
        return TradeoffView::tr("no accuracy: the panel Evaluate measures that of the present plan");
    if (amount == TradeoffAmount::Rate)
        return TradeoffView::tr("no measured time: the panel Bench measures that of the present plan");
    if (amount == TradeoffAmount::Macs) return TradeoffView::tr("no MACs that are known");
    if (amount == TradeoffAmount::Change) return TradeoffView::tr("no dense perplexity to compare with");
    return {};
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

QString frontText(TradeoffAmount across, TradeoffAmount up) {
    const bool right = moreIsBetter(across);
    if (moreIsBetter(up))
        return right ? TradeoffView::tr("front: upper right is better")
                     : TradeoffView::tr("front: upper left is better");
    return right ? TradeoffView::tr("front: lower right is better")
                 : TradeoffView::tr("front: lower left is better");
}

QString errorText() {
    return TradeoffView::tr("standard error");
}

QString tradeoffCsvHeader() {
    return QStringLiteral(
        "point,kind,parameters,bytes,macs_per_token,healing_flops,healing_tokens,healing_seconds,perplexity,"
        "standard_error,dense_perplexity,accuracy,accuracy_error,tokens_per_second,windows,comparable,"
        "front\n");
}

QStringList tradeoffCsvFields(const TradeoffPoint& point) {
    QStringList fields{csvField(point.name), point.kind == TradeoffKind::Dense  ? QStringLiteral("dense")
                                             : point.kind == TradeoffKind::Plan ? QStringLiteral("plan")
                                                                                : QStringLiteral("run")};
    for (const double value :
         {point.parameters, point.bytes, point.macs, point.flops, point.tokens, point.seconds,
          point.perplexity, point.standardError.value_or(kNone), point.dense.value_or(kNone),
          point.accuracy.value_or(kNone), point.accuracyError.value_or(kNone), point.rate.value_or(kNone)})
        fields << csvNumber(value);
    return fields;
}

}  // namespace secateur
