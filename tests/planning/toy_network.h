// SPDX-License-Identifier: GPL-3.0-or-later
//
// Small networks and analyses that planning tests are made of.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "core/data/analysis.h"
#include "core/data/model_summary.h"
#include "core/data/plan.h"

namespace secateur::test {

struct Shape {
    int layers = 4;
    int hidden = 32;
    int heads = 4;
    int kvHeads = 2;
    int headDim = 8;
    int intermediate = 48;
    int vocab = 100;
    bool tied = false;
};

inline NetworkConfig network(const Shape& shape) {
    NetworkConfig config;
    config.hiddenSize = shape.hidden;
    config.headDim = shape.headDim;
    config.vocabSize = shape.vocab;
    config.tiedEmbeddings = shape.tied;
    config.originalLayers = shape.layers;
    for (int layer = 0; layer < shape.layers; ++layer) {
        LayerConfig entry;
        entry.originalLayer = layer;
        entry.heads = shape.heads;
        entry.kvHeads = shape.kvHeads;
        entry.intermediateSize = shape.intermediate;
        config.layers.push_back(entry);
    }
    return config;
}

inline ModelSummary summary(const NetworkConfig& config, const std::string& dtype = "float32") {
    ModelSummary model;
    model.name = "toy";
    model.dtype = dtype;
    model.fingerprint = "sha256:toy";
    model.config = config;
    model.parameters = totalParameters(config);
    model.decoderLinearParameters = decoderLinearParameters(config);
    model.bytes = model.parameters * (dtype == "float32" ? 4 : 2);
    return model;
}

inline ModelSummary summary(const Shape& shape) {
    return summary(network(shape));
}

// Positive, heavy-tailed, without ties.
inline std::vector<float> randomValues(int count, std::mt19937& generator) {
    std::lognormal_distribution<float> values(0.0f, 1.5f);
    std::vector<float> result(count);
    for (float& value : result) value = values(generator);
    return result;
}

inline ChannelStatistics randomChannels(int count, std::mt19937& generator) {
    ChannelStatistics channels{randomValues(count, generator), randomValues(count, generator),
                               randomValues(count, generator), randomValues(count, generator),
                               randomValues(count, generator), randomValues(count, generator),
                               randomValues(count, generator)};
    channels.absMeanNorm = channels.weightAbsMean;
    channels.windowNorm = channels.weightNorm2;
    return channels;
}

// An analysis of the network with random statistics; the same seed gives the same numbers.
inline Analysis randomAnalysis(const NetworkConfig& config, unsigned seed = 1) {
    std::mt19937 generator(seed);
    Analysis analysis;
    analysis.modelName = "toy";
    analysis.modelFingerprint = "sha256:toy";
    analysis.originalLayers = config.originalLayers;
    analysis.calibration = {"toy.txt", "abc", 16, 48, 0, "sequential", false};
    for (const LayerConfig& layer : config.layers) {
        LayerAnalysis entry;
        entry.layer = layer.originalLayer;
        entry.heads = layer.heads;
        entry.kvHeads = layer.kvHeads;
        entry.oProj = randomChannels(layer.heads * config.headDim, generator);
        entry.downProj = randomChannels(layer.intermediateSize, generator);
        entry.downProj.rowPeaks = entry.downProj.norm2;
        analysis.layers.push_back(std::move(entry));
    }
    return analysis;
}

// Angular distances and residual statistics with block influence `influence`.
inline void addResidual(Analysis& analysis, const std::vector<float>& influence) {
    const int points = static_cast<int>(influence.size()) + 1;
    for (const float value : influence) analysis.residual.cosine.push_back(1.0f - value);
    analysis.residual.relativeUpdate = influence;
    analysis.residual.norm.assign(influence.size(), 1.0f);
    analysis.angular.points = points;
    analysis.angular.allTokens.assign(static_cast<std::size_t>(points) * points, 0.0f);
    for (int from = 0; from < points; ++from)
        for (int to = from + 1; to < points; ++to) {
            float distance = 0.0f;
            for (int layer = from; layer < to; ++layer) distance += influence[layer];
            analysis.angular.allTokens[static_cast<std::size_t>(from) * points + to] = distance;
            analysis.angular.allTokens[static_cast<std::size_t>(to) * points + from] = distance;
        }
    analysis.angular.lastToken = analysis.angular.allTokens;
}

inline const WidthStep& widthOf(const Plan& plan) {
    return std::get<WidthStep>(plan.steps.back());
}

}  // namespace secateur::test
