// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/measure.h"

#include "core/base/error.h"
#include "core/metrics/layer_statistics.h"
#include "core/metrics/residual_accumulator.h"
#include "core/model/forward.h"

namespace secateur {

Analysis measurePass(WeightSource& weights, const TokenWindows& windows, const std::vector<LayerEdit>& edits,
                     std::int64_t angularBytes, JobContext& context) {
    const NetworkConfig& config = weights.config();
    if (windows.count() < 2)
        throw Error(ErrorCode::InvalidArgument,
                    windows.source + ": fluctuation needs at least 2 windows, there is " +
                        std::to_string(windows.count()),
                    "use a longer text or a smaller --seq-len");
    std::vector<int> positions;
    for (int i = 0; i < config.layerCount(); ++i)
        if (edits.empty() || !edits[static_cast<std::size_t>(i)].skipLayer()) positions.push_back(i);

    Analysis analysis;
    analysis.tokens = static_cast<std::int64_t>(windows.ids.size());
    analysis.originalLayers = config.originalLayers;
    PassContext pass = makePassContext(config, weights.place(), windows.seqLen);
    at::Tensor hidden = embed(weights, windows, 0, windows.count());
    AngularAccumulator angular(static_cast<int>(positions.size()) + 1, windows.count(), windows.seqLen,
                               config.hiddenSize, angularBytes);
    angular.add(0, hidden);
    context.beginStage("measure",
                       static_cast<double>(analysis.tokens) * static_cast<double>(positions.size()),
                       "layer tokens");
    for (std::size_t i = 0; i < positions.size(); ++i) {
        const int position = positions[i];
        const LayerConfig& shape = config.layers[static_cast<std::size_t>(position)];
        LayerStatisticsObserver observer;
        pass.observer = &observer;
        LayerEdit sublayers;
        if (!edits.empty()) {
            sublayers.skipAttention = edits[static_cast<std::size_t>(position)].skipAttention;
            sublayers.skipMlp = edits[static_cast<std::size_t>(position)].skipMlp;
            sublayers.shares = edits[static_cast<std::size_t>(position)].shares;
        }
        const at::Tensor before = hidden.clone();
        const LayerWeights layer = weights.layer(position, sublayers.shares);
        runLayerOverWindows(pass, layer, position, &sublayers, hidden, context);
        const LayerChange change = layerChange(before, hidden);
        analysis.residual.cosine.push_back(static_cast<float>(change.cosine));
        analysis.residual.relativeUpdate.push_back(static_cast<float>(change.relativeUpdate));
        analysis.residual.norm.push_back(static_cast<float>(change.norm));
        analysis.layers.push_back(observer.finish(shape, layer));
        weights.release(position);
        angular.add(static_cast<int>(i) + 1, hidden);
    }
    analysis.angular = angular.finish();
    return analysis;
}

}  // namespace secateur
