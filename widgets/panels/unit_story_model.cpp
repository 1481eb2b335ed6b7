// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/unit_story_model.h"

#include <QCoreApplication>
#include <QFont>
#include <cmath>

#include "core/planning/metric.h"
#include "core/planning/saliency_scores.h"
#include "widgets/plots/unit_text.h"

namespace secateur {
namespace {

QString storyTr(const char* text) {
    return QCoreApplication::translate("UnitStory", text);
}

// "..., mean over its 16 channels"
QString overChannels(const UnitStory& story, const QString& text) {
    return story.channels == 1 ? text
                               : storyTr("%1; mean over its %2 channels").arg(text).arg(story.channels);
}

QString product(double a, const QString& sign, double b) {
    return QStringLiteral("%1 %2 %3").arg(scoreText(a), sign, scoreText(b));
}

StoryRow fluctuationRow(const UnitStory& story) {
    return {storyTr("Fluctuation F"),
            story.fluctuation,
            {},
            overChannels(story, story.statistics == Statistics::Exact
                                    ? storyTr("variance over all tokens: sum of (x - m)² / (tokens - 1)")
                                    : storyTr("reference statistics: what FLAP's program sums up for it"))};
}

StoryRow weightRow(const UnitStory& story) {
    return {
        storyTr("Norm of its weights ‖W‖"),
        std::sqrt(story.weightNorm2),
        {},
        overChannels(story, storyTr("of its column in %1: √(sum of W²)").arg(QLatin1String(story.linear)))};
}

QString formulaOf(const UnitStory& story) {
    if (story.metric == "WIFV") return storyTr("F × ‖W‖²");
    if (story.metric == "IFV") return storyTr("F alone, without the weights");
    if (story.metric == "WIFN") return storyTr("mean |W| × activation norm");
    if (story.metric == kMagnitudeMetric) return storyTr("‖W‖");
    if (story.metric == kMinitronMetric) return storyTr("√(sum over windows of (mean of |x|)²)");
    if (story.metric == kTwoStageMetric) return storyTr("mean over windows of √(sum of x²)");
    if (story.metric == kPeakMetric) return storyTr("max W + |min W| of its gate and up rows");
    if (saliencyMetric(story.metric))
        return storyTr("what its rows and columns cost the loss, by its gradient");
    return {};
}

QString sourceOf(const UnitStory& story) {
    if (story.metric == kMinitronMetric) return storyTr("Minitron, NeurIPS 2024");
    if (story.metric == kTwoStageMetric) return storyTr("2SSP, TMLR 2025");
    if (story.metric == kPeakMetric) return storyTr("optiPfair, 2025");
    if (saliencyMetric(story.metric)) return storyTr("LLM-Pruner, NeurIPS 2023");
    return storyTr("FLAP, AAAI 2024");
}

QString numbersOf(const UnitStory& story) {
    if (story.channels > 1) return {};
    if (story.metric == "WIFV") return product(story.fluctuation, QStringLiteral("×"), story.weightNorm2);
    if (story.metric == "WIFN")
        return product(story.weightAbsMean, QStringLiteral("×"), std::sqrt(story.norm2));
    return {};
}

StoryRow scoreRow(const UnitStory& story) {
    QString how = formulaOf(story);
    if (const QString numbers = numbersOf(story); !numbers.isEmpty()) how += QStringLiteral(" = ") + numbers;
    return {storyTr("Score %1").arg(QString::fromStdString(story.metric)),
            story.raw,
            {},
            (saliencyMetric(story.metric) ? how : overChannels(story, how)) +
                QStringLiteral(" (%1)").arg(sourceOf(story))};
}

StoryRow comparedRow(const UnitStory& story) {
    return {storyTr("Score, squared"),
            story.compared,
            {},
            (story.standardised ? storyTr("FLAP squares it in attention; mean over the %1 channels")
                                : storyTr("FLAP squares it in attention; sum over the %1 channels"))
                .arg(story.channels)};
}

StoryRow standardRow(const UnitStory& story) {
    const QString rank = storyTr("rank %1 of %2 in the layer").arg(story.rank).arg(story.units);
    if (!story.standardised) {
        return {storyTr("Compared"),
                story.score,
                {},
                storyTr("%1 compares within each layer, nothing is standardised; %2")
                    .arg(QString::fromStdString(story.structure), rank)};
    }
    return {storyTr("Standardised z"),
            story.score,
            {},
            storyTr("(score - μ) / σ over the layer's %1 channels, μ = %2, σ = %3; %4")
                .arg(story.layerChannels)
                .arg(scoreText(story.layerMean), scoreText(story.layerDeviation), rank)};
}

StoryRow thresholdRow(const UnitStory& story) {
    StoryRow row{storyTr("Threshold"), story.threshold, {}, {}};
    if (!story.threshold) {
        row.word = QStringLiteral("-");
        row.how = story.fate == UnitFate::Unknown
                      ? storyTr("there is no plan")
                      : storyTr("the plan compares other scores, or leaves this layer alone");
        return row;
    }
    if (std::isinf(*story.threshold)) {
        row.number.reset();
        row.word = QStringLiteral("-");
        row.how = storyTr("nothing is narrowed: set a ratio in the plan");
        return row;
    }
    row.how = story.strict ? storyTr("%1: kept above it").arg(QString::fromStdString(story.structure))
                           : storyTr("%1: kept from it on").arg(QString::fromStdString(story.structure));
    if (story.cell.kind == UnitKind::Heads)
        row.how += storyTr("; its KV group %1 is compared, with %2")
                       .arg(story.decidedUnit)
                       .arg(scoreText(story.decidedScore));
    return row;
}

StoryRow verdictRow(const UnitStory& story, const QString& fate) {
    StoryRow row{storyTr("Verdict"), std::nullopt, QStringLiteral("-"), fate, true};
    if (story.fate != UnitFate::Unknown)
        row.word = story.fate == UnitFate::Kept ? storyTr("kept") : storyTr("removed");
    return row;
}

StoryRow biasRow(const UnitStory& story, std::optional<double> biasNorm) {
    const std::optional<double> norm = story.biasNorm ? story.biasNorm : biasNorm;
    const QString linear = QLatin1String(story.linear);
    StoryRow row{storyTr("Left to the bias"), norm, norm ? QString() : QStringLiteral("-"), {}};
    row.how =
        story.channels == 1
            ? storyTr("‖m × W‖ = |m| × ‖W‖: what its mean gives is added to the bias of %1 when it goes")
                  .arg(linear)
            : storyTr("‖sum of m × W‖ over its channels: added to the bias of %1 when it goes").arg(linear);
    return row;
}

}  // namespace

UnitStoryModel::UnitStoryModel(QObject* parent)
    : RowsModel({storyTr("Step"), storyTr("Value"), storyTr("How it comes about")},
                {storyTr("From the activation to the verdict, in the order in which it is computed"),
                 storyTr("Of this unit"), storyTr("The formula, with the numbers that go into it")},
                parent) {}

void UnitStoryModel::tell(const UnitStory& story, const QString& fate, std::optional<double> biasNorm) {
    std::vector<StoryRow> rows;
    rows.push_back({storyTr("Mean activation m"),
                    story.mean,
                    {},
                    overChannels(story, storyTr("over all calibration tokens"))});
    rows.push_back(fluctuationRow(story));
    if (story.metric == "WIFN") {
        rows.push_back({storyTr("Activation norm"),
                        std::sqrt(story.norm2),
                        {},
                        overChannels(story, storyTr("√(sum of x² over a window, mean over windows)"))});
        rows.push_back(
            {storyTr("Mean |W|"),
             story.weightAbsMean,
             {},
             overChannels(story, storyTr("of its column in %1").arg(QLatin1String(story.linear)))});
    }
    rows.push_back(weightRow(story));
    rows.push_back(scoreRow(story));
    if (story.squared) rows.push_back(comparedRow(story));
    rows.push_back(standardRow(story));
    rows.push_back(thresholdRow(story));
    rows.push_back(verdictRow(story, fate));
    rows.push_back(biasRow(story, biasNorm));
    replaceRows(std::move(rows));
}

QVariant UnitStoryModel::cell(const StoryRow& row, int column, int role) const {
    switch (role) {
        case Qt::DisplayRole:
            if (column == Step) return row.step;
            if (column == How) return row.how;
            return row.number ? scoreText(*row.number) : row.word;
        case SortRole:
            if (column == Value && row.number) return *row.number;
            return {};
        case Qt::TextAlignmentRole:
            return QVariant(column == Value ? Qt::AlignRight | Qt::AlignVCenter
                                            : Qt::AlignLeft | Qt::AlignVCenter);
        case Qt::ToolTipRole:
            return row.how;
        case Qt::FontRole: {
            QFont font;
            font.setBold(true);
            return row.strong && column != How ? QVariant(font) : QVariant();
        }
        default:
            return {};
    }
}

}  // namespace secateur
