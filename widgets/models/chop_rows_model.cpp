// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/chop_rows_model.h"

#include "core/base/units.h"
#include "widgets/document/chop_lab.h"
#include "widgets/guide/guide_keys.h"

namespace secateur {

ChopRowsModel::ChopRowsModel(QObject* parent)
    : RowsModel({tr("Strategy"), tr("Layers kept"), tr("Removed"), tr("Parameters"), tr("Perplexity")},
                {tr("What chose the layers"), tr("Layers left; two sublayers count as one"),
                 tr("By the numbers of the original checkpoint"),
                 tr("Parameters of the whole model after the chop"),
                 tr("Perplexity after the chop, before healing")},
                parent) {}

void ChopRowsModel::setRows(const std::vector<ChopSweepRow>& rows, int layers) {
    layers_ = layers;
    replaceRows(rows);
}

QVariant ChopRowsModel::sortValue(const ChopSweepRow& row, int column) const {
    switch (column) {
        case Strategy:
            return QString::fromStdString(row.strategy);
        case Kept:
            return layers_ - row.count;
        case Removed:
            return row.count;
        case Parameters:
            return static_cast<qlonglong>(row.accounting.parametersAfter);
        default:
            return row.perplexity;
    }
}

QVariant ChopRowsModel::cell(const ChopSweepRow& row, int column, int role) const {
    if (role == SortRole) return sortValue(row, column);
    if (role == kGuideRole && column == Strategy) return guideKey("by", row.strategy);
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(Qt::AlignVCenter |
                                (column == Strategy || column == Removed ? Qt::AlignLeft : Qt::AlignRight));
    if (role != Qt::DisplayRole && !(role == Qt::ToolTipRole && column == Removed)) return {};
    switch (column) {
        case Strategy:
            return QString::fromStdString(row.strategy);
        case Kept:
            return layers_ - row.count;
        case Removed:
            return chopInWords(row.chop);
        case Parameters:
            return QString::fromStdString(formatCount(row.accounting.parametersAfter));
        case Perplexity:
            return QString::fromStdString(formatPerplexity(row.perplexity));
        default:
            return {};
    }
}

}  // namespace secateur
