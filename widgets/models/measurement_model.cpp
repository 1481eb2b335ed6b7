// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/measurement_model.h"

#include <algorithm>

#include "core/base/units.h"
#include "core/planning/planner.h"
#include "widgets/document/layer_curves.h"
#include "widgets/document/score_words.h"

namespace secateur {
namespace {

using Words = LayerAgreementModel;  // whose translations these are

QString shareOf(double fraction) {
    return QString::fromStdString(formatPercent(fraction));
}

QString correlation(const std::optional<double>& agreement) {
    return agreement ? QString::number(*agreement, 'f', 2) : QStringLiteral("-");
}

QString spearman(const std::optional<double>& agreement) {
    return agreement ? Words::tr("Spearman %1").arg(correlation(agreement))
                     : Words::tr("no rank correlation");
}

QString windowsOf(const CalibrationInfo& text) {
    return Words::tr("%1 of %2 tokens").arg(text.samples).arg(text.seqLen);
}

QString samplingOf(const CalibrationInfo& text) {
    const QString sampling = QString::fromStdString(text.sampling);
    return text.sampling == "random" ? Words::tr("%1, seed %2").arg(sampling).arg(text.seed) : sampling;
}

// What a measurement is of; the words for the verdict are those of the row.
struct Facts {
    QString quantity;
    QString a;
    QString b;
    bool same = false;
    QString explanation{};
};

std::vector<Facts> factsOf(const MeasuredPair& pair) {
    const Analysis &a = *pair.a, &b = *pair.b;
    const CalibrationInfo &textA = a.calibration, &textB = b.calibration;
    const auto of = [](const QString& quantity, const QString& ofA, const QString& ofB, bool same) {
        return Facts{quantity, ofA, ofB, same};
    };
    const auto q = [](const std::string& text) { return QString::fromStdString(text); };
    const Statistics usedA = pair.statistics.value_or(a.statistics);
    const Statistics usedB = pair.statistics.value_or(b.statistics);
    std::vector<Facts> facts{
        of(Words::tr("Model"), q(a.modelName), q(b.modelName), a.modelFingerprint == b.modelFingerprint),
        of(Words::tr("Text"), q(textA.source), q(textB.source), textA.sha256 == textB.sha256),
        of(Words::tr("Windows"), windowsOf(textA), windowsOf(textB), windowsOf(textA) == windowsOf(textB)),
        of(Words::tr("Sampling"), samplingOf(textA), samplingOf(textB),
           samplingOf(textA) == samplingOf(textB)),
        of(Words::tr("Statistics"), QLatin1String(name(usedA)), QLatin1String(name(usedB)), usedA == usedB),
        of(Words::tr("Arithmetic"), q(a.dtype), q(b.dtype), a.dtype == b.dtype)};
    facts[0].explanation = Words::tr("The same by its fingerprint, which looks at the weights");
    facts[1].explanation = Words::tr("The same by its content, whatever the file is called");
    facts[3].explanation = Words::tr("How the windows were taken from the text");
    return facts;
}

// `of`: what the order is of, said once.
ComparisonRow agreementRow(const QString& quantity, const QString& of, const std::optional<double>& agreement,
                           const QString& over) {
    const QString none = Words::tr("There is none where they are fewer than three, or all the same.");
    return {Words::tr("%1, %2").arg(quantity, of),
            {},
            {},
            spearman(agreement),
            agreement ? over : QStringLiteral("%1 %2").arg(over, none)};
}

// Where the order of layers begins, for each side that has it.
ComparisonRow layersRow(const MeasuredPair& pair, const std::string& metric) {
    const auto least = [&](const Analysis& analysis) {
        const auto measured = findLayerMetric(analysis, metric);
        if (!measured) return Words::tr("not measured");
        if (measured->values.empty()) return QString();
        const auto place = std::ranges::min_element(measured->values) - measured->values.begin();
        return Words::tr("least in layer %1").arg(measured->layers[static_cast<std::size_t>(place)]);
    };
    const auto both = std::ranges::find(pair.scores->layerMetrics, metric, &LayerMetricPair::metric);
    const bool paired = both != pair.scores->layerMetrics.end();
    ComparisonRow row = agreementRow(
        Words::tr("Order of layers"), scoreInWords(metric), paired ? both->agreement : std::nullopt,
        paired ? Words::tr("Rank correlation over the layers.")
               : Words::tr("Measure both with it, and their orders can be compared."));
    row.a = least(*pair.a);
    row.b = least(*pair.b);
    if (!paired) row.difference = QStringLiteral("-");
    return row;
}

ComparisonRow removedRow(const QString& quantity, const FateCount& count, const QString& cut) {
    ComparisonRow row{
        quantity,
        QString::number(count.units() - count.keptByPlanA()),
        QString::number(count.units() - count.keptByPlanB()),
        {},
        Words::tr("By %1. In brackets: of what either removes, the share that both do").arg(cut)};
    const auto shared = count.sharedByB();
    row.difference =
        shared
            ? Words::tr("%1 of A's are B's too (Jaccard %2)").arg(shareOf(*shared), shareOf(*count.overlap()))
            : Words::tr("A removes none");
    return row;
}

QString orderInWords(double agreement) {
    if (agreement >= 0.95) return Words::tr("A and B put channels in almost the same order");
    if (agreement >= 0.8) return Words::tr("A and B put channels in a similar order");
    if (agreement >= 0.5) return Words::tr("A and B agree on the order of channels only in part");
    return Words::tr("A and B put channels in different orders");
}

}  // namespace

std::vector<ComparisonRow> measurementRows(const MeasuredPair& pair) {
    std::vector<ComparisonRow> rows;
    for (const Facts& fact : factsOf(pair))
        rows.push_back({fact.quantity, fact.a, fact.b,
                        fact.same ? Words::tr("the same") : Words::tr("another"), fact.explanation});
    const QString metric = scoreInWords(pair.scores->metric);
    const QString all = Words::tr("Rank correlation over the units of all layers together.");
    rows.push_back(agreementRow(Words::tr("Order of channels"), metric, pair.scores->channels, all));
    rows.push_back(agreementRow(Words::tr("Order of KV groups"), metric, pair.scores->kvGroups, all));
    for (const std::string& layers : layerMetrics())
        if (findLayerMetric(*pair.a, layers) || findLayerMetric(*pair.b, layers))
            rows.push_back(layersRow(pair, layers));
    if (pair.removed) {
        rows.push_back(removedRow(Words::tr("Removed channels"), pair.removed->channels, pair.cut));
        rows.push_back(removedRow(Words::tr("Removed KV groups"), pair.removed->kvGroups, pair.cut));
    }
    return rows;
}

QString measurementsInWords(const MeasuredPair& pair) {
    if (pair.asked[0] == pair.asked[1]) return Words::tr("A and B are the same measurement.");
    const ScoreDifference& scores = *pair.scores;
    QString text = Words::tr("There is no order of channels to compare.");
    if (scores.channels) {
        const LayerScoreDifference* least = scores.leastAlike();
        const QString where = least == nullptr ? QString()
                                               : Words::tr(", least in layer %1: %2")
                                                     .arg(least->layer)
                                                     .arg(correlation(least->channels.agreement));
        text = Words::tr("%1 (%2 over all layers%3).")
                   .arg(orderInWords(*scores.channels), spearman(scores.channels), where);
    }
    const auto shared = pair.removed ? pair.removed->channels.sharedByB() : std::nullopt;
    if (shared)
        text += QLatin1Char(' ') + Words::tr("Of the channels that %1 removes by A, %2 would go by B too.")
                                       .arg(pair.cut, shareOf(*shared));
    if (!pair.cutProblem.isEmpty())
        text +=
            QLatin1Char(' ') + Words::tr("What would be removed cannot be compared: %1").arg(pair.cutProblem);
    if (!pair.units.isEmpty()) text += QLatin1Char(' ') + pair.units;
    QStringList differing;
    for (const Facts& fact : factsOf(pair))
        if (!fact.same) differing << fact.quantity.toLower();
    return text + QLatin1Char(' ') +
           (differing.isEmpty() ? Words::tr("Both were measured on the same, in the same way.")
                                : Words::tr("They differ in: %1.").arg(differing.join(QStringLiteral(", "))));
}

std::vector<LayerAgreement> layerAgreements(const MeasuredPair& pair, const std::string& metric) {
    std::vector<LayerAgreement> rows;
    const auto valuesA = layerCurve(*pair.a, metric), valuesB = layerCurve(*pair.b, metric);
    const auto valueOf = [](const std::optional<LayerMetric>& values, int layer) -> std::optional<double> {
        if (!values) return std::nullopt;
        const auto found = std::ranges::find(values->layers, layer);
        if (found == values->layers.end()) return std::nullopt;
        return values->values[static_cast<std::size_t>(found - values->layers.begin())];
    };
    for (const LayerScoreDifference& layer : pair.scores->layers) {
        LayerAgreement row{layer.layer, layer.channels.agreement, layer.kvGroups.agreement};
        row.valueA = valueOf(valuesA, layer.layer);
        row.valueB = valueOf(valuesB, layer.layer);
        if (pair.removed) {
            const auto& layers = pair.removed->layers;
            const auto found = std::ranges::find(layers, layer.layer, &LayerDifference::layer);
            if (found != layers.end()) row.removed = found->channels;
        }
        rows.push_back(row);
    }
    return rows;
}

LayerAgreementModel::LayerAgreementModel(QObject* parent)
    : RowsModel(
          {tr("Layer"), tr("Channel order"), tr("KV order"), tr("Removed A"), tr("Removed B"), tr("Both"),
           tr("Same cut"), tr("Metric A"), tr("Metric B"), tr("B - A")},
          {tr("Number in the original checkpoint"),
           tr("Spearman's rank correlation of the scores of the layer's MLP channels by A and by B: 1 for "
              "the same order"),
           tr("The same of its KV groups; a dash where there are fewer than three"),
           tr("MLP channels that the cut removes by A"), tr("MLP channels that the cut removes by B"),
           tr("MLP channels that it removes by both"),
           tr("Of the MLP channels that go by A, the share that would go by B too"),
           tr("The metric of layers that Curves draws, by A"),
           tr("The metric of layers that Curves draws, by B"),
           tr("The difference of the two columns before")},
          parent) {}

void LayerAgreementModel::setRows(std::vector<LayerAgreement> rows, const std::string& metric) {
    if (metric != metric_ && !metric.empty()) {
        metric_ = metric;
        LayerCurveWords words = layerCurveWords(metric);
        const QString of =
            words.unit.isEmpty() ? words.name : QStringLiteral("%1 (%2)").arg(words.name, words.unit);
        if (!words.name.isEmpty()) words.name[0] = words.name[0].toUpper();  // as other headers
        setHeader(ValueA, tr("%1 A").arg(words.name), tr("Of the layer by A: %1").arg(of));
        setHeader(ValueB, tr("%1 B").arg(words.name), tr("Of the layer by B: %1").arg(of));
    }
    replaceRows(std::move(rows));
}

QVariant LayerAgreementModel::cell(const LayerAgreement& row, int column, int role) const {
    if (role == Qt::TextAlignmentRole) return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != SortRole) return {};
    const bool sorted = role == SortRole;
    const auto number = [sorted](const std::optional<double>& value, const QString& text) {
        return sorted ? (value ? QVariant(*value) : QVariant())
                      : QVariant(value ? text : QStringLiteral("-"));
    };
    const auto count = [&](int units) { return number(units, QString::number(units)); };
    const auto score = [&](const std::optional<double>& value) {
        return number(value, value ? QString::fromStdString(formatScore(*value)) : QString());
    };
    switch (column) {
        case Layer:
            return row.layer;
        case Channels:
            return number(row.channels, correlation(row.channels));
        case KvGroups:
            return number(row.kvGroups, correlation(row.kvGroups));
        case ValueA:
            return score(row.valueA);
        case ValueB:
            return score(row.valueB);
        case Change:
            return score(row.valueA && row.valueB ? std::optional(*row.valueB - *row.valueA) : std::nullopt);
        default:
            break;
    }
    if (!row.removed) return number(std::nullopt, {});
    switch (column) {
        case RemovedA:
            return count(row.removed->units() - row.removed->keptByPlanA());
        case RemovedB:
            return count(row.removed->units() - row.removed->keptByPlanB());
        case Both:
            return count(row.removed->removedByBoth);
        default: {
            const auto shared = row.removed->sharedByB();
            return number(shared, shared ? shareOf(*shared) : QString());
        }
    }
}

}  // namespace secateur
