// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/network_config.h"

#include <algorithm>

namespace secateur {

const char* name(Architecture architecture) noexcept {
    switch (architecture) {
        case Architecture::Llama:
            return "llama";
        case Architecture::Mistral:
            return "mistral";
        case Architecture::Qwen2:
            return "qwen2";
        case Architecture::Qwen3:
            return "qwen3";
    }
    return "unknown";
}

bool NetworkConfig::uniform() const noexcept {
    return std::all_of(layers.begin(), layers.end(), [&](const LayerConfig& layer) {
        const LayerConfig& first = layers.front();
        return layer.heads == first.heads && layer.kvHeads == first.kvHeads &&
               layer.intermediateSize == first.intermediateSize;
    });
}

bool NetworkConfig::lowRank() const noexcept {
    return std::any_of(layers.begin(), layers.end(),
                       [](const LayerConfig& layer) { return layer.lowRank(); });
}

NetworkConfig withDenseLinears(NetworkConfig config) {
    for (LayerConfig& layer : config.layers) layer.ranks = {};
    return config;
}

std::int64_t kvGroupParameters(const NetworkConfig& config, int groupSize) {
    return std::int64_t{config.hiddenSize} * config.headDim * (2 * groupSize + 2);
}

std::int64_t channelParameters(const NetworkConfig& config) {
    return std::int64_t{3} * config.hiddenSize;
}

std::int64_t linearParameters(const NetworkConfig& config, const LayerConfig& layer, LinearName linear) {
    const LinearShape shape = shapeOf(config, layer, linear);
    const std::int64_t rank = layer.rank(linear);
    return rank > 0 ? rank * (shape.out + shape.in) : shape.out * shape.in;
}

std::int64_t attentionParameters(const NetworkConfig& config, const LayerConfig& layer) {
    std::int64_t count = 0;
    for (const LinearName linear : kAttentionLinears) count += linearParameters(config, layer, linear);
    return count;
}

std::int64_t mlpParameters(const NetworkConfig& config, const LayerConfig& layer) {
    std::int64_t count = 0;
    for (const LinearName linear : kMlpLinears) count += linearParameters(config, layer, linear);
    return count;
}

LinearShape shapeOf(const NetworkConfig& config, const LayerConfig& layer, LinearName linear) {
    const std::int64_t hidden = config.hiddenSize;
    const std::int64_t queries = std::int64_t{layer.heads} * config.headDim;
    const std::int64_t keys = std::int64_t{layer.kvHeads} * config.headDim;
    const std::int64_t channels = layer.intermediateSize;
    const auto shape = [](std::int64_t out, std::int64_t in) {
        return out > 0 && in > 0 ? LinearShape{out, in} : LinearShape{};
    };
    switch (linear) {
        case LinearName::Q:
            return shape(queries, hidden);
        case LinearName::K:
        case LinearName::V:
            return shape(keys, hidden);
        case LinearName::O:
            return shape(hidden, queries);
        case LinearName::Gate:
        case LinearName::Up:
            return shape(channels, hidden);
        case LinearName::Down:
            return shape(hidden, channels);
    }
    return {};
}

std::int64_t extraParameters(const NetworkConfig& config, const LayerConfig& layer) {
    const std::int64_t hidden = config.hiddenSize;
    std::int64_t count = 0;
    if (layer.heads > 0) {
        count += hidden;
        if (config.qkNorm) count += 2 * config.headDim;
        if (layer.qkvBias) count += std::int64_t{config.headDim} * (layer.heads + 2 * layer.kvHeads);
    }
    if (layer.intermediateSize > 0) {
        count += hidden;
        if (layer.gateUpBias) count += std::int64_t{2} * layer.intermediateSize;
    }
    if (layer.oBias) count += hidden;
    if (layer.downBias) count += hidden;
    return count;
}

std::int64_t decoderLinearParameters(const NetworkConfig& config) {
    std::int64_t count = 0;
    for (const LayerConfig& layer : config.layers)
        count += attentionParameters(config, layer) + mlpParameters(config, layer);
    return count;
}

std::int64_t totalParameters(const NetworkConfig& config) {
    const std::int64_t embedding = std::int64_t{config.vocabSize} * config.hiddenSize;
    std::int64_t count =
        decoderLinearParameters(config) + config.hiddenSize + embedding * (config.tiedEmbeddings ? 1 : 2);
    for (const LayerConfig& layer : config.layers) count += extraParameters(config, layer);
    return count;
}

}  // namespace secateur
