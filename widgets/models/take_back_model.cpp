// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/take_back_model.h"

#include <algorithm>
#include <limits>

#include "core/base/units.h"

namespace secateur {

namespace {

QString withError(double value, const std::optional<double>& error) {
    const QString number = QString::fromStdString(formatScore(value));
    return error ? number + QString::fromUtf8(" \u00B1 ") + QString::fromStdString(formatScore(*error))
                 : number;
}

}  // namespace

TakeBackModel::TakeBackModel(QObject* parent)
    : RowsModel({tr("Taken back"), tr("Perplexity"), tr("Won back"), tr("Parameters back"),
                 tr("Weights back"), tr("Won per million")},
                {tr("What the plan would do without"), tr("Of the plan without it, before healing"),
                 tr("By how much the perplexity falls, with the standard error of the difference"),
                 tr("Parameters that come back with it"),
                 tr("Bytes of the weights that come back with it, packed to their bits"),
                 tr("Perplexity won back for each million parameters that come back")},
                parent) {}

QVariant TakeBackModel::sortValue(const TakeBackRow& row, int column) const {
    const double last = -std::numeric_limits<double>::infinity();
    switch (column) {
        case What:
            return row.what.step * 100'000 + row.what.layer;
        case Perplexity:
            return row.problem.empty() ? row.perplexity : last;
        case Won:
            return row.problem.empty() ? row.wonBack : last;
        case Parameters:
            return static_cast<qlonglong>(row.parametersReturned);
        case Weights:
            return static_cast<qlonglong>(row.bytesReturned);
        default:
            return row.wonPerMillion().value_or(last);
    }
}

QVariant TakeBackModel::cell(const TakeBackLine& line, int column, int role) const {
    const TakeBackRow& row = line.row;
    if (role == Qt::TextAlignmentRole)
        return column == What ? QVariant() : QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role == SortRole) return sortValue(row, column);
    if (role == BarRole && column == Won && line.largest > 0.0)
        return std::clamp(row.wonBack / line.largest, 0.0, 1.0);
    if (role == Qt::ToolTipRole) {
        if (!row.problem.empty()) return QString::fromStdString(row.problem);
        if (column == Won && row.withinError()) return tr("Not larger than its standard error");
        return column == What ? QVariant(line.what) : QVariant();
    }
    if (role != Qt::DisplayRole) return {};
    if (!row.problem.empty() && column != What)
        return column == Perplexity ? tr("not possible") : QStringLiteral("-");
    switch (column) {
        case What:
            return line.what;
        case Perplexity:
            return QString::fromStdString(formatPerplexity(row.perplexity, row.standardError));
        case Won:
            return withError(row.wonBack, row.wonBackError);
        case Parameters:
            return QString::fromStdString(formatCount(row.parametersReturned));
        case Weights:
            return QString::fromStdString(formatBytes(row.bytesReturned));
        case PerMillion: {
            const auto rate = row.wonPerMillion();
            return rate ? withError(*rate, row.wonPerMillionError()) : QStringLiteral("-");
        }
        default:
            return {};
    }
}

}  // namespace secateur
