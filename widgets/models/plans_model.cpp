// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/plans_model.h"

#include "core/base/units.h"

namespace secateur {

PlansModel::PlansModel(QObject* parent)
    : RowsModel({tr("Plan"), tr("Parameters"), tr("Removed"), tr("Perplexity")},
                {tr("What the plan removes"), tr("Parameters of the whole model after the plan"),
                 tr("Fraction of the decoder's linear weights that is removed"),
                 tr("Previewed perplexity, before healing")},
                parent) {}

void PlansModel::setPoints(const std::vector<PreviewPoint>& oldestFirst) {
    replaceRows({oldestFirst.rbegin(), oldestFirst.rend()});
}

QVariant PlansModel::cell(const PreviewPoint& row, int column, int role) const {
    // The name is cut where the table is narrow.
    if (role == Qt::ToolTipRole)
        return row.protocol.isEmpty() ? row.plan : row.plan + QLatin1Char('\n') + row.protocol;
    if (role == Qt::TextAlignmentRole)
        return column == Plan ? QVariant() : QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role == SortRole) {
        switch (column) {
            case Plan:
                return row.plan;
            case Parameters:
                return static_cast<qlonglong>(row.parameters);
            case Removed:
                return row.removedFraction;
            default:
                return row.perplexity;
        }
    }
    if (role != Qt::DisplayRole) return {};
    switch (column) {
        case Plan:
            return row.plan;
        case Parameters:
            return QString::fromStdString(formatCount(row.parameters));
        case Removed:
            return QString::fromStdString(formatPercent(row.removedFraction));
        case Perplexity:
            return QString::fromStdString(formatPerplexity(row.perplexity));
        default:
            return {};
    }
}

}  // namespace secateur
