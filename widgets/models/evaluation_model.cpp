// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/evaluation_model.h"

#include <QFileInfo>
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/units.h"

namespace secateur {

namespace {

const Measure* firstMeasure(const TaskScore& score) {
    return score.measures.empty() ? nullptr : &score.measures.front();
}

const TaskScore* plannedScore(const TaskResult& result) {
    return result.second ? &*result.second : nullptr;
}

// A share changes by points, a perplexity by a fraction of itself.
QString changeInWords(const TaskResult& result) {
    if (!result.change) return QStringLiteral("-");
    const Measure* measure = firstMeasure(result.first);
    const bool share = measure != nullptr && measure->share;
    if (!share)
        return QString::fromStdString(formatChange(result.change->value, result.change->standardError));
    const QString sign = result.change->value < 0.0 ? QString() : QStringLiteral("+");
    return sign + scoreInWords(*result.change, true);
}

// Where nothing changed at all there is no error to be within.
bool mayBeChance(const TaskResult& result) {
    return result.change && result.change->standardError > 0.0 && withinError(*result.change);
}

QString measureText(const TaskScore& score) {
    const Measure* measure = firstMeasure(score);
    return measure == nullptr ? QStringLiteral("-") : scoreInWords(measure->score, measure->share);
}

}  // namespace

QString scoreInWords(const MeanScore& score, bool share) {
    const QString between = QString::fromUtf8(" \u00B1 ");
    if (share)
        return QString::fromStdString(formatPercent(score.value)) + between +
               QString::fromStdString(formatPercent(score.standardError));
    constexpr double kLong = 1e5;  // more digits than anyone reads
    if (score.value >= kLong)
        return QString::fromStdString(formatScore(score.value)) + between +
               QString::fromStdString(formatScore(score.standardError));
    if (!(score.standardError > 0.0)) return QString::fromStdString(formatScore(score.value));
    // The error with two digits, and the value as far as those.
    const int decimals = std::clamp(1 - static_cast<int>(std::floor(std::log10(score.standardError))), 0, 9);
    return QString::number(score.value, 'f', decimals) + between +
           QString::number(score.standardError, 'f', decimals);
}

EvaluationModel::EvaluationModel(QObject* parent)
    : RowsModel(
          {tr("Task"), tr("File"), tr("Questions"), tr("Dense"), tr("Planned"), tr("Change"), tr("acc_norm"),
           tr("Flips")},
          {tr("As what the lines of the file are read"), tr("The questions, as their authors publish them"),
           tr("That were asked"),
           tr("Right answers of the network as it was opened, with the standard error over questions; "
              "of texts the perplexity of a word"),
           tr("The same of what the plan leaves, before healing"),
           tr("By how much the plan changes it, with the standard error of the change: both networks "
              "answer the same questions"),
           tr("Right answers where the likelihood is divided by the characters of an answer: dense, then "
              "planned"),
           tr("Questions that the plan makes the network answer differently: right before, right now")},
          parent) {}

QString EvaluationModel::text(const EvaluationLine& line, int column) {
    if (column == Task)
        return line.asked.task.empty() ? tr("which?") : QString::fromStdString(line.asked.task);
    if (column == File) return QFileInfo(line.asked.file).fileName();
    if (line.result == nullptr) return QStringLiteral("-");
    const TaskResult& result = *line.result;
    const TaskScore* planned = plannedScore(result);
    switch (column) {
        case Questions:
            return QString::number(result.first.questions);
        case Dense:
            return measureText(result.first);
        case Planned:
            return planned == nullptr ? QStringLiteral("-") : measureText(*planned);
        case Change:
            return changeInWords(result) + (mayBeChance(result) ? tr(", within error") : QString());
        case Normed: {
            const MeanScore* before = result.first.find("acc_norm");
            const MeanScore* after = planned == nullptr ? nullptr : planned->find("acc_norm");
            if (before == nullptr) return QStringLiteral("-");
            const QString dense = QString::fromStdString(formatPercent(before->value));
            return after == nullptr
                       ? dense
                       : tr("%1 -> %2").arg(dense, QString::fromStdString(formatPercent(after->value)));
        }
        case Flipped:
            return result.flips ? QString::fromStdString(inWords(*result.flips)) : QStringLiteral("-");
        default:
            return {};
    }
}

QVariant EvaluationModel::sortValue(const EvaluationLine& line, int column) {
    if (column == Task || column == File) return text(line, column);
    const double last = -std::numeric_limits<double>::infinity();
    if (line.result == nullptr) return last;
    const TaskScore* planned = plannedScore(*line.result);
    const auto first = [last](const TaskScore* score) {
        const Measure* measure = score == nullptr ? nullptr : firstMeasure(*score);
        return measure == nullptr ? last : measure->score.value;
    };
    switch (column) {
        case Questions:
            return line.result->first.questions;
        case Dense:
            return first(&line.result->first);
        case Planned:
            return first(planned);
        case Change:
            return line.result->change ? line.result->change->value : last;
        case Normed: {
            const MeanScore* score = (planned == nullptr ? line.result->first : *planned).find("acc_norm");
            return score == nullptr ? last : score->value;
        }
        default:
            return line.result->flips ? line.result->flips->changed : last;
    }
}

// What the cell has no room for.
QString EvaluationModel::tip(const EvaluationLine& line, int column) {
    if (column == File) return line.asked.file;
    if (line.result == nullptr) return {};
    const TaskScore* planned = plannedScore(*line.result);
    if (column == Change && mayBeChance(*line.result))
        return tr("Not larger than its standard error: this may be chance");
    const TaskScore* told = column == Dense || column == Normed ? &line.result->first
                            : column == Planned                 ? planned
                                                                : nullptr;
    if (told == nullptr) return {};
    QStringList lines;
    for (const Measure& measure : told->measures)
        lines << tr("%1: %2").arg(QString::fromStdString(measure.name),
                                  scoreInWords(measure.score, measure.share));
    return lines.join(QLatin1Char('\n'));
}

QVariant EvaluationModel::cell(const EvaluationLine& line, int column, int role) const {
    if (role == Qt::TextAlignmentRole)
        return column == Task || column == File ? QVariant() : QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role == SortRole) return sortValue(line, column);
    if (role == Qt::ToolTipRole) return tip(line, column);
    if (role == Qt::DisplayRole) return text(line, column);
    return {};
}

}  // namespace secateur
