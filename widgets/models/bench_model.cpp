// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/bench_model.h"

namespace secateur {

BenchModel::BenchModel(QObject* parent)
    : RowsModel(
          {tr("Measured"), tr("Dense"), tr("Planned"), tr("Change")},
          {tr("What was measured, with how many sequences side by side"),
           tr("The network as it was opened: the median, and in brackets the middle half of the values"),
           tr("The same of what the plan leaves, before healing"),
           tr("Of the medians; within the spread where the middle halves overlap")},
          parent) {}

void BenchModel::setReport(const BenchReport* report) {
    replaceRows(report == nullptr ? std::vector<BenchRow>() : benchRows(*report));
}

QVariant BenchModel::cell(const BenchRow& row, int column, int role) const {
    if (role == Qt::TextAlignmentRole)
        return column == What ? QVariant() : QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole) return {};  // a narrow column cuts it
    const std::string& text = column == What      ? row.what
                              : column == Dense   ? row.dense
                              : column == Planned ? row.planned
                                                  : row.change;
    return text.empty() ? QStringLiteral("-") : QString::fromStdString(text);
}

}  // namespace secateur
