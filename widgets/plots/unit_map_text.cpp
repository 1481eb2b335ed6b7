// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/unit_map_text.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>

#include "widgets/plots/csv_text.h"
#include "widgets/plots/unit_text.h"

namespace secateur {

namespace {

QString mapTr(const char* text, int count = -1) {
    return QCoreApplication::translate("UnitMapText", text, nullptr, count);
}

// What the plan says of a unit, for programs.
QString fateWord(UnitFate fate) {
    switch (fate) {
        case UnitFate::Unknown:
            return QString();
        case UnitFate::Kept:
            return QStringLiteral("1");
        default:
            return QStringLiteral("0");
    }
}

QString layerLine(const UnitRows& rows, int row) {
    const LayerScores* layer = rows.layer(row);
    if (layer == nullptr) return mapTr("Layer %1: not measured.").arg(row);
    const int width = rows.values().width(row);
    if (width == 0) return mapTr("Layer %1: none.").arg(row);
    const auto scores = unitScores(*layer, rows.choice().kind, rows.choice().values);
    const int highest = rows.highest(row);
    QString text = mapTr("Layer %1: ").arg(row);
    if (rows.removed() != nullptr)
        text += mapTr("%1 of %2 kept, ").arg(width - rows.removedIn(row)).arg(width);
    if (!rows.form(row).isEmpty()) text += rows.form(row) + QStringLiteral(", ");
    return text + mapTr("highest %1 at %2 %3.")
                      .arg(scoreText(scores[static_cast<std::size_t>(highest)]), unitName(rows.choice().kind))
                      .arg(highest);
}

}  // namespace

QString unitCount(UnitKind kind, int count) {
    switch (kind) {
        case UnitKind::Channels:
            return count == 1 ? mapTr("1 MLP channel") : mapTr("%1 MLP channels").arg(count);
        case UnitKind::Heads:
            return count == 1 ? mapTr("1 head") : mapTr("%1 heads").arg(count);
        case UnitKind::Groups:
            return count == 1 ? mapTr("1 KV group") : mapTr("%1 KV groups").arg(count);
    }
    return {};
}

QString colourBarLabel(const ScoreTable& table, UnitValues values, const ValueScale& scale) {
    const QString metric = QString::fromStdString(table.metric);
    const QString unit = metricUnit(table.metric);
    const bool z = values == UnitValues::Standardised && standardises(table);
    const QString label = z                ? mapTr("%1 as z-score in its layer").arg(metric)
                          : unit.isEmpty() ? metric
                                           : mapTr("%1 (%2)").arg(metric, unit);
    return label +
           (scale.kind() == ValueScale::Kind::Linear ? mapTr("; colours span 2-98 %") : mapTr(", log scale"));
}

QString shortColourBarLabel(const ScoreTable& table, UnitValues values) {
    const QString metric = QString::fromStdString(table.metric);
    return values == UnitValues::Standardised && standardises(table) ? mapTr("z of %1").arg(metric) : metric;
}

QString unitMapCsv(const UnitRows& rows, const KeptUnits* kept, int firstRow, int lastRow, int firstColumn,
                   int lastColumn) {
    QString text = QStringLiteral("layer,unit,raw,score,kept\n");
    const UnitKind kind = rows.choice().kind;
    for (int row = std::max(firstRow, 0); row <= std::min(lastRow, rows.rows() - 1); ++row) {
        const LayerScores* layer = rows.layer(row);
        if (layer == nullptr) continue;
        const auto raw = unitScores(*layer, kind, UnitValues::Raw);
        const auto score = unitScores(*layer, kind, UnitValues::Standardised);
        for (int column = std::max(firstColumn, 0);
             column <= std::min(lastColumn, rows.values().width(row) - 1); ++column) {
            const int unit = rows.unitAt(row, column);
            const auto index = static_cast<std::size_t>(unit);
            text += QStringLiteral("%1,%2,%3,%4,%5\n")
                        .arg(row)
                        .arg(unit)
                        .arg(index < raw.size() ? csvNumber(raw[index]) : QString(),
                             index < score.size() ? csvNumber(score[index]) : QString(),
                             fateWord(fateOf(kept, *layer, kind, unit)));
        }
    }
    return text;
}

QString unitMapSummary(const ScoreTable& table, const UnitRows& rows) {
    int units = 0;
    int removed = 0;
    QStringList lines;
    for (int row = 0; row < rows.rows(); ++row) {
        units += rows.values().width(row);
        removed += rows.removedIn(row);
        lines.append(layerLine(rows, row));
    }
    const QString what = rows.choice().values == UnitValues::Raw ? mapTr("raw")
                         : standardises(table)                   ? mapTr("standardised")
                                                                 : mapTr("as compared");
    QString head = mapTr("%1 in %2 layers, %3 (%4)")
                       .arg(unitCount(rows.choice().kind, units))
                       .arg(table.layers.size())
                       .arg(QString::fromStdString(table.metric), what);
    head += rows.removed() != nullptr ? mapTr("; the plan removes %1.").arg(removed) : mapTr("; no plan.");
    lines.prepend(head);
    return lines.join(QLatin1Char('\n'));
}

}  // namespace secateur
