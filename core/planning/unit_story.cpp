// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/unit_story.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/base/error.h"
#include "core/planning/metric.h"
#include "core/planning/planner.h"
#include "core/planning/saliency_scores.h"

namespace secateur {

namespace {

struct Columns {
    std::size_t first = 0;
    std::size_t count = 1;
};

double meanOver(const std::vector<float>& values, const Columns& columns) {
    if (values.size() < columns.first + columns.count) return NAN;  // older files lack some statistics
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(columns.first);
    const auto end = first + static_cast<std::ptrdiff_t>(columns.count);
    return std::accumulate(first, end, 0.0) / static_cast<double>(columns.count);
}

const std::vector<float>& scoresOf(const LayerScores& layer, UnitKind kind, bool raw) {
    switch (kind) {
        case UnitKind::Channels:
            return raw ? layer.channelRaw : layer.channelScore;
        case UnitKind::Heads:
            return raw ? layer.headRaw : layer.headScore;
        case UnitKind::Groups:
            return raw ? layer.groupRaw : layer.groupScore;
    }
    return layer.channelRaw;
}

// The mean of the row and its unbiased deviation, as standardized() has them.
void describeRow(const std::vector<double>& row, UnitStory& story) {
    story.layerMean = std::accumulate(row.begin(), row.end(), 0.0) / static_cast<double>(row.size());
    double squares = 0.0;
    for (const double value : row) squares += (value - story.layerMean) * (value - story.layerMean);
    story.layerDeviation = row.size() > 1 ? std::sqrt(squares / static_cast<double>(row.size() - 1)) : 0.0;
}

[[noreturn]] void noSuchUnit(const UnitCell& cell, std::size_t units) {
    throw Error(ErrorCode::InvalidArgument, "the scores have no unit " + formatUnitCell(cell),
                units == 0 ? "the layer was not measured, or has no such sublayer"
                           : "it has numbers from 0 to " + std::to_string(units - 1));
}

void tellVerdict(const LayerScores& layer, const WidthDecision* decision, const KeptUnits* kept,
                 UnitStory& story) {
    const UnitCell& cell = story.cell;
    const bool head = cell.kind == UnitKind::Heads;
    story.fate = fateOf(kept, layer, cell.kind, cell.unit);
    story.decidedUnit = head ? groupOfHead(layer, cell.unit) : cell.unit;
    const auto& compared = scoresOf(layer, head ? UnitKind::Groups : cell.kind, false);
    story.decidedScore = compared.at(static_cast<std::size_t>(story.decidedUnit));
    if (decision == nullptr || decision->scores->metric != story.metric ||
        decision->scores->structure != story.structure)
        return;
    const auto& thresholds =
        cell.kind == UnitKind::Channels ? decision->channelThreshold : decision->groupThreshold;
    const auto& layers = decision->scores->layers;
    for (std::size_t i = 0; i < std::min(layers.size(), thresholds.size()); ++i) {
        if (layers[i].layer == cell.layer && !std::isnan(thresholds[i])) story.threshold = thresholds[i];
    }
    story.strict = decision->strict;
}

}  // namespace

UnitStory unitStory(const Analysis& analysis, const ScoreTable& table, const UnitCell& cell,
                    const WidthDecision* decision, const KeptUnits* kept) {
    const auto layer = std::ranges::find(table.layers, cell.layer, &LayerScores::layer);
    const auto measured = std::ranges::find(analysis.layers, cell.layer, &LayerAnalysis::layer);
    if (layer == table.layers.end() || measured == analysis.layers.end()) noSuchUnit(cell, 0);
    const std::vector<float>& scores = scoresOf(*layer, cell.kind, false);
    const auto unit = static_cast<std::size_t>(cell.unit);
    if (cell.unit < 0 || unit >= scores.size()) noSuchUnit(cell, scores.size());

    UnitStory story;
    story.cell = cell;
    story.metric = table.metric;
    story.structure = table.structure;
    story.statistics = statisticsFromName(table.statistics);
    const bool attention = cell.kind != UnitKind::Channels;
    const ChannelStatistics& statistics = attention ? measured->oProj : measured->downProj;
    story.linear = attention ? "o_proj" : "down_proj";
    // Saliencies are of units: what they are made of are rows and columns of several linears.
    const std::vector<float> metric =
        saliencyMetric(table.metric)
            ? scoresOf(*layer, cell.kind, true)
            : channelMetric(statistics, table.metric, story.statistics,
                            "layer " + std::to_string(cell.layer) + " " + story.linear);
    const auto columnsIn = [&](std::size_t all) {
        return Columns{unit * (all / scores.size()), all / scores.size()};
    };
    story.layerChannels = static_cast<int>(statistics.weightNorm2.size());
    const Columns columns = columnsIn(statistics.weightNorm2.size());
    story.channels = static_cast<int>(columns.count);

    story.mean = meanOver(statistics.means(story.statistics), columns);
    story.fluctuation = meanOver(statistics.fluctuations(story.statistics), columns);
    story.norm2 = meanOver(statistics.norm2, columns);
    story.weightNorm2 = meanOver(statistics.weightNorm2, columns);
    story.weightAbsMean = meanOver(statistics.weightAbsMean, columns);
    story.raw = scoresOf(*layer, cell.kind, true).at(unit);

    story.squared = attention && squaresAttention(table.metric);
    std::vector<double> row(metric.begin(), metric.end());
    if (story.squared) {  // in single precision, as the scores are
        std::ranges::transform(metric, row.begin(), [](float value) { return value * value; });
    }
    story.standardised = table.structure.starts_with("AL-");
    describeRow(row, story);
    const Columns scored = columnsIn(row.size());
    const auto first = row.begin() + static_cast<std::ptrdiff_t>(scored.first);
    story.compared = std::accumulate(first, first + static_cast<std::ptrdiff_t>(scored.count), 0.0);
    if (story.standardised) story.compared /= static_cast<double>(scored.count);
    story.score = scores[unit];
    story.units = static_cast<int>(scores.size());
    story.rank = 1 + static_cast<int>(
                         std::ranges::count_if(scores, [&](float score) { return score > scores[unit]; }));
    story.rank += static_cast<int>(
        std::count(scores.begin(), scores.begin() + static_cast<std::ptrdiff_t>(unit), scores[unit]));
    if (columns.count == 1) story.biasNorm = std::abs(story.mean) * std::sqrt(story.weightNorm2);
    tellVerdict(*layer, decision, kept, story);
    return story;
}

}  // namespace secateur
