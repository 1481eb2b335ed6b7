// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>

#include "core/base/units.h"
#include "core/planning/rank.h"
#include "widgets/document/plan_document.h"
#include "widgets/models/layers_model.h"

namespace secateur {
namespace {

using Values = std::map<int, double>;

// Empty when the metric was not measured.
Values metricOf(const Analysis* analysis, const char* metric) {
    Values values;
    if (analysis == nullptr) return values;
    const auto measured = findLayerMetric(*analysis, metric);
    for (std::size_t i = 0; measured && i < measured->layers.size(); ++i)
        values[measured->layers[i]] = measured->values[i];
    return values;
}

std::optional<double> at(const Values& values, int layer) {
    const auto found = values.find(layer);
    return found == values.end() ? std::nullopt : std::optional(found->second);
}

Values ranks(const Values& metric) {
    std::vector<float> values;
    for (const auto& [layer, value] : metric) values.push_back(static_cast<float>(value));
    Values result;
    std::size_t i = 0;
    const std::vector<double> all = ranksOf(values);
    for (const auto& [layer, value] : metric) result[layer] = all[i++];
    return result;
}

// "The order agrees with leave-one-out by 0.83 (Spearman's rank correlation)."
QString agreement(const Analysis& analysis, const char* metric) {
    const auto value = agreementWithLeaveOneOut(analysis, metric);
    if (!value) return {};
    return LayersModel::tr(
               "Its order agrees with that of leaving layers out by %1 (Spearman, 1 is the same).")
        .arg(QString::fromStdString(formatCorrelation(*value)));
}

int unitsKept(const std::vector<UnitMask>& masks, int layer) {
    return layer < static_cast<int>(masks.size()) ? countKept(masks[static_cast<std::size_t>(layer)]) : 0;
}

// What the plan leaves of a layer's linear weights.
void addKept(const NetworkConfig& config, LayerConfig layer, const KeptUnits& kept, LayerRow& row) {
    layer.ranks = {};  // shares are of units, whose weights are counted as those of whole matrices
    const auto attentionBefore = static_cast<double>(attentionParameters(config, layer));
    const auto mlpBefore = static_cast<double>(mlpParameters(config, layer));
    const int groupSize = layer.kvHeads > 0 ? layer.heads / layer.kvHeads : 1;
    const double attention = static_cast<double>(kvGroupParameters(config, groupSize)) *
                             unitsKept(kept.kvGroups, layer.originalLayer);
    const double mlp =
        static_cast<double>(channelParameters(config)) * unitsKept(kept.channels, layer.originalLayer);
    const auto share = [](double after, double before) { return before > 0.0 ? after / before : 0.0; };
    row.keptAttention = share(attention, attentionBefore);
    row.keptMlp = share(mlp, mlpBefore);
    row.kept = share(attention + mlp, attentionBefore + mlpBefore);
}

bool contains(const std::vector<int>& list, int layer) {
    return std::find(list.begin(), list.end(), layer) != list.end();
}

}  // namespace

LayerNotes layerNotes(const PlanDocument& document) {
    const Analysis* analysis = document.analysis().get();
    if (analysis == nullptr || !analysis->leaveOneOut) return {};
    const secateur::LeaveOneOut& left = *analysis->leaveOneOut;
    const CalibrationInfo& text = left.text ? *left.text : analysis->calibration;
    return {agreement(*analysis, "block-influence"), agreement(*analysis, "fluctuation-share"),
            LayersModel::tr("Against %1 with all layers, on %2 windows of %3 tokens of %4.")
                .arg(QString::fromStdString(formatPerplexity(left.densePerplexity)))
                .arg(text.samples)
                .arg(text.seqLen)
                .arg(QString::fromStdString(text.source))};
}

std::vector<LayerRow> layerRows(const PlanDocument& document) {
    std::vector<LayerRow> rows;
    if (document.model() == nullptr) return rows;
    const NetworkConfig& config = document.model()->config;
    const Analysis* analysis = document.analysis().get();
    const Values influence = metricOf(analysis, "block-influence");
    const Values share = metricOf(analysis, "fluctuation-share");
    const Values loss = metricOf(analysis, "leave-one-out");
    const ChopRequest chop = document.result() ? explicitChop(document.result()->plan) : ChopRequest{};
    const Values influenceRanks = ranks(influence), shareRanks = ranks(share), lossRanks = ranks(loss);
    for (const LayerConfig& layer : config.layers) {
        const int number = layer.originalLayer;
        LayerRow row;
        row.layer = number;
        row.chopped = contains(chop.layers, number);
        row.attentionRemoved = contains(chop.attention, number);
        row.mlpRemoved = contains(chop.mlp, number);
        row.hasAttention = layer.heads > 0;
        row.hasMlp = layer.intermediateSize > 0;
        row.influence = at(influence, number);
        row.fluctuationShare = at(share, number);
        if (const auto without = at(loss, number); without)
            row.leaveOneOut = analysis->leaveOneOut->change(*without);
        row.influenceRank = at(influenceRanks, number);
        row.fluctuationRank = at(shareRanks, number);
        row.leaveOneOutRank = at(lossRanks, number);
        if (document.result()) addKept(config, layer, document.kept(), row);
        if (document.result() && static_cast<std::size_t>(number) < document.kept().forms.size())
            row.weights = QString::fromStdString(document.kept().forms[static_cast<std::size_t>(number)]);
        rows.push_back(row);
    }
    return rows;
}

}  // namespace secateur
