// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/two_stage.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/error.h"
#include "core/planning/planner.h"

namespace secateur {

namespace {

// Linear weights of one kind of sublayer, over the layers that have it.
struct SublayerWeights {
    std::int64_t all = 0;
    int layers = 0;

    void add(std::int64_t weights) {
        all += weights;
        layers += weights > 0 ? 1 : 0;
    }
    [[nodiscard]] double mean() const { return layers > 0 ? static_cast<double>(all) / layers : 0.0; }
};

// Of the whole model, with everything that belongs to a layer: norms and biases too.
struct Size {
    double parameters = 0.0;
    double bytes = 0.0;
};

// What `network` holds more than without these sublayers.
Size sizeOf(const ModelSummary& model, const NetworkConfig& network, bool attention, bool mlp) {
    NetworkConfig without = network;
    for (LayerConfig& layer : without.layers) {
        if (attention) layer.heads = layer.kvHeads = 0;
        if (mlp) layer.intermediateSize = 0;
    }
    const Accounting with = account(model, network), less = account(model, without);
    return {static_cast<double>(with.parametersAfter - less.parametersAfter),
            static_cast<double>(with.bytesAfter - less.bytesAfter)};
}

double wishedRatio(const ModelSummary& model, const NetworkConfig& network, const WidthRequest& request) {
    if (!request.targetParameters && !request.targetBytes) return request.ratio;
    const Accounting now = account(model, network);
    const Size layers = sizeOf(model, network, true, true);
    const double share =
        request.targetParameters
            ? static_cast<double>(now.parametersAfter - *request.targetParameters) / layers.parameters
            : static_cast<double>(now.bytesAfter - *request.targetBytes) / layers.bytes;
    return std::clamp(share, 0.0, 1.0);
}

}  // namespace

TwoStageSplit twoStageSplit(const ModelSummary& model, const NetworkConfig& network,
                            const WidthRequest& request) {
    const NetworkConfig dense = withDenseLinears(network);
    SublayerWeights attention, mlp;
    for (const LayerConfig& layer : dense.layers) {
        attention.add(attentionParameters(dense, layer));
        mlp.add(mlpParameters(dense, layer));
    }
    TwoStageSplit split;
    split.ratio = wishedRatio(model, network, request);
    const double exponent = attention.all > 0 ? mlp.mean() / attention.mean() / request.alpha : 0.0;
    split.attention =
        request.attentionLayers >= 0
            ? request.attentionLayers
            : static_cast<int>(std::nearbyint(attention.layers * std::pow(split.ratio, exponent)));
    if (split.attention > attention.layers)
        throw Error(ErrorCode::InvalidArgument,
                    "cannot drop " + std::to_string(split.attention) + " of " +
                        std::to_string(attention.layers) + " attention sublayers",
                    "drop fewer");
    const double dropped = split.attention * attention.mean() / static_cast<double>(attention.all + mlp.all);
    if (dropped > split.ratio)
        throw Error(ErrorCode::InvalidArgument,
                    std::to_string(split.attention) + " attention sublayers are more than the ratio of " +
                        std::to_string(split.ratio),
                    "raise the ratio, or drop fewer of them");
    const Size all = sizeOf(model, network, true, false);
    const double part = attention.layers > 0 ? static_cast<double>(split.attention) / attention.layers : 0.0;
    split.mlp = request;
    split.mlp.attentionLayers = 0;
    if (request.targetParameters)
        *split.mlp.targetParameters += std::llround(part * all.parameters);
    else if (request.targetBytes)
        *split.mlp.targetBytes += std::llround(part * all.bytes);
    else
        split.mlp.ratio = split.ratio - dropped;
    return split;
}

}  // namespace secateur
