// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/chop_rows_model.h"

#include <QFont>

#include "core/base/units.h"
#include "widgets/document/chop_lab.h"
#include "widgets/document/chop_words.h"
#include "widgets/guide/guide_keys.h"

namespace secateur {

ChopRowsModel::ChopRowsModel(QObject* parent)
    : RowsModel(
          {tr("Strategy"), tr("Layers"), tr("Perplexity"), tr("Change"), tr("Removed"), tr("Parameters")},
          {tr("What chose the layers"), tr("How many layers are removed; two sublayers count as one"),
           tr("Perplexity after the chop, before healing"),
           tr("Of the perplexity against the dense network, with its standard error over windows"),
           tr("By the numbers of the original checkpoint"),
           tr("Parameters of the whole model after the chop")},
          parent) {}

void ChopRowsModel::setReport(const std::shared_ptr<const ChopSweepReport>& report) {
    report_ = report;
    replaceRows(report ? report->rows : std::vector<ChopSweepRow>());
}

void ChopRowsModel::setPointed(const std::string& strategy) {
    if (strategy == pointed_) return;
    pointed_ = strategy;
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1), {Qt::FontRole});
}

QVariant ChopRowsModel::sortValue(const ChopSweepRow& row, int column) const {
    switch (column) {
        case Strategy:
            return strategyLabel(row.strategy);
        case Count:
        case Removed:
            return row.count;
        case Parameters:
            return static_cast<qlonglong>(row.accounting.parametersAfter);
        case Change:
            return report_->change(row);
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
    if (role == Qt::FontRole && !pointed_.empty() && row.strategy == pointed_) {
        QFont bold;
        bold.setBold(true);
        return bold;
    }
    if (role == Qt::ToolTipRole && column == Change && report_->withinError(row))
        return tr("The change is within its standard error.");
    if (role != Qt::DisplayRole && !(role == Qt::ToolTipRole && column == Removed)) return {};
    switch (column) {
        case Strategy:
            return strategyLabel(row.strategy);
        case Count:
            return row.count;
        case Removed:
            return chopInWords(row.chop);
        case Parameters:
            return QString::fromStdString(formatCount(row.accounting.parametersAfter));
        case Change:
            return QString::fromStdString(formatChange(report_->change(row), row.changeStandardError));
        case Perplexity:
            return QString::fromStdString(formatPerplexity(row.perplexity));
        default:
            return {};
    }
}

}  // namespace secateur
