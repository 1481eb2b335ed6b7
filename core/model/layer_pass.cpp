// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/layer_pass.h"

namespace secateur {

void runLayers(WeightSource& weights, PassContext pass, at::Tensor& hidden, LayerVisitor& visitor,
               JobContext& context, int first) {
    for (int position = first; position < weights.config().layerCount(); ++position) {
        context.checkStop();
        visitor.before(position, hidden);
        LayerWeights layer = weights.layer(position);
        if (std::optional<LayerWeights> other = visitor.replace(position, layer, hidden))
            layer = std::move(*other);
        pass.observer = visitor.watch(position);
        runLayerOverWindows(pass, layer, position, hidden, context, Sublayers::Both,
                            visitor.compare(position));
        visitor.after(position, layer, hidden);
        weights.release(position);
    }
}

void runLayers(WeightSource& weights, const PassContext& pass, at::Tensor& hidden, JobContext& context) {
    LayerVisitor nothing;
    runLayers(weights, pass, hidden, nothing, context);
}

}  // namespace secateur
