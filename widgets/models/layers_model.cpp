// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/layers_model.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/units.h"
#include "widgets/document/plan_document.h"
#include "widgets/guide/guide_keys.h"

namespace secateur {
namespace {

QString orDash(const std::optional<double>& value, std::string (*format)(double)) {
    return value && std::isfinite(*value) ? QString::fromStdString(format(*value)) : QStringLiteral("-");
}

// "+0.9 %"; from ten times on how many times, which stays short. One decimal either way.
std::string changeText(double fraction) {
    if (fraction < 10.0) return formatChange(fraction);
    const double times = 1.0 + fraction;
    const std::string number = times < 1000.0 ? QString::number(times, 'f', 1).toStdString()
                                              : formatCount(std::llround(std::min(times, 1e18)));
    return "\u00d7 " + number;
}

// As many for all values of a column as the least of them needs for two digits that count.
int decimalsFor(const std::vector<double>& values) {
    constexpr int kLeast = 2, kMost = 5;
    double least = INFINITY;
    for (const double value : values)
        if (std::isfinite(value) && value != 0.0) least = std::min(least, std::abs(value));
    if (!std::isfinite(least)) return kLeast;
    return std::clamp(1 - static_cast<int>(std::floor(std::log10(least))), kLeast, kMost);
}

// "0.0254 #3"
QString ranked(const QString& value, const std::optional<double>& rank) {
    return rank ? value + QStringLiteral(" #") + QString::number(*rank) : value;
}

std::optional<double> rankOf(const LayerRow& row, int column) {
    switch (column) {
        case LayersModel::Influence:
            return row.influenceRank;
        case LayersModel::Fluctuation:
            return row.fluctuationRank;
        case LayersModel::LeaveOneOut:
            return row.leaveOneOutRank;
        default:
            return std::nullopt;
    }
}

// Bars are of logarithms; what costs less than a tenth of a per cent, or nothing, has the shortest bar.
constexpr double kLeastBar = 1e-3;
constexpr double kShortestBar = 0.03;

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

}  // namespace

LayersModel::LayersModel(QObject* parent)
    : RowsModel(
          {tr("#"), tr("Chop"), tr("Attention"), tr("MLP"), tr("Influence"), tr("Fluct."), tr("Without it"),
           tr("Kept"), tr("Weights")},
          {tr("Number of the layer in the original checkpoint"), tr("Check to remove the whole layer"),
           tr("Check to remove only the attention of the layer"),
           tr("Check to remove only the MLP of the layer"),
           tr("Block influence: 1 - cosine between the input and the output of the layer, mean over tokens. "
              "#1 is the least; bars are logarithmic."),
           tr("Fluctuation share: the part of the fluctuation of all prunable channels that is in the layer. "
              "#1 is the least; bars are logarithmic."),
           tr("Leave-one-out: change of the perplexity without the layer. #1 costs least; bars are "
              "logarithmic."),
           tr("Linear weights of the layer that the plan keeps; the silhouette shows how wide its attention "
              "(upper half) and its MLP (lower half) stay"),
           tr("What the plan makes of them: bits of a code, share of zeros, rank of two factors")},
          parent) {}

void LayersModel::Range::add(const std::optional<double>& value) {
    const double size = std::log(std::max(value.value_or(0.0), kLeastBar));
    least = std::min(least, size);
    largest = std::max(largest, size);
}

QVariant LayersModel::Range::bar(const std::optional<double>& value) const {
    if (!value || !(largest > least)) return {};
    const double part = (std::log(std::max(*value, kLeastBar)) - least) / (largest - least);
    return kShortestBar + (1.0 - kShortestBar) * std::clamp(part, 0.0, 1.0);
}

void LayersModel::setRows(std::vector<LayerRow> rows) {
    influence_ = share_ = loss_ = {};
    std::vector<double> influences;
    for (const LayerRow& row : rows) {
        influences.push_back(row.influence.value_or(0.0));
        influence_.add(row.influence);
        share_.add(row.fluctuationShare);
        loss_.add(row.leaveOneOut);
    }
    influenceDecimals_ = decimalsFor(influences);
    replaceRows(std::move(rows));
}

void LayersModel::setNotes(const LayerNotes& notes) {
    notes_ = notes;
    Q_EMIT headerDataChanged(Qt::Horizontal, Influence, LeaveOneOut);
}

QVariant LayersModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation == Qt::Horizontal && role == kGuideRole) {
        return section == Influence     ? guideKey("layer-metric", "block-influence")
               : section == Fluctuation ? guideKey("layer-metric", "fluctuation-share")
               : section == LeaveOneOut ? guideKey("layer-metric", "leave-one-out")
                                        : QString();
    }
    const QVariant usual = RowsModel::headerData(section, orientation, role);
    if (orientation != Qt::Horizontal || role != Qt::ToolTipRole) return usual;
    const QString note = section == Influence     ? notes_.influence
                         : section == Fluctuation ? notes_.fluctuation
                         : section == LeaveOneOut ? notes_.leaveOneOut
                                                  : QString();
    return note.isEmpty() ? usual : QVariant(usual.toString() + QLatin1Char('\n') + note);
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

QString LayersModel::number(const LayerRow& row, int column) const {
    switch (column) {
        case Influence:
            return row.influence && std::isfinite(*row.influence)
                       ? QString::number(*row.influence, 'f', influenceDecimals_)
                       : QStringLiteral("-");
        case Fluctuation:
            return orDash(row.fluctuationShare, formatPercent);
        case LeaveOneOut:
            return orDash(row.leaveOneOut, changeText);
        default:
            return {};
    }
}

QString LayersModel::text(const LayerRow& row, int column) const {
    switch (column) {
        case Layer:
            return QString::number(row.layer);
        case Influence:
        case Fluctuation:
        case LeaveOneOut:
            return ranked(number(row, column), rankOf(row, column));
        case Kept:
            return QString::fromStdString(formatPercent(row.kept));
        case Weights:
            return row.weights;
        default:
            return {};
    }
}

// What a screen reader says for a cell: Qt reads the text only, and a check box cell has none.
QString LayersModel::spoken(const LayerRow& row, int column) const {
    switch (column) {
        case Chop:
            return tr("Chop layer %1").arg(row.layer);
        case Attention:
            return tr("Remove attention of layer %1").arg(row.layer);
        case Mlp:
            return tr("Remove MLP of layer %1").arg(row.layer);
        case Kept:
            return tr("%1, attention %2, MLP %3")
                .arg(text(row, column), QString::fromStdString(formatPercent(row.keptAttention)),
                     QString::fromStdString(formatPercent(row.keptMlp)));
        default:
            return text(row, column);
    }
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
            return column == Kept ? QVariant(spoken(row, column))
                                  : headerData(column, Qt::Horizontal, Qt::ToolTipRole);
        case NumberRole:
            return column >= Influence && column <= LeaveOneOut ? QVariant(number(row, column)) : QVariant();
        case RankRole: {
            const auto rank = rankOf(row, column);
            return rank ? QVariant(*rank) : QVariant();
        }
        case HalvesRole:
            return column == Kept ? QVariant(QVariantList{row.keptAttention, row.keptMlp}) : QVariant();
        case SortRole:
            return sortKey(row, column);
        case BarRole:
            return bar(row, column);
        default:
            return {};
    }
}

QVariant LayersModel::bar(const LayerRow& row, int column) const {
    switch (column) {
        case Influence:
            return influence_.bar(row.influence);
        case Fluctuation:
            return share_.bar(row.fluctuationShare);
        case LeaveOneOut:
            return loss_.bar(row.leaveOneOut);
        default:
            return {};
    }
}

}  // namespace secateur
