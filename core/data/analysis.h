// SPDX-License-Identifier: GPL-3.0-or-later
//
// What one pass of calibration text over the network collects: everything any score needs, so that every
// slider, metric and structure is answered afterwards without the network. Immutable once measured; stored as
// HDF5 (docs/formats/analysis.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/data/network_config.h"
#include "core/data/saliency.h"
#include "core/data/unit_set.h"

namespace secateur {

enum class Statistics {
    Exact,      // true mean and unbiased variance over all calibration tokens
    Reference,  // what the published FLAP code accumulates (algorithms.md 1.3), quirks included
};

[[nodiscard]] const char* name(Statistics statistics) noexcept;        // "exact", "reference"
[[nodiscard]] Statistics statisticsFromName(const std::string& name);  // throws InvalidArgument

// Statistics of the input channels of one linear (o_proj: heads * head_dim channels, down_proj:
// intermediate_size channels). All vectors have one float32 per channel.
struct ChannelStatistics {
    std::vector<float> mean;                  // over all tokens
    std::vector<float> meanReference;         // running mean of per-window means
    std::vector<float> fluctuation;           // unbiased variance over all tokens
    std::vector<float> fluctuationReference;  // FLAP's accumulator F_N
    std::vector<float> norm2;                 // mean over windows of the per-window sum of squares
    std::vector<float> weightNorm2;           // sum over output rows of W_ij^2
    std::vector<float> weightAbsMean;         // mean over output rows of |W_ij|
    // Empty in files of versions that did not measure them.
    std::vector<float> absMeanNorm{};  // root of the sum over windows of (mean over tokens of |x|)^2
    std::vector<float> windowNorm{};   // mean over windows of the root of the window's sum of squares
    std::vector<float> rowPeaks{};     // down_proj alone: sum over the rows of gate_proj and up_proj that
                                       // give the channel of max(w) + |min(w)|

    [[nodiscard]] const std::vector<float>& means(Statistics s) const {
        return s == Statistics::Exact ? mean : meanReference;
    }
    [[nodiscard]] const std::vector<float>& fluctuations(Statistics s) const {
        return s == Statistics::Exact ? fluctuation : fluctuationReference;
    }
};

// The statistics of the channels that a mask keeps.
[[nodiscard]] ChannelStatistics keptChannels(const ChannelStatistics& all, const UnitMask& mask);

struct LayerAnalysis {
    int layer = 0;  // ORIGINAL number
    int heads = 0;
    int kvHeads = 0;
    ChannelStatistics oProj;     // empty when the layer has no attention
    ChannelStatistics downProj;  // empty when the layer has no MLP
    LayerSaliency saliency{};    // empty without Analysis::gradients
};

// Leaves of a layer the KV groups, with the heads of each, or the channels that a mask of one a unit keeps;
// an empty mask none.
void keepGroups(LayerAnalysis& layer, const UnitMask& groups);
void keepChannels(LayerAnalysis& layer, const UnitMask& channels);

// How the residual stream changes from layer to layer; one value per entry of Analysis::layers. x_l = input
// of layer l.
struct ResidualStatistics {
    std::vector<float> cosine;          // mean over tokens of cos(x_l, x_{l+1}); block influence = 1 - cosine
    std::vector<float> relativeUpdate;  // mean over tokens of |x_{l+1} - x_l| / |x_l|
    std::vector<float> norm;            // mean over tokens of |x_{l+1}|
};

// Angular distances arccos(cos(h_a, h_b)) / pi between layer inputs, h_L = output of the last layer before
// the final norm.
struct AngularDistances {
    int points = 0;                // layers + 1
    int windows = 0;               // leading windows whose tokens all count in `allTokens` (memory-bounded)
    std::vector<float> allTokens;  // [points * points], row = earlier point; symmetric, zero diagonal
    std::vector<float> lastToken;  // the same from the last token of every window only
    [[nodiscard]] float all(int from, int to) const {
        return allTokens[static_cast<std::size_t>(from) * points + to];
    }
    [[nodiscard]] float last(int from, int to) const {
        return lastToken[static_cast<std::size_t>(from) * points + to];
    }
};

struct CalibrationInfo {
    std::string source;  // file name
    std::string sha256;
    int samples = 0;
    int seqLen = 0;
    std::uint64_t seed = 0;
    std::string sampling;  // "sequential" or "random"
    bool bos = false;
};

// Perplexity with one layer, attention or MLP left out; one value per entry of Analysis::layers.
struct LeaveOneOut {
    double densePerplexity = 0.0;  // on the same windows: what the others are to be held against
    std::vector<float> layer;
    std::vector<float> attention;
    std::vector<float> mlp;
    // Of a perplexity, as a fraction of the dense one.
    [[nodiscard]] double change(double perplexity) const { return perplexity / densePerplexity - 1.0; }
    // The windows, where they are not those of the calibration (the window leaves layers out on those that it
    // previews on).
    std::optional<CalibrationInfo> text = std::nullopt;
};

// The backward pass that saliencies come from.
struct GradientInfo {
    int windows = 0;    // leading windows of the calibration: as many as fit into memory
    double loss = 0.0;  // their mean loss, nats
};

struct Analysis {
    std::string modelName;
    std::string modelFingerprint;
    std::string tool;
    std::string dtype;                          // compute dtype of the pass: "float32", "bfloat16", "float16"
    Statistics statistics = Statistics::Exact;  // the default that scores and plans follow
    CalibrationInfo calibration;
    std::int64_t tokens = 0;
    int originalLayers = 0;
    std::vector<int>
        choppedLayers;  // layers absent from the measured network, when it was measured under a plan
    std::vector<LayerAnalysis> layers;
    ResidualStatistics residual;
    AngularDistances angular;
    std::optional<LeaveOneOut> leaveOneOut;
    std::optional<GradientInfo> gradients = std::nullopt;
};

}  // namespace secateur
