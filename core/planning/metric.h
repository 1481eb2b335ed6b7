// SPDX-License-Identifier: GPL-3.0-or-later
//
// A channel metric by name: what one input channel of o_proj or down_proj is worth (algorithms.md 1.4, 1.14).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/data/analysis.h"

namespace secateur {

// Metrics of methods of their own; widthMetrics() lists FLAP's.
inline constexpr const char* kMagnitudeMetric = "magnitude";  // norm of the weight's column; needs no text
inline constexpr const char* kMinitronMetric = "minitron";    // ChannelStatistics::absMeanNorm
inline constexpr const char* kTwoStageMetric = "2ssp";        // ChannelStatistics::windowNorm
inline constexpr const char* kPeakMetric = "ppm";             // ChannelStatistics::rowPeaks; needs no text

// FLAP squares its metrics in attention before they are compared; others are compared as they are.
[[nodiscard]] bool squaresAttention(const std::string& metric);
// False for metrics that are defined for the channels of an MLP alone.
[[nodiscard]] bool scoresAttention(const std::string& metric);
// True where a head or KV group is worth the L2 norm over its channels, instead of their sum or mean.
[[nodiscard]] bool foldsByNorm(const std::string& metric);

// One value per channel. Throws InvalidArgument for an unknown metric and for statistics that were not
// measured or are of another length; Corrupt for values that are not finite. `where` names the layer and
// module in messages.
[[nodiscard]] std::vector<float> channelMetric(const ChannelStatistics& channels, const std::string& metric,
                                               Statistics statistics, const std::string& where);

// (x - mean) / std over the row, unbiased, sums in float64. A constant row gives zeros: its deviation is
// nothing but rounding, at most 1e-12 of the largest value. (Relative, because squared metrics of early
// layers may be that small themselves.)
[[nodiscard]] std::vector<float> standardized(std::span<const float> row);

}  // namespace secateur
