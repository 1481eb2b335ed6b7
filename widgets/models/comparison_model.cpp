// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/comparison_model.h"

#include <QFont>
#include <algorithm>
#include <cmath>

#include "core/base/units.h"
#include "widgets/document/step_words.h"

namespace secateur {
namespace {

QString q(const std::string& text) {
    return QString::fromStdString(text);
}

QString signedText(const QString& text, bool negative, bool zero) {
    return zero ? QStringLiteral("0") : (negative ? QStringLiteral("-") : QStringLiteral("+")) + text;
}

// "-0.35 M (-8.1 %)"
ComparisonRow amounts(const QString& quantity, std::int64_t a, std::int64_t b,
                      std::string (*format)(std::int64_t)) {
    ComparisonRow row{quantity, q(format(a)), q(format(b)), {}, {}};
    const std::int64_t difference = b - a;
    row.difference =
        signedText(q(format(difference < 0 ? -difference : difference)), difference < 0, difference == 0);
    if (difference != 0 && a > 0)
        row.difference += QStringLiteral(" (%1)").arg(
            q(formatChange(static_cast<double>(difference) / static_cast<double>(a))));
    return row;
}

QString perplexityOf(const ComparedSide& plan) {
    if (!plan.perplexity) return plan.about.isEmpty() ? QStringLiteral("-") : plan.about;
    const QString value = q(formatPerplexity(*plan.perplexity, plan.standardError));
    return plan.about.isEmpty() ? value : QStringLiteral("%1 (%2)").arg(value, plan.about);
}

bool sameWindows(const ComparedSide& a, const ComparedSide& b) {
    return a.judged && b.judged && *a.judged == *b.judged;
}

// What keeps two perplexities from being compared; empty: nothing.
QString obstacle(const ComparedSide& a, const ComparedSide& b) {
    const auto missing = [](const ComparedSide& side) { return !side.perplexity && side.plan == nullptr; };
    if (!a.perplexity || !b.perplexity)
        return (missing(a) || missing(b) ? ComparisonModel::tr("not known: %1")
                                         : ComparisonModel::tr("not previewed: %1"))
            .arg(!a.perplexity && !b.perplexity ? QStringLiteral("A, B")
                 : !a.perplexity                ? QStringLiteral("A")
                                                : QStringLiteral("B"));
    if (sameWindows(a, b)) return {};
    if (!a.judged || !b.judged)
        return ComparisonModel::tr("cannot be compared: it is not known which windows %1 was measured on")
            .arg(!a.judged ? QStringLiteral("A") : QStringLiteral("B"));
    return ComparisonModel::tr("cannot be compared: A was measured on %1, B on %2")
        .arg(inWords(*a.judged), inWords(*b.judged));
}

std::optional<PairedChange> paired(const ComparedSide& a, const ComparedSide& b) {
    return sameWindows(a, b) ? pairedChange(a.windowLoss, b.windowLoss) : std::nullopt;
}

ComparisonRow perplexities(const ComparedSide& a, const ComparedSide& b) {
    ComparisonRow row{ComparisonModel::tr("Perplexity"), perplexityOf(a), perplexityOf(b), {}, {}};
    row.explanation = obstacle(a, b);
    if (!row.explanation.isEmpty()) {
        row.difference = row.explanation;
        return row;
    }
    const double change = *b.perplexity / *a.perplexity - 1.0;
    const double difference = *b.perplexity - *a.perplexity;
    const auto pairs = paired(a, b);
    row.difference = QStringLiteral("%1 (%2)").arg(
        signedText(q(formatPerplexity(std::abs(difference))), difference < 0, difference == 0.0),
        q(formatChange(change, pairs ? std::optional(pairs->standardError) : std::nullopt)));
    if (pairs)
        row.explanation = ComparisonModel::tr(
                              "Both were measured on the same %1 windows: %2. The standard error is that of "
                              "the difference, window by window.")
                              .arg(pairs->windows)
                              .arg(inWords(*a.judged));
    else
        row.explanation = ComparisonModel::tr(
                              "On the same windows: %1. Losses of single windows are not known, "
                              "so that the difference has no standard error.")
                              .arg(inWords(*a.judged));
    return row;
}

QVariant rightWhen(bool number) {
    return number ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
}

}  // namespace

std::vector<ComparisonRow> comparisonRows(const ComparedSide& a, const ComparedSide& b) {
    const Accounting& before = a.accounting;
    const Accounting& after = b.accounting;
    std::vector<ComparisonRow> rows{
        amounts(ComparisonModel::tr("Parameters"), before.parametersAfter, after.parametersAfter,
                formatCount),
        amounts(ComparisonModel::tr("Bytes of the weights"), before.bytesAfter, after.bytesAfter,
                formatBytes),
        amounts(ComparisonModel::tr("MACs per token"), before.macsPerTokenAfter, after.macsPerTokenAfter,
                formatCount),
        amounts(ComparisonModel::tr("KV cache per token"), before.kvCacheBytesPerTokenAfter,
                after.kvCacheBytesPerTokenAfter, formatBytes)};
    const double removed = after.removedFraction - before.removedFraction;
    rows.push_back({ComparisonModel::tr("Removed"), q(formatPercent(before.removedFraction)),
                    q(formatPercent(after.removedFraction)),
                    ComparisonModel::tr("%1 percentage points")
                        .arg(signedText(QString::number(100.0 * std::abs(removed), 'f', 1), removed < 0,
                                        std::abs(removed) < 5e-4)),
                    ComparisonModel::tr("Of the linear weights of the open model's decoder")});
    const auto layersA = static_cast<int>(a.widths.size()), layersB = static_cast<int>(b.widths.size());
    rows.push_back(
        {ComparisonModel::tr("Layers"),
         QString::number(layersA),
         QString::number(layersB),
         signedText(QString::number(std::abs(layersB - layersA)), layersB < layersA, layersA == layersB),
         {}});
    rows.push_back(perplexities(a, b));
    return rows;
}

QString comparisonInWords(const ComparedSide& a, const ComparedSide& b) {
    const auto before = static_cast<double>(a.accounting.parametersAfter);
    const double share =
        before > 0.0 ? static_cast<double>(b.accounting.parametersAfter) / before - 1.0 : 0.0;
    QString text = std::abs(share) < 5e-4
                       ? ComparisonModel::tr("A and B have the same number of parameters")
                       : (share < 0.0 ? ComparisonModel::tr("B has %1 fewer parameters than A")
                                      : ComparisonModel::tr("B has %1 more parameters than A"))
                             .arg(q(formatPercent(std::abs(share))));
    const QString why = obstacle(a, b);
    if (!why.isEmpty()) return text + ComparisonModel::tr("; perplexity: %1.").arg(why);
    const double change = *b.perplexity / *a.perplexity - 1.0;
    const auto pairs = paired(a, b);
    if (pairs && std::abs(pairs->change) <= pairs->standardError)
        return text + ComparisonModel::tr(
                          "; their perplexities differ by less than the standard error "
                          "of the difference (%1).")
                          .arg(q(formatChange(change, pairs->standardError)));
    return text +
           ComparisonModel::tr("; its perplexity changes by %1, on the same windows.")
               .arg(q(formatChange(change, pairs ? std::optional(pairs->standardError) : std::nullopt)));
}

ComparisonModel::ComparisonModel(QObject* parent)
    : RowsModel({tr("Quantity"), tr("A"), tr("B"), tr("B against A")},
                {tr("What is compared"), tr("Of side A"), tr("Of side B"),
                 tr("B minus A, and its share of A; of perplexity with the standard error of the difference "
                    "where there is one; of measurements how far they agree")},
                parent) {}

QVariant ComparisonModel::cell(const ComparisonRow& row, int column, int role) const {
    if (role == Qt::TextAlignmentRole) return rightWhen(column == A || column == B);
    if (role == Qt::ToolTipRole && !row.explanation.isEmpty()) return row.explanation;
    if (role != Qt::DisplayRole && role != SortRole) return {};
    const QString* cells[] = {&row.quantity, &row.a, &row.b, &row.difference};
    return *cells[column];
}

LayerDifferenceModel::LayerDifferenceModel(QObject* parent)
    : RowsModel({tr("Layer"), tr("KV A"), tr("KV B"), tr("Channels A"), tr("Channels B"), tr("Only A"),
                 tr("Only B"), tr("Both"), tr("Overlap")},
                {tr("Number in the original checkpoint"), tr("KV groups that A keeps"),
                 tr("KV groups that B keeps"), tr("MLP channels that A keeps"),
                 tr("MLP channels that B keeps"), tr("MLP channels that A alone removes"),
                 tr("MLP channels that B alone removes"), tr("MLP channels that both remove"),
                 tr("Jaccard overlap: of the MLP channels that either plan removes, the share that both do")},
                parent) {}

std::vector<LayerPair> layerPairs(const std::vector<KeptWidths>& widths, const PlanDifference* difference) {
    std::vector<LayerPair> pairs;
    for (const KeptWidths& one : widths) {
        LayerPair pair{one, std::nullopt};
        if (difference != nullptr) {
            const auto found = std::ranges::find(difference->layers, one.layer, &LayerDifference::layer);
            if (found != difference->layers.end()) pair.channels = found->channels;
        }
        pairs.push_back(pair);
    }
    return pairs;
}

QVariant LayerDifferenceModel::cell(const LayerPair& row, int column, int role) const {
    if (role == Qt::TextAlignmentRole) return rightWhen(true);
    if (role != Qt::DisplayRole && role != SortRole) return {};
    switch (column) {
        case Layer:
            return row.widths.layer;
        case GroupsA:
            return row.widths.groupsA;
        case GroupsB:
            return row.widths.groupsB;
        case ChannelsA:
            return row.widths.channelsA;
        case ChannelsB:
            return row.widths.channelsB;
        default:
            break;
    }
    if (!row.channels) return role == SortRole ? QVariant() : QVariant(QStringLiteral("-"));
    switch (column) {
        case OnlyA:
            return row.channels->removedByA;
        case OnlyB:
            return row.channels->removedByB;
        case Both:
            return row.channels->removedByBoth;
        default: {
            const auto overlap = row.channels->overlap();
            if (role == SortRole) return overlap ? QVariant(*overlap) : QVariant();
            return overlap ? q(formatPercent(*overlap)) : QStringLiteral("-");
        }
    }
}

std::vector<StepPair> stepPairs(const Plan& a, const Plan& b, const std::vector<MethodInfo>& methods) {
    std::vector<StepPair> pairs;
    const auto words = [&](const Plan& plan, std::size_t i) {
        if (i >= plan.steps.size()) return QString();
        const QString text = stepInWords(plan.steps[i], methods);
        return text.isEmpty() ? StepPairsModel::tr("removes nothing") : text;
    };
    for (std::size_t i = 0; i < std::max(a.steps.size(), b.steps.size()); ++i) {
        const bool both = i < a.steps.size() && i < b.steps.size();
        pairs.push_back({words(a, i), words(b, i), both && a.steps[i] == b.steps[i]});
    }
    return pairs;
}

StepPairsModel::StepPairsModel(QObject* parent)
    : RowsModel(
          {tr("Steps of A"), tr("Steps of B"), tr("Same")},
          {tr("In the order in which they are carried out"), tr("In the order in which they are carried out"),
           tr("Whether the two steps are the same in every option and unit")},
          parent) {}

QVariant StepPairsModel::cell(const StepPair& row, int column, int role) const {
    if (role == Qt::FontRole && !row.same) {
        QFont bold;
        bold.setBold(true);
        return bold;
    }
    if (role != Qt::DisplayRole && role != SortRole) return {};
    if (column == Same) return row.same ? tr("yes") : tr("no");
    const QString& text = column == A ? row.a : row.b;
    return text.isEmpty() ? QStringLiteral("-") : text;
}

}  // namespace secateur
