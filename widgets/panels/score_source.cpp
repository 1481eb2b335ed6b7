// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/score_source.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/planning/methods.h"
#include "widgets/document/plan_document.h"

namespace secateur {
namespace {

// Where the units of the plan's method compete.
std::string structureOf(const WidthRequest& width) {
    const Method& method = methodNamed(width.method);
    return method.widthRule ? method.widthRule(width).structure : width.structure;
}

// A name that the list knows, else its first.
std::string known(const std::string& name, const std::vector<std::string>& list) {
    return std::find(list.begin(), list.end(), name) != list.end() || list.empty() ? name : list.front();
}

}  // namespace

// What the plan measured itself, where it looked at whole layers.
std::shared_ptr<const ScoreTable> ScoreSource::scoresDecidedBy(const std::string& metric) const {
    const PlanResult* result = document_.result();
    if (result == nullptr || !result->decision || result->decision->scores->metric != metric) return nullptr;
    const NetworkConfig& config = document_.model()->config;
    const bool whole = std::ranges::all_of(result->decision->scores->layers, [&](const LayerScores& layer) {
        const auto found = std::ranges::find(config.layers, layer.layer, &LayerConfig::originalLayer);
        return found != config.layers.end() &&
               layer.channelScore.size() == static_cast<std::size_t>(found->intermediateSize) &&
               layer.groupScore.size() == static_cast<std::size_t>(found->kvHeads);
    });
    if (!whole) return nullptr;
    return result->decision->scores;
}

const std::shared_ptr<const ScoreTable>& ScoreSource::table() {
    const auto& analysis = document_.analysis();
    if (analysis == nullptr || document_.model() == nullptr) {
        table_.reset();
        analysis_.reset();
        return table_;
    }
    const WidthRequest width = document_.width();
    const std::string wanted = metric_.isEmpty() ? metricOf(width) : metric_.toStdString();
    const bool held = !wanted.empty() && holdsMetric(*analysis, wanted, false);
    if (!held && metric_.isEmpty())
        if (auto decided = scoresDecidedBy(wanted)) {
            analysis_.reset();  // the next table is another
            return table_ = std::move(decided);
        }
    const std::string metric = held ? wanted : widthMetrics().front();
    const std::string structure =
        known(metric_.isEmpty() && held ? structureOf(width) : width.structure, widthStructures());
    const Statistics statistics = width.statistics.value_or(analysis->statistics);
    const QString key = QString::fromStdString(metric + '/' + structure + '/' + name(statistics));
    if (analysis_ == analysis && key == key_) return table_;
    key_ = key;
    analysis_ = analysis;
    try {
        table_ = std::make_shared<const ScoreTable>(
            widthScores(*analysis, document_.model()->config, metric, structure, statistics));
    } catch (const Error&) {
        table_.reset();  // the plan reports the same problem where it can be read
    }
    return table_;
}

QString provenance(const PlanDocument& document) {
    const auto& analysis = document.analysis();
    if (analysis == nullptr) return {};
    const CalibrationInfo& from = analysis->calibration;
    const Statistics statistics = document.width().statistics.value_or(analysis->statistics);
    QString text = ScoreSource::tr("%1, %2 windows of %3 tokens, %4 statistics, %5")
                       .arg(QString::fromStdString(from.source))
                       .arg(from.samples)
                       .arg(from.seqLen)
                       .arg(QLatin1String(name(statistics)), QString::fromStdString(analysis->dtype));
    if (document.ofWhatIsLeft()) text = ScoreSource::tr("Of what the plan's chops leave: %1").arg(text);
    if (const QString stale = staleNote(document); !stale.isEmpty()) text += QStringLiteral(". ") + stale;
    return text;
}

QString staleNote(const PlanDocument& document) {
    if (document.problem().isEmpty()) return {};
    return ScoreSource::tr("The plan shown is the last that was possible.");
}

}  // namespace secateur
