// SPDX-License-Identifier: GPL-3.0-or-later
//
// The shape of a decoder as a plain value: what HF's config.json says, made explicit per layer, because
// pruned networks have layers of different widths. Everything that computes sizes (accounting, planning, the
// network itself) reads this and nothing else.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/data/linear_name.h"

namespace secateur {

enum class Architecture { Llama, Mistral, Qwen2, Qwen3 };

[[nodiscard]] const char* name(Architecture architecture) noexcept;  // "llama", "mistral", "qwen2", "qwen3"

// Rotary embedding. Llama3: frequencies below the low-frequency wavelength are divided by `factor`, with a
// smooth ramp (HF rope_type "llama3"); Linear: positions are divided by `factor`; Yarn: a ramp between
// channels that turn `betaFast` and `betaSlow` times in `originalMaxPositions`, and everything rotated is
// multiplied by `attentionFactor`; Dynamic: theta grows with the length of a sequence beyond
// `originalMaxPositions`.
struct RopeConfig {
    enum class Kind { Default, Linear, Llama3, Yarn, Dynamic };
    Kind kind = Kind::Default;
    double theta = 10000.0;
    double factor = 1.0;
    double lowFreqFactor = 1.0;
    double highFreqFactor = 4.0;
    int originalMaxPositions = 8192;
    double betaFast = 32.0;
    double betaSlow = 1.0;
    double attentionFactor = 1.0;
    bool truncate = true;  // the ends of Yarn's ramp fall on whole channels
    bool operator==(const RopeConfig&) const = default;
};

// One decoder layer. A sublayer without units (heads == 0, or intermediateSize == 0) contributes only its
// output bias, if it has one, and nothing at all otherwise; its norm is not stored. Groups are whole: heads
// == kvHeads * groupSize in every layer.
struct LayerConfig {
    int originalLayer = 0;  // number in the ORIGINAL checkpoint; used in every table, plan and view
    int heads = 0;
    int kvHeads = 0;
    int intermediateSize = 0;
    int slidingWindow = 0;  // positions a query sees, itself included; 0 = all
    bool qkvBias = false;
    bool oBias = false;
    bool gateUpBias = false;
    bool downBias = false;
    // Of linears that are the product of two, W = B A, by LinearName; 0: one matrix.
    std::array<int, kLinears> ranks{};
    [[nodiscard]] int rank(LinearName linear) const noexcept {
        return ranks[static_cast<std::size_t>(linear)];
    }
    [[nodiscard]] bool lowRank() const noexcept { return ranks != std::array<int, kLinears>{}; }
    bool operator==(const LayerConfig&) const = default;
};

struct NetworkConfig {
    Architecture architecture = Architecture::Llama;
    int hiddenSize = 0;
    int headDim = 0;
    int vocabSize = 0;
    int maxPositions = 0;
    double normEps = 1e-6;
    RopeConfig rope;
    bool tiedEmbeddings = false;
    bool qkNorm = false;     // RMS norm over head_dim of every query and key head (Qwen3)
    int originalLayers = 0;  // layers of the ORIGINAL checkpoint; >= layers.size()
    std::optional<int> bosId;
    std::vector<int> eosIds;
    std::vector<LayerConfig> layers;  // in execution order
    bool operator==(const NetworkConfig&) const = default;

    [[nodiscard]] int layerCount() const noexcept { return static_cast<int>(layers.size()); }
    // True when all layers have the same heads, KV heads and intermediate size.
    [[nodiscard]] bool uniform() const noexcept;
    // True when any linear is the product of two.
    [[nodiscard]] bool lowRank() const noexcept;
};

// The same network with every linear as one matrix.
[[nodiscard]] NetworkConfig withDenseLinears(NetworkConfig config);

// Weight counts, biases and norms apart (algorithms.md 9.1). G = heads / kvHeads.
[[nodiscard]] std::int64_t kvGroupParameters(const NetworkConfig& config,
                                             int groupSize);                // D * hd * (2G + 2)
[[nodiscard]] std::int64_t channelParameters(const NetworkConfig& config);  // 3 * D
struct LinearShape {
    std::int64_t out = 0;  // 0 by 0 where the layer has no such linear
    std::int64_t in = 0;
};
[[nodiscard]] LinearShape shapeOf(const NetworkConfig& config, const LayerConfig& layer, LinearName linear);
// Weights that are stored, and multiplications of a token: out * in, or those of the two factors.
[[nodiscard]] std::int64_t linearParameters(const NetworkConfig& config, const LayerConfig& layer,
                                            LinearName linear);
[[nodiscard]] std::int64_t attentionParameters(const NetworkConfig& config, const LayerConfig& layer);
[[nodiscard]] std::int64_t mlpParameters(const NetworkConfig& config, const LayerConfig& layer);
// Norms (of sublayers that have units) and biases of one layer.
[[nodiscard]] std::int64_t extraParameters(const NetworkConfig& config, const LayerConfig& layer);
// The linear weights of all layers; what pruning ratios are fractions of.
[[nodiscard]] std::int64_t decoderLinearParameters(const NetworkConfig& config);
// Everything, tied embeddings once.
[[nodiscard]] std::int64_t totalParameters(const NetworkConfig& config);

}  // namespace secateur
