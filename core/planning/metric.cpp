// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/metric.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/planning/planner.h"

namespace secateur {

namespace {

constexpr double kConstantRow = 1e-12;

const std::vector<float>& measured(const std::vector<float>& values, std::size_t channels,
                                   const std::string& where, const char* what) {
    if (values.size() != channels || values.empty())
        throw Error(ErrorCode::InvalidArgument,
                    where + ": the analysis holds no " + what + " for its channels",
                    "an earlier version measured it, or it is of weights alone; measure the model again with "
                    "this version");
    return values;
}

std::size_t channelCount(const ChannelStatistics& channels) {
    return std::max({channels.weightNorm2.size(), channels.mean.size(), channels.weightAbsMean.size()});
}

void checkFinite(const std::vector<float>& values, const std::string& metric, const std::string& where) {
    // The sum of finite values may overflow float but not double.
    double sum = 0.0;
    for (const float value : values) sum += value;
    if (std::isfinite(sum)) return;
    const auto bad =
        std::find_if(values.begin(), values.end(), [](float value) { return !std::isfinite(value); });
    throw Error(
        ErrorCode::Corrupt,
        where + ": " + metric + " of channel " + std::to_string(bad - values.begin()) + " is not a number",
        "the weights or the statistics hold NaN or infinity; check the checkpoint and measure again");
}

}  // namespace

std::vector<std::string> widthMetrics() {
    return {"WIFV", "WIFN", "IFV"};
}

bool squaresAttention(const std::string& metric) {
    const std::vector<std::string> known = widthMetrics();
    return std::ranges::find(known, metric) != known.end();
}

bool scoresAttention(const std::string& metric) {
    return metric != kTwoStageMetric && metric != kPeakMetric;
}

bool foldsByNorm(const std::string& metric) {
    return metric == kMinitronMetric;
}

std::vector<float> channelMetric(const ChannelStatistics& channels, const std::string& metric,
                                 Statistics statistics, const std::string& where) {
    const std::size_t count = channelCount(channels);
    std::vector<float> values(count);
    const auto fluctuation = [&]() -> const std::vector<float>& {
        return measured(channels.fluctuations(statistics), count, where, "fluctuation");
    };
    const auto weightNorm2 = [&]() -> const std::vector<float>& {
        return measured(channels.weightNorm2, count, where, "weight norms");
    };
    if (metric == "WIFV") {
        std::transform(fluctuation().begin(), fluctuation().end(), weightNorm2().begin(), values.begin(),
                       [](float f, float norm2) { return f * norm2; });
    } else if (metric == "IFV") {
        values = fluctuation();
    } else if (metric == "WIFN") {
        const std::vector<float>& absMean = measured(channels.weightAbsMean, count, where, "weight means");
        const std::vector<float>& norm2 = measured(channels.norm2, count, where, "squared norms");
        std::transform(absMean.begin(), absMean.end(), norm2.begin(), values.begin(),
                       [](float weight, float x2) { return weight * std::sqrt(x2); });
    } else if (metric == kMagnitudeMetric) {
        std::transform(weightNorm2().begin(), weightNorm2().end(), values.begin(),
                       [](float norm2) { return std::sqrt(norm2); });
    } else if (metric == kMinitronMetric) {
        values = measured(channels.absMeanNorm, count, where, "mean magnitudes of the activations");
    } else if (metric == kTwoStageMetric) {
        values = measured(channels.windowNorm, count, where, "activation norms of windows");
    } else if (metric == kPeakMetric) {
        values = measured(channels.rowPeaks, count, where, "largest and least weights of gate and up rows");
    } else {
        throw Error(ErrorCode::InvalidArgument, "unknown width metric '" + metric + "'",
                    "known are WIFV, WIFN and IFV");
    }
    checkFinite(values, metric, where);
    return values;
}

std::vector<float> standardized(std::span<const float> row) {
    std::vector<float> z(row.size(), 0.0f);
    if (row.size() < 2) return z;
    double sum = 0.0;
    float largest = 0.0f;
    for (const float value : row) {
        sum += value;
        largest = std::max(largest, std::abs(value));
    }
    const double mean = sum / static_cast<double>(row.size());
    double squares = 0.0;
    for (const float value : row) squares += (value - mean) * (value - mean);
    const double deviation = std::sqrt(squares / static_cast<double>(row.size() - 1));
    if (deviation <= kConstantRow * largest) return z;
    std::transform(row.begin(), row.end(), z.begin(),
                   [&](float value) { return static_cast<float>((value - mean) / deviation); });
    return z;
}

}  // namespace secateur
