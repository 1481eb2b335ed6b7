// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/data/analysis.h"

namespace secateur::test {

inline std::vector<float> ramp(std::size_t count, float start) {
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = start + 0.37F * static_cast<float>(i);
    return values;
}

inline ChannelStatistics tinyChannels(std::size_t channels, float start) {
    return {.mean = ramp(channels, start),
            .meanReference = ramp(channels, start + 1),
            .fluctuation = ramp(channels, start + 2),
            .fluctuationReference = ramp(channels, start + 3),
            .norm2 = ramp(channels, start + 4),
            .weightNorm2 = ramp(channels, start + 5),
            .weightAbsMean = ramp(channels, start + 6),
            .absMeanNorm = ramp(channels, start + 7),
            .windowNorm = ramp(channels, start + 8)};
}

// Layers 1 and 3 of four: the first complete, the second without attention.
inline Analysis tinyAnalysis() {
    Analysis analysis;
    analysis.modelName = "tiny \xC3\xA9";
    analysis.modelFingerprint = "sha256:0123";
    analysis.tool = "secateur test";
    analysis.dtype = "bfloat16";
    analysis.calibration = {"text.txt", "abcd", 4, 16, 0xFFFFFFFFFFFFFFFFULL, "random", true};
    analysis.tokens = 64;
    analysis.originalLayers = 4;
    analysis.choppedLayers = {0, 2};
    analysis.layers = {{1, 4, 2, tinyChannels(8, 0.1F), tinyChannels(12, 100.0F)},
                       {3, 0, 0, {}, tinyChannels(6, 50.0F)}};
    for (LayerAnalysis& layer : analysis.layers)
        layer.downProj.rowPeaks = ramp(layer.downProj.mean.size(), 9.0F);
    analysis.residual = {ramp(2, 0.5F), ramp(2, 0.6F), ramp(2, 0.7F)};
    analysis.angular = {3, 2, ramp(9, 0.0F), ramp(9, 0.2F)};
    analysis.leaveOneOut = LeaveOneOut{12.5, ramp(2, 13), ramp(2, 14), ramp(2, 15)};
    analysis.gradients = GradientInfo{3, 2.5};
    for (LayerAnalysis& layer : analysis.layers)
        for (const Saliency saliency : kAllSaliencies)
            for (const LinearName linear : kAllLinears) {
                const bool keys = linear == LinearName::K || linear == LinearName::V;
                const bool mlp = siteOf(linear) == Site::MlpIn || siteOf(linear) == Site::MlpMid;
                const std::size_t units = mlp ? layer.downProj.mean.size() : layer.oProj.mean.size();
                layer.saliency.of(saliency, linear) =
                    ramp(keys ? units / 2 : units, 20.0F + static_cast<float>(linear));
            }
    return analysis;
}

}  // namespace secateur::test
