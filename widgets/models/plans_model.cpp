// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/plans_model.h"

#include "core/base/units.h"

namespace secateur {
namespace {

QVariant numberOrNothing(const std::optional<double>& value) {
    return value ? QVariant(*value) : QVariant();
}

}  // namespace

PlansModel::PlansModel(QObject* parent)
    : RowsModel(
          {tr("Pin"), tr("Plan or run"), tr("Parameters"), tr("Weights"), tr("Removed"), tr("Perplexity"),
           tr("Change"), tr("Measured on"), tr("Note")},
          {tr("A and B are what the panel Compare shows"),
           tr("What the plan removes, or the name that you gave it; F2 renames"),
           tr("Parameters of the whole model after the plan"),
           tr("Bytes of the weights, packed to their bits"),
           tr("Fraction of the decoder's linear weights that is removed"),
           tr("Perplexity with its standard error over windows: of plans before healing, of runs on their "
              "held-out text"),
           tr("Against the dense model on the same windows, with the standard error of the difference"),
           tr("Perplexities that were measured on different windows cannot be compared"),
           tr("Your own words")},
          parent) {}

Qt::ItemFlags PlansModel::flags(const QModelIndex& index) const {
    const Qt::ItemFlags usual = RowsModel::flags(index);
    const bool own = index.column() == Plan || index.column() == Note;
    return own ? usual | Qt::ItemIsEditable : usual;
}

bool PlansModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (role != Qt::EditRole || !index.isValid()) return false;
    if (index.column() == Plan) {
        Q_EMIT nameWished(index.row(), value.toString());
    } else if (index.column() == Note) {
        Q_EMIT noteWished(index.row(), value.toString());
    } else {
        return false;
    }
    return true;
}

QVariant PlansModel::cell(const PlanRow& row, int column, int role) const {
    const QString title = row.name.isEmpty() ? row.words : row.name;
    if (role == Qt::ToolTipRole) {
        QStringList lines{title};
        if (title != row.words) lines << row.words;
        if (!row.protocol.isEmpty()) lines << row.protocol;
        if (!row.comparable) lines << tr("Measured on other windows: %1").arg(row.windows);
        if (!row.note.isEmpty()) lines << row.note;
        return lines.join(QLatin1Char('\n'));
    }
    const bool words = column == Pin || column == Plan || column == Windows || column == Note;
    if (role == Qt::TextAlignmentRole)
        return words ? QVariant() : QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::DecorationRole && column == Plan && row.isRun()) return row.colour;
    if (role == Qt::EditRole) return column == Plan ? row.name : column == Note ? row.note : QVariant();
    const auto text = [](const std::string& value) { return QString::fromStdString(value); };
    if (role == SortRole || role == Qt::DisplayRole) {
        const bool sort = role == SortRole;
        switch (column) {
            case Pin:
                return row.pin;
            case Plan:
                return title;
            case Parameters:
                return sort ? QVariant(static_cast<qlonglong>(row.parameters))
                            : text(formatCount(row.parameters));
            case Weights:
                return sort ? QVariant(static_cast<qlonglong>(row.bytes)) : text(formatBytes(row.bytes));
            case Removed:
                if (sort) return numberOrNothing(row.removed);
                return row.removed ? text(formatPercent(*row.removed)) : QStringLiteral("-");
            case Perplexity:
                return sort ? QVariant(row.perplexity)
                            : text(formatPerplexity(row.perplexity, row.standardError));
            case Change:
                if (sort) return numberOrNothing(row.change);
                return row.change ? text(formatChange(*row.change, row.changeError)) : QStringLiteral("-");
            case Windows:
                return row.comparable || sort ? row.windows : tr("other: %1").arg(row.windows);
            default:
                return row.note;
        }
    }
    return {};
}

}  // namespace secateur
