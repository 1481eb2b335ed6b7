// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/chop_words.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>

#include "core/base/units.h"
#include "core/planning/chop_best.h"
#include "core/planning/planner.h"

namespace secateur {

namespace {

QString chopTr(const char* text) {
    return QCoreApplication::translate("ChopWords", text);
}

QString numbersOf(const std::vector<int>& layers) {
    QStringList numbers;
    for (const int layer : layers) numbers << QString::number(layer);
    return numbers.join(QStringLiteral(", "));
}

}  // namespace

QString strategyLabel(const std::string& name) {
    const auto& table = chopStrategyTable();
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const ChopStrategy& strategy) { return strategy.name == name; });
    return QString::fromStdString(found == table.end() ? name : found->label);
}

QString chopInWords(const ChopStep& chop) {
    QStringList parts;
    if (!chop.layers.empty())
        parts << (chop.layers.size() == 1 ? chopTr("layer %1") : chopTr("layers %1"))
                     .arg(numbersOf(chop.layers));
    if (!chop.attention.empty()) parts << chopTr("attention of %1").arg(numbersOf(chop.attention));
    if (!chop.mlp.empty()) parts << chopTr("MLP of %1").arg(numbersOf(chop.mlp));
    if (chop.merge) parts << chopTr("folded into others");
    if (chop.replace) parts << chopTr("the MLP before fitted");
    return parts.isEmpty() ? chopTr("nothing") : parts.join(QStringLiteral(", "));
}

QString changeInWords(const ChopSweepReport& report, const ChopSweepRow& row) {
    return QStringLiteral("%1 -> %2 (%3)")
        .arg(QString::fromStdString(formatPerplexity(report.densePerplexity)),
             QString::fromStdString(formatPerplexity(row.perplexity)),
             QString::fromStdString(formatChange(report.change(row), row.changeStandardError)));
}

QString verdictInWords(const ChopSweepReport& report, int count) {
    const std::vector<BestChop> bests = bestChops(report);
    const auto best = std::find_if(bests.begin(), bests.end(),
                                   [count](const BestChop& candidate) { return candidate.count == count; });
    if (best == bests.end()) return {};
    const auto rowOf = [&](int index) -> const ChopSweepRow& {
        return report.rows[static_cast<std::size_t>(index)];
    };
    const ChopSweepRow& row = rowOf(best->row);
    const QString layers = count == 1 ? chopTr("1 layer") : chopTr("%1 layers").arg(count);
    QString text =
        chopTr("Best at %1: %2 removes %3, %4.")
            .arg(layers, strategyLabel(row.strategy), chopInWords(row.chop), changeInWords(report, row));
    if (report.withinError(row)) text += QLatin1Char(' ') + chopTr("That is within its standard error.");
    QStringList alike;
    for (const int other : best->alike) alike << strategyLabel(rowOf(other).strategy);
    if (!alike.isEmpty())
        text += QLatin1Char(' ') +
                (alike.size() == 1 ? chopTr("%1 removes the same.") : chopTr("%1 remove the same."))
                    .arg(alike.join(QStringLiteral(", ")));
    return text;
}

}  // namespace secateur
