// SPDX-License-Identifier: GPL-3.0-or-later
//
// The analysis file's names, units and meanings in one table, read and written by the same list
// (docs/formats/analysis.md). Internal to storage.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/data/analysis.h"
#include "core/storage/hdf5_access.h"

namespace secateur {

inline constexpr const char* kAnalysisFormat = "secateur-analysis";
inline constexpr int kAnalysisVersion = 1;

struct ChannelDataset {
    h5::DatasetNote note;
    std::vector<float> ChannelStatistics::*values;
    bool everywhere = true;  // false: files of earlier programs lack it, and linears that have no such thing
};
inline constexpr std::array<ChannelDataset, 10> kChannelDatasets = {{
    {{"mean", "activation", "mean of the input channel over all calibration tokens"},
     &ChannelStatistics::mean},
    {{"mean_reference", "activation",
      "running mean of the means of windows, as the published FLAP code accumulates it"},
     &ChannelStatistics::meanReference},
    {{"fluctuation", "activation^2", "unbiased variance of the input channel over all calibration tokens"},
     &ChannelStatistics::fluctuation},
    {{"fluctuation_reference", "activation^2", "fluctuation as the published FLAP code accumulates it"},
     &ChannelStatistics::fluctuationReference},
    {{"norm2", "activation^2", "mean over windows of the sum of squares of the input channel in a window"},
     &ChannelStatistics::norm2},
    {{"weight_norm2", "weight^2", "sum of squares of the weights that read the input channel"},
     &ChannelStatistics::weightNorm2},
    {{"weight_abs_mean", "weight", "mean magnitude of the weights that read the input channel"},
     &ChannelStatistics::weightAbsMean},
    {{"abs_mean_norm", "activation",
      "root of the sum over windows of the squared mean magnitude of the input channel in a window"},
     &ChannelStatistics::absMeanNorm,
     false},
    {{"window_norm", "activation",
      "mean over windows of the root of the sum of squares of the input channel in a window"},
     &ChannelStatistics::windowNorm,
     false},
    {{"row_peaks", "weight",
      "max(w) + |min(w)| of the row of gate_proj that gives the input channel, plus that of the row of "
      "up_proj"},
     &ChannelStatistics::rowPeaks,
     false},
}};

struct ResidualDataset {
    h5::DatasetNote note;
    std::vector<float> ResidualStatistics::*values;
};
inline constexpr std::array<ResidualDataset, 3> kResidualDatasets = {{
    {{"cosine", "1", "mean over tokens of the cosine between input and output of the layer"},
     &ResidualStatistics::cosine},
    {{"relative_update", "1", "mean over tokens of |output - input| / |input| of the layer"},
     &ResidualStatistics::relativeUpdate},
    {{"norm", "activation", "mean over tokens of |output| of the layer"}, &ResidualStatistics::norm},
}};

struct AngularDataset {
    h5::DatasetNote note;
    std::vector<float> AngularDistances::*values;
};
inline constexpr std::array<AngularDataset, 2> kAngularDatasets = {{
    {{"all_tokens", "half turns",
      "mean over the tokens of the first `windows` windows of arccos(cosine) / pi between the inputs of two "
      "layers; the last point is "
      "the output of the last layer before the final norm"},
     &AngularDistances::allTokens},
    {{"last_token", "half turns", "the same over the last token of every window only"},
     &AngularDistances::lastToken},
}};

struct LeaveOneOutDataset {
    h5::DatasetNote note;
    std::vector<float> LeaveOneOut::*values;
};
inline constexpr std::array<LeaveOneOutDataset, 3> kLeaveOneOutDatasets = {{
    {{"layer", "perplexity", "calibration perplexity without the layer"}, &LeaveOneOut::layer},
    {{"attention", "perplexity", "calibration perplexity without the attention of the layer"},
     &LeaveOneOut::attention},
    {{"mlp", "perplexity", "calibration perplexity without the MLP of the layer"}, &LeaveOneOut::mlp},
}};

// Of /gradients/<layer>/<saliency>: one dataset for each linear that the layer has.
inline constexpr std::array<const char*, kSaliencies> kSaliencyMeanings{
    "magnitude of the sum of w * dL/dw over the row (q, k, v, gate, up) or column (o, down) of the linear",
    "sum of |w * dL/dw| over the row or column of the linear",
    "sum of |w * A * w| over the row or column of the linear, A the mean over windows of (dL/dw)^2",
    "sum of |w * dL/dw - w * A * w / 2| over the row or column of the linear"};

// The two halves of the store, on bytes in memory; `file` names the file in errors.
[[nodiscard]] std::vector<std::byte> encodeAnalysis(const Analysis& analysis, const std::string& file);
[[nodiscard]] Analysis decodeAnalysis(std::span<const std::byte> image, const std::string& file);
// Without layers and values.
[[nodiscard]] Analysis decodeAnalysisFacts(std::span<const std::byte> image, const std::string& file);

}  // namespace secateur
