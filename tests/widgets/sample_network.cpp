// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/sample_network.h"

namespace secateur::testing {
namespace {

constexpr int kHeadDim = 8;
constexpr int kHeads = 8;

ChannelStatistics statistics(int channels, int layer) {
    ChannelStatistics s;
    for (int c = 0; c < channels; ++c) {
        // Every value different, so that thresholds have no ties.
        const float value =
            0.1F + 0.05F * static_cast<float>(layer) + 0.01F * static_cast<float>((c * 7) % channels);
        s.mean.push_back(0.01F * static_cast<float>(c));
        s.meanReference.push_back(0.01F * static_cast<float>(c));
        s.fluctuation.push_back(value);
        s.fluctuationReference.push_back(value * 128.0F);
        s.norm2.push_back(value * 10.0F);
        s.weightNorm2.push_back(1.0F);
        s.weightAbsMean.push_back(0.5F);
        s.absMeanNorm.push_back(value);
        s.windowNorm.push_back(value * 3.0F);
        s.rowPeaks.push_back(value * 2.0F);
    }
    return s;
}

}  // namespace

std::shared_ptr<const ModelSummary> sampleModel() {
    auto model = std::make_shared<ModelSummary>();
    model->name = "twig-6";
    model->path = "/nowhere/twig-6";
    model->dtype = "float32";
    model->fingerprint = "sha256:twig";
    NetworkConfig& config = model->config;
    config.hiddenSize = 64;
    config.headDim = kHeadDim;
    config.vocabSize = 100;
    config.originalLayers = kLayers;
    for (int l = 0; l < kLayers; ++l) {
        LayerConfig layer;
        layer.originalLayer = l;
        layer.heads = kHeads;
        layer.kvHeads = kGroups;
        layer.intermediateSize = kChannels;
        config.layers.push_back(layer);
    }
    model->parameters = totalParameters(config);
    model->decoderLinearParameters = decoderLinearParameters(config);
    model->bytes = 4 * model->parameters;
    model->hasTokenizer = true;
    model->parts = {{"embedding", 6400}, {"decoder", model->decoderLinearParameters}};
    return model;
}

std::shared_ptr<const Analysis> sampleAnalysis(bool leaveOneOut) {
    auto analysis = std::make_shared<Analysis>();
    analysis->modelName = "twig-6";
    analysis->modelFingerprint = "sha256:twig";
    analysis->dtype = "float32";
    analysis->calibration = {"leaves.txt", "abc", 8, 32, 0, "sequential", false};
    analysis->tokens = 256;
    analysis->originalLayers = kLayers;
    for (int l = 0; l < kLayers; ++l) {
        analysis->layers.push_back(
            {l, kHeads, kGroups, statistics(kHeads * kHeadDim, l), statistics(kChannels, l)});
        analysis->residual.cosine.push_back(0.9F - 0.05F * static_cast<float>(l));
        analysis->residual.relativeUpdate.push_back(0.2F + 0.1F * static_cast<float>(l));
        analysis->residual.norm.push_back(1.0F + static_cast<float>(l));
    }
    const int points = kLayers + 1;
    analysis->angular.points = points;
    for (int a = 0; a < points; ++a) {
        for (int b = 0; b < points; ++b) {
            const float distance = 0.03F * static_cast<float>(a > b ? a - b : b - a);
            analysis->angular.allTokens.push_back(distance);
            analysis->angular.lastToken.push_back(distance);
        }
    }
    if (leaveOneOut) {
        LeaveOneOut left;
        left.densePerplexity = 10.0;
        for (int l = 0; l < kLayers; ++l) {
            left.layer.push_back(11.0F + static_cast<float>(l));
            left.attention.push_back(10.5F);
            left.mlp.push_back(10.6F);
        }
        analysis->leaveOneOut = left;
    }
    return analysis;
}

}  // namespace secateur::testing
