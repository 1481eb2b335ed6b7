// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/loss_models.h"

#include <algorithm>
#include <cmath>

#include "core/base/units.h"

namespace secateur {

namespace {

QString nats(double value) {
    return QString::fromStdString(formatScore(value));
}

QString signedNats(double value) {
    return (value < 0.0 ? QString(QChar(0x2212)) : QStringLiteral("+")) + nats(std::abs(value));
}

const QVariant& numbersRight() {
    static const QVariant right(Qt::AlignRight | Qt::AlignVCenter);
    return right;
}

// The few tokens before, as one reads them.
QString contextOf(const TokenLossReport& report, const TokenLoss& loss) {
    constexpr int kBefore = 6;
    QString text;
    for (int position = std::max(0, loss.position - kBefore); position < loss.position; ++position)
        text += QString::fromStdString(tokenText(report, loss.window, position).text);
    return text;
}

}  // namespace

TokensModel::TokensModel(QObject* parent)
    : RowsModel(
          {tr("Token"), tr("After"), tr("Window"), tr("Position"), tr("Dense"), tr("Planned"), tr("Change")},
          {tr("Quoted, so that spaces are seen"), tr("The tokens before it"),
           tr("Number of its window in the text"), tr("From the beginning of its window"),
           tr("Loss with the network as it was opened, nats"),
           tr("Loss with what the plan leaves, before healing, nats"),
           tr("Planned minus dense, nats; worst first")},
          parent) {}

void TokensModel::setReport(const TokenLossReport* report) {
    std::vector<TokenRow> rows;
    if (report != nullptr)
        for (const TokenLoss& loss : worstTokens(*report, kMost))
            rows.push_back({loss,
                            QLatin1Char('"') +
                                QString::fromStdString(tokenText(*report, loss.window, loss.position).text) +
                                QLatin1Char('"'),
                            contextOf(*report, loss), report->skip + loss.window});
    replaceRows(std::move(rows));
}

QVariant TokensModel::cell(const TokenRow& row, int column, int role) const {
    if (role == Qt::TextAlignmentRole) return column == Token ? QVariant() : numbersRight();
    if (role == SortRole) {
        switch (column) {
            case Token:
                return row.text;
            case Before:
                return row.context;
            case Window:
                return row.shownWindow;
            case Position:
                return row.loss.position;
            case Dense:
                return row.loss.dense;
            case Planned:
                return row.loss.planned;
            default:
                return row.loss.change();
        }
    }
    if (role == Qt::ToolTipRole && column == Before) return row.context + row.text;
    if (role != Qt::DisplayRole) return {};
    switch (column) {
        case Token:
            return row.text;
        case Before:
            return row.context;
        case Window:
            return row.shownWindow;
        case Position:
            return row.loss.position;
        case Dense:
            return nats(row.loss.dense);
        case Planned:
            return nats(row.loss.planned);
        case Change:
            return signedNats(row.loss.change());
        default:
            return {};
    }
}

LossSumsModel::LossSumsModel(Of of, QObject* parent)
    : RowsModel(
          {of == Of::Windows ? tr("Window") : tr("Document"), tr("Tokens"), tr("Dense"), tr("Planned"),
           tr("Change")},
          {of == Of::Windows ? tr("Its number in the text") : tr("Its number in the text, from 0"),
           tr("Tokens that have a loss"), tr("Mean loss of a token with the network as it was opened, nats"),
           tr("Mean loss of a token with what the plan leaves, before healing, nats"),
           tr("Planned minus dense, nats a token")},
          parent),
      of_(of) {}

void LossSumsModel::setReport(const TokenLossReport* report) {
    std::vector<SumRow> rows;
    if (report != nullptr && of_ == Of::Windows)
        for (int window = 0; window < report->windows; ++window)
            rows.push_back({report->skip + window, static_cast<std::int64_t>(window) * report->seqLen,
                            windowSum(*report, window), 0.0});
    if (report != nullptr && of_ == Of::Documents)
        for (const JudgedDocument& document : report->documents)
            rows.push_back({document.number, document.first, documentSum(*report, document), 0.0});
    double largest = 0.0;
    for (const SumRow& row : rows) largest = std::max(largest, row.sum.meanChange());
    for (SumRow& row : rows) row.largest = largest;
    replaceRows(std::move(rows));
}

QVariant LossSumsModel::cell(const SumRow& row, int column, int role) const {
    if (role == Qt::TextAlignmentRole) return numbersRight();
    if (role == BarRole && column == Change && row.largest > 0.0)
        return std::clamp(row.sum.meanChange() / row.largest, 0.0, 1.0);
    if (role == SortRole) {
        switch (column) {
            case Number:
                return row.number;
            case Tokens:
                return static_cast<qlonglong>(row.sum.tokens);
            case Dense:
                return row.sum.meanDense();
            case Planned:
                return row.sum.meanPlanned();
            default:
                return row.sum.meanChange();
        }
    }
    if (role != Qt::DisplayRole) return {};
    switch (column) {
        case Number:
            return row.number;
        case Tokens:
            return static_cast<qlonglong>(row.sum.tokens);
        case Dense:
            return nats(row.sum.meanDense());
        case Planned:
            return nats(row.sum.meanPlanned());
        case Change:
            return signedNats(row.sum.meanChange());
        default:
            return {};
    }
}

}  // namespace secateur
