// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/score_pool.h"

#include <algorithm>
#include <cmath>

namespace secateur {

namespace {

constexpr double kScoreTail = 0.02;  // share of the scores above the range

}  // namespace

float ScorePool::thresholdOf(UnitKind kind, int layer) const {
    return thresholds ? thresholds->at(kind, layer) : NAN;
}

bool ScorePool::takesPart(float threshold) const {
    return !thresholds || !std::isnan(threshold);
}

bool ScorePool::removes(float score, float threshold) const {
    if (std::isnan(threshold) || std::isnan(score)) return false;
    return thresholds ? !thresholds->keeps(score, threshold) : score <= threshold;
}

int ScorePool::count(UnitKind kind) const {
    int total = 0;
    each(kind, [&](float, float) { ++total; });
    return total;
}

int ScorePool::removedAt(UnitKind kind, double threshold) const {
    int total = 0;
    const auto limit = static_cast<float>(threshold);
    each(kind, [&](float score, float own) { total += takesPart(own) && removes(score, limit); });
    return total;
}

int ScorePool::removed(UnitKind kind) const {
    int total = 0;
    each(kind, [&](float score, float own) { total += removes(score, own); });
    return total;
}

double ScorePool::share(int groups, int channels) const {
    const bool weighed = groupParameters > 0 || channelParameters > 0;
    const double group = weighed ? static_cast<double>(groupParameters) : 1.0;
    const double channel = weighed ? static_cast<double>(channelParameters) : 1.0;
    const double all = group * count(UnitKind::Groups) + channel * count(UnitKind::Channels);
    return all > 0.0 ? (group * groups + channel * channels) / all : 0.0;
}

ScoreRange rangeOf(const ScorePool& pool, UnitKind kind) {
    std::vector<float> values;
    double limit = -HUGE_VAL;
    pool.each(kind, [&](float score, float threshold) {
        if (std::isfinite(score)) values.push_back(score);
        if (std::isfinite(threshold)) limit = std::max(limit, static_cast<double>(threshold));
    });
    if (values.empty()) return {};
    const auto tail =
        values.begin() + std::lround((1.0 - kScoreTail) * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), tail, values.end());
    ScoreRange range{.low = *std::min_element(values.begin(), tail + 1), .high = *tail};
    const double margin = 0.05 * (range.high - range.low);
    range.high = std::max(range.high, limit) + margin;
    range.low =
        range.low > 0.0 ? 0.97 * range.low : range.low - margin;  // stays positive for a logarithmic axis
    if (!(range.high > range.low)) range = {range.low - 0.5, range.low + 0.5};
    return range;
}

}  // namespace secateur
