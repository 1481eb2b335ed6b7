// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/score_pool.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace secateur {

namespace {

constexpr double kScoreTail = 0.05;  // share of the scores above the range; less leaves its right half empty

}  // namespace

void ScorePool::setTable(std::shared_ptr<const ScoreTable> table) {
    if (table == table_) return;
    table_ = std::move(table);
    sorted_ = table_ ? SortedScores(*table_) : SortedScores();
}

float ScorePool::thresholdOf(UnitKind kind, int layer) const {
    return thresholds ? thresholds->at(kind, layer) : NAN;
}

bool ScorePool::takesPart(float threshold) const {
    return !thresholds || !std::isnan(threshold);
}

std::size_t ScorePool::removedOf(const SortedScores::Row& row, float threshold) const {
    if (std::isnan(threshold)) return 0;
    return thresholds && !thresholds->strict ? row.below(threshold) : row.notAbove(threshold);
}

int ScorePool::count(UnitKind kind) const {
    int total = 0;
    eachLayer(kind, [&](const SortedScores::Row& row, float) { total += row.units; });
    return total;
}

int ScorePool::removedAt(UnitKind kind, double threshold) const {
    std::size_t total = 0;
    const auto limit = static_cast<float>(threshold);
    eachLayer(kind, [&](const SortedScores::Row& row, float own) {
        if (takesPart(own)) total += removedOf(row, limit);
    });
    return static_cast<int>(total);
}

int ScorePool::removed(UnitKind kind) const {
    std::size_t total = 0;
    eachLayer(kind, [&](const SortedScores::Row& row, float own) { total += removedOf(row, own); });
    return static_cast<int>(total);
}

double ScorePool::share(int groups, int channels) const {
    const bool weighed = groupParameters > 0 || channelParameters > 0;
    const double group = weighed ? static_cast<double>(groupParameters) : 1.0;
    const double channel = weighed ? static_cast<double>(channelParameters) : 1.0;
    const double all = group * count(UnitKind::Groups) + channel * count(UnitKind::Channels);
    return all > 0.0 ? (group * groups + channel * channels) / all : 0.0;
}

ScoreRange rangeOf(const ScorePool& pool, UnitKind kind) {
    std::vector<const SortedScores::Row*> rows;
    double limit = -HUGE_VAL;
    std::size_t scores = 0;
    pool.eachLayer(kind, [&](const SortedScores::Row& row, float threshold) {
        rows.push_back(&row);
        scores += row.scores.size();
        if (std::isfinite(threshold) && !row.scores.empty())
            limit = std::max(limit, static_cast<double>(threshold));
    });
    if (scores == 0) return {};
    const ScoreEnds ends = endsOf(rows, kScoreTail);
    ScoreRange range{.low = ends.least, .high = ends.most};
    const double margin = 0.05 * (range.high - range.low);
    range.high = std::max(range.high, limit) + margin;
    range.low =
        range.low > 0.0 ? 0.97 * range.low : range.low - margin;  // stays positive for a logarithmic axis
    if (!(range.high > range.low)) range = {range.low - 0.5, range.low + 0.5};
    return range;
}

}  // namespace secateur
