// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/sequential_pass.h"

#include "core/metrics/layer_statistics.h"
#include "core/model/forward.h"

namespace secateur {

namespace {

// The masks of a layer as an edit without bias.
LayerEdit masked(const LayerEdit& base, const LayerMasks& masks, const LayerConfig& shape, int headDim,
                 const ComputePlace& place) {
    LayerEdit edit = base;
    const auto tensorOf = [&](const UnitMask& mask, std::int64_t width) {
        auto* data = const_cast<std::uint8_t*>(mask.data());
        return at::from_blob(data, {static_cast<std::int64_t>(mask.size())}, at::kByte)
            .to(place.device, place.products)
            .repeat_interleave(width);
    };
    if (!masks.kvGroups.empty() && !base.skipAttention)
        edit.attentionMask = tensorOf(masks.kvGroups, std::int64_t{shape.heads} / shape.kvHeads * headDim);
    if (!masks.channels.empty() && !base.skipMlp) edit.mlpMask = tensorOf(masks.channels, 1);
    return edit;
}

}  // namespace

std::vector<LayerMasks> sequentialPass(WeightSource& weights, const TokenWindows& windows,
                                       const PlanEdits& chop, const DecideLayer& decide,
                                       JobContext& context) {
    const NetworkConfig& config = weights.config();
    std::vector<LayerMasks> masks(config.layers.size());
    PassContext pass = makePassContext(config, weights.place(), windows.seqLen);
    at::Tensor hidden = embed(weights, windows, 0, windows.count());
    context.beginStage("prune", 2.0 * static_cast<double>(windows.ids.size()) * config.layerCount(),
                       "layer tokens");
    for (int position = 0; position < config.layerCount(); ++position) {
        if (chop.skipsLayer(position)) continue;
        const LayerConfig& shape = config.layers[static_cast<std::size_t>(position)];
        const LayerWeights layer = weights.layer(position, chop.shares(position));
        const LayerEdit base = chop.edit(position, layer, weights.place());
        LayerStatisticsObserver observer;
        pass.observer = &observer;
        at::Tensor dense = hidden.clone();
        runLayerOverWindows(pass, layer, position, &base, dense, context);
        pass.observer = nullptr;
        LayerMasks& mask = masks[static_cast<std::size_t>(position)];
        mask = decide(position, observer.finish(shape, layer));
        const LayerEdit edit = masked(base, mask, shape, config.headDim, weights.place());
        runLayerOverWindows(pass, layer, position, &edit, hidden, context);
        weights.release(position);
    }
    return masks;
}

}  // namespace secateur
