// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/layers_model.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/units.h"
#include "widgets/document/plan_document.h"

namespace secateur {
namespace {

QString orDash(const std::optional<double>& value, std::string (*format)(double)) {
    return value && std::isfinite(*value) ? QString::fromStdString(format(*value)) : QStringLiteral("-");
}

std::optional<Qt::CheckState> checkState(const LayerRow& row, int column) {
    const auto state = [](bool on) { return on ? Qt::Checked : Qt::Unchecked; };
    switch (column) {
        case LayersModel::Chop:
            return state(row.chopped);
        case LayersModel::Attention:
            return row.hasAttention ? std::optional(state(row.attentionRemoved)) : std::nullopt;
        case LayersModel::Mlp:
            return row.hasMlp ? std::optional(state(row.mlpRemoved)) : std::nullopt;
        default:
            return std::nullopt;
    }
}

QString text(const LayerRow& row, int column) {
    switch (column) {
        case LayersModel::Layer:
            return QString::number(row.layer);
        case LayersModel::Influence:
            return orDash(row.influence, formatScore);
        case LayersModel::Fluctuation:
            return orDash(row.fluctuationShare, formatPercent);
        case LayersModel::LeaveOneOut:
            return orDash(row.leaveOneOut, formatPerplexity);
        case LayersModel::Kept:
            return QString::fromStdString(formatPercent(row.kept));
        case LayersModel::Weights:
            return row.weights;
        default:
            return {};
    }
}

QVariant sortKey(const LayerRow& row, int column) {
    const auto number = [](const std::optional<double>& value) {
        return QVariant(value.value_or(-INFINITY));
    };
    switch (column) {
        case LayersModel::Layer:
            return row.layer;
        case LayersModel::Chop:
            return row.chopped ? 1 : 0;
        case LayersModel::Attention:
            return row.attentionRemoved ? 1 : 0;
        case LayersModel::Mlp:
            return row.mlpRemoved ? 1 : 0;
        case LayersModel::Influence:
            return number(row.influence);
        case LayersModel::Fluctuation:
            return number(row.fluctuationShare);
        case LayersModel::LeaveOneOut:
            return number(row.leaveOneOut);
        case LayersModel::Kept:
            return row.kept;
        case LayersModel::Weights:
            return row.weights;
        default:
            return {};
    }
}

// What a screen reader says for a cell: Qt reads the text only, and a check box cell has none.
QString spoken(const LayerRow& row, int column) {
    switch (column) {
        case LayersModel::Chop:
            return LayersModel::tr("Chop layer %1").arg(row.layer);
        case LayersModel::Attention:
            return LayersModel::tr("Remove attention of layer %1").arg(row.layer);
        case LayersModel::Mlp:
            return LayersModel::tr("Remove MLP of layer %1").arg(row.layer);
        default:
            return text(row, column);
    }
}

}  // namespace

LayersModel::LayersModel(QObject* parent)
    : RowsModel(
          {tr("#"), tr("Chop"), tr("Attention"), tr("MLP"), tr("Influence"), tr("Fluct."), tr("LOO"),
           tr("Kept"), tr("Weights")},
          {tr("Number of the layer in the original checkpoint"), tr("Check to remove the whole layer"),
           tr("Check to remove only the attention of the layer"),
           tr("Check to remove only the MLP of the layer"),
           tr("Block influence: 1 - cosine between the input and the output of the layer, mean over tokens"),
           tr("Fluctuation share: the part of the fluctuation of all prunable channels that is in the layer"),
           tr("Leave-one-out: perplexity of the calibration text without the layer (bars: logarithmic)"),
           tr("Linear weights of the layer that the plan keeps"),
           tr("What the plan makes of them: bits of a code, share of zeros, rank of two factors")},
          parent) {}

void LayersModel::setRows(std::vector<LayerRow> rows) {
    largestInfluence_ = largestShare_ = largestLoss_ = 0.0;
    leastLoss_ = INFINITY;
    for (const LayerRow& row : rows) {
        largestInfluence_ = std::max(largestInfluence_, row.influence.value_or(0.0));
        largestShare_ = std::max(largestShare_, row.fluctuationShare.value_or(0.0));
        if (row.leaveOneOut && *row.leaveOneOut > 0.0) {
            largestLoss_ = std::max(largestLoss_, std::log(*row.leaveOneOut));
            leastLoss_ = std::min(leastLoss_, std::log(*row.leaveOneOut));
        }
    }
    replaceRows(std::move(rows));
}

int LayersModel::rowOf(int layer) const {
    const auto at = std::find_if(rows().begin(), rows().end(),
                                 [layer](const LayerRow& row) { return row.layer == layer; });
    return at == rows().end() ? -1 : static_cast<int>(at - rows().begin());
}

Qt::ItemFlags LayersModel::flags(const QModelIndex& index) const {
    if (!index.isValid()) return Qt::NoItemFlags;
    Qt::ItemFlags flags = Qt::ItemIsSelectable | Qt::ItemIsEnabled | Qt::ItemNeverHasChildren;
    const LayerRow& layer = row(index.row());
    if (checkState(layer, index.column())) flags |= Qt::ItemIsUserCheckable;
    // The parts of a chopped layer are gone with it.
    if (layer.chopped && (index.column() == Attention || index.column() == Mlp)) flags &= ~Qt::ItemIsEnabled;
    return flags;
}

bool LayersModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (role != Qt::CheckStateRole || !index.isValid()) return false;
    if (!(flags(index) & Qt::ItemIsUserCheckable) || !(flags(index) & Qt::ItemIsEnabled)) return false;
    const LayerPart part = index.column() == Chop        ? LayerPart::Layer
                           : index.column() == Attention ? LayerPart::Attention
                                                         : LayerPart::Mlp;
    Q_EMIT removalWished(row(index.row()).layer, part, value.toInt() == Qt::Checked);
    return true;
}

QVariant LayersModel::cell(const LayerRow& row, int column, int role) const {
    switch (role) {
        case Qt::DisplayRole:
            return text(row, column);
        case Qt::CheckStateRole: {
            const auto state = checkState(row, column);
            return state ? QVariant(static_cast<int>(*state)) : QVariant();
        }
        case Qt::TextAlignmentRole:
            return column == Layer || (column >= Influence && column <= Kept)
                       ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                       : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
        case Qt::AccessibleTextRole:
            return spoken(row, column);
        case Qt::ToolTipRole:
            return headerData(column, Qt::Horizontal, Qt::ToolTipRole);
        case SortRole:
            return sortKey(row, column);
        case BarRole:
            return bar(row, column);
        default:
            return {};
    }
}

QVariant LayersModel::bar(const LayerRow& row, int column) const {
    const auto share = [](const std::optional<double>& value, double largest) {
        return value && largest > 0.0 ? QVariant(std::clamp(*value / largest, 0.0, 1.0)) : QVariant();
    };
    switch (column) {
        case Influence:
            return share(row.influence, largestInfluence_);
        case Fluctuation:
            return share(row.fluctuationShare, largestShare_);
        case Kept:
            return row.kept;
        case LeaveOneOut: {
            if (!row.leaveOneOut || *row.leaveOneOut <= 0.0 || largestLoss_ <= leastLoss_) return {};
            return (std::log(*row.leaveOneOut) - leastLoss_) / (largestLoss_ - leastLoss_);
        }
        default:
            return {};
    }
}

}  // namespace secateur
