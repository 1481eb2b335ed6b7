// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/layer_pass.h"

namespace secateur {

namespace {

// Whole layers, each in the visitor's form.
void runReplaced(WeightSource& weights, const PassContext& pass, int position, at::Tensor& hidden,
                 LayerVisitor& visitor, JobContext& context) {
    LayerWeights layer = weights.layer(position);
    if (std::optional<LayerWeights> other = visitor.replace(position, layer, hidden))
        layer = std::move(*other);
    runLayerOverWindows(pass, layer, position, hidden, context, Sublayers::Both, visitor.compare(position));
    visitor.ran(position, layer);
}

void runStored(WeightSource& weights, const PassContext& pass, int position, at::Tensor& hidden,
               LayerVisitor& visitor, JobContext& context) {
    const BatchCallback compare = visitor.compare(position);
    at::Tensor before;  // of both parts
    weights.layerInParts(position, [&](Sublayers part, const LayerWeights& some) {
        const bool whole = part == Sublayers::Both;
        if (compare && part == Sublayers::Attention) before = weights.memory()->copy(hidden);
        runLayerOverWindows(pass, some, position, hidden, context, part, whole ? compare : BatchCallback());
        visitor.ran(position, some);
    });
    if (before.defined()) compareBatches(pass, before, hidden, compare);
}

}  // namespace

void runLayers(WeightSource& weights, PassContext pass, at::Tensor& hidden, LayerVisitor& visitor,
               JobContext& context, int first, int end) {
    const int stop = end < 0 ? weights.config().layerCount() : end;
    for (int position = first; position < stop; ++position) {
        context.checkStop();
        visitor.before(position, hidden);
        pass.observer = visitor.watch(position);
        const auto& run = visitor.replaces() ? runReplaced : runStored;
        run(weights, pass, position, hidden, visitor, context);
        visitor.after(position, hidden);
        weights.release(position);
    }
}

void runLayers(WeightSource& weights, const PassContext& pass, at::Tensor& hidden, JobContext& context) {
    LayerVisitor nothing;
    runLayers(weights, pass, hidden, nothing, context);
}

}  // namespace secateur
