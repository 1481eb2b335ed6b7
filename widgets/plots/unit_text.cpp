// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/unit_text.h"

#include <QCoreApplication>
#include <cmath>

#include "core/base/units.h"
#include "core/planning/planner.h"        // KeptUnits
#include "widgets/plots/score_pyramid.h"  // rankOf

namespace secateur {

namespace {

QString unitTr(const char* text) {
    return QCoreApplication::translate("UnitText", text);
}

// Heads are kept or removed with their KV group, so the group's score is what was compared.
float comparedScore(const LayerScores& layer, UnitKind kind, int unit) {
    const UnitKind compared = kind == UnitKind::Heads ? UnitKind::Groups : kind;
    const auto scores = unitScores(layer, compared, UnitValues::Standardised);
    const int index = kind == UnitKind::Heads ? groupOfHead(layer, unit) : unit;
    return static_cast<std::size_t>(index) < scores.size() ? scores[static_cast<std::size_t>(index)] : NAN;
}

QString keptBecause(bool passes, const UnitThresholds& thresholds, const QString& limit) {
    if (!passes) return unitTr("kept below the threshold %1, for a minimum or a round number").arg(limit);
    return (thresholds.strict ? unitTr("kept: above the threshold %1")
                              : unitTr("kept: not below the threshold %1"))
        .arg(limit);
}

QString removedBecause(bool passes, const UnitThresholds& thresholds, const QString& limit) {
    if (passes) return unitTr("removed above the threshold %1, for a round number").arg(limit);
    return (thresholds.strict ? unitTr("removed: not above the threshold %1")
                              : unitTr("removed: below the threshold %1"))
        .arg(limit);
}

QString reason(const ScoreTable& table, const LayerScores& layer, UnitKind kind, int unit, UnitFate fate,
               const UnitThresholds* thresholds) {
    if (fate == UnitFate::LayerChopped) return unitTr("removed: layer %1 is chopped").arg(layer.layer);
    if (fate == UnitFate::SublayerDropped) {
        return (kind == UnitKind::Channels ? unitTr("removed: the MLP of layer %1 is dropped")
                                           : unitTr("removed: the attention of layer %1 is dropped"))
            .arg(layer.layer);
    }
    const bool stays = fate == UnitFate::Kept;
    if (thresholds == nullptr) return stays ? unitTr("kept") : unitTr("removed by the plan");
    const float limit = thresholds->at(kind, layer.layer);
    if (std::isnan(limit))
        return stays ? unitTr("kept: the plan does not narrow this layer") : unitTr("removed by the plan");
    if (!thresholds->decided(table)) {
        return (stays ? unitTr("kept by the plan, which compares %1 (%2)")
                      : unitTr("removed by the plan, which compares %1 (%2)"))
            .arg(QString::fromStdString(thresholds->metric), QString::fromStdString(thresholds->structure));
    }
    if (std::isinf(limit) && stays) return unitTr("kept: the plan narrows nothing here");
    const bool passes = thresholds->keeps(comparedScore(layer, kind, unit), limit);
    return stays ? keptBecause(passes, *thresholds, scoreText(limit))
                 : removedBecause(passes, *thresholds, scoreText(limit));
}

}  // namespace

QString scoreText(double value) {
    return QString::fromStdString(formatScore(value));
}

QString unitName(UnitKind kind) {
    switch (kind) {
        case UnitKind::Channels:
            return unitTr("channel");
        case UnitKind::Heads:
            return unitTr("head");
        case UnitKind::Groups:
            return unitTr("KV group");
    }
    return {};
}

QString metricUnit(const std::string& metric) {
    if (metric == "WIFV") return unitTr("activation^2 x weight^2");
    if (metric == "IFV") return unitTr("activation^2");
    if (metric == "WIFN") return unitTr("|weight| x activation norm");
    return {};
}

QString fateText(const ScoreTable& table, const LayerScores& layer, UnitKind kind, int unit,
                 const KeptUnits* kept, const UnitThresholds* thresholds) {
    const UnitFate fate = fateOf(kept, layer, kind, unit);
    return fate == UnitFate::Unknown ? QString() : reason(table, layer, kind, unit, fate, thresholds);
}

QString describeUnit(const ScoreTable& table, const LayerScores& layer, UnitKind kind, int unit,
                     const KeptUnits* kept, const UnitThresholds* thresholds) {
    const auto raw = unitScores(layer, kind, UnitValues::Raw);
    const auto score = unitScores(layer, kind, UnitValues::Standardised);
    const auto index = static_cast<std::size_t>(unit);
    if (unit < 0 || index >= raw.size() || index >= score.size()) return {};
    QString text = unitTr("layer %1, %2 %3").arg(layer.layer).arg(unitName(kind)).arg(unit);
    if (kind == UnitKind::Heads) text += unitTr(" (KV group %1)").arg(groupOfHead(layer, unit));
    text += unitTr(": %1 %2").arg(QString::fromStdString(table.metric), scoreText(raw[index]));
    if (standardises(table)) {
        text += unitTr(", z %1").arg(scoreText(score[index]));
    } else if (score[index] != raw[index]) {
        text += unitTr(", compared as %1").arg(scoreText(score[index]));
    }
    text += unitTr(", rank %1 of %2").arg(rankOf(score, unit)).arg(score.size());
    const UnitFate fate = fateOf(kept, layer, kind, unit);
    if (fate == UnitFate::Unknown) return text;
    text += QStringLiteral(", ") + fateText(table, layer, kind, unit, kept, thresholds);
    const auto number = static_cast<std::size_t>(layer.layer);
    if (fate == UnitFate::Kept && number < kept->forms.size() && !kept->forms[number].empty())
        text += unitTr("; weights: %1").arg(QString::fromStdString(kept->forms[number]));
    return text;
}

}  // namespace secateur
