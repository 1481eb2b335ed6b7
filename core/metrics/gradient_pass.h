// SPDX-License-Identifier: GPL-3.0-or-later
//
// One pass backwards, layer by layer: what a score needs of the gradients of the loss with respect to the
// weights, without ever holding those of the whole network.
#pragma once

#include <cstdint>

#include "core/base/job_context.h"
#include "core/data/analysis.h"
#include "core/data/tokens.h"
#include "core/model/weights.h"

namespace secateur {

// A linear that is a product of others becomes the matrix that it stands for.
[[nodiscard]] LayerWeights whole(LayerWeights layer);

// Matrices and norms count, biases do not.
template <class Layer, class Visit>
void forEachCounted(Layer& layer, const Visit& visit) {
    for (const LayerTensor& member : layerTensors())
        if (member.kind != LayerTensor::Kind::Bias && member.in(layer).defined()) visit(member.in(layer));
}

// Products in float32 whatever the session's are: gradients are sums of small numbers.
[[nodiscard]] inline ComputePlace gradientPlace(const ComputePlace& place) {
    return {place.device, place.weights, at::kFloat};
}

// Sees the layers from the last to the first.
class GradientVisitor {
public:
    virtual ~GradientVisitor() = default;
    // True: windows run one at a time. Else several run at once where there is room.
    [[nodiscard]] virtual bool windowByWindow() const { return false; }
    // After every batch. The counted tensors of `layer` (f32, whole) hold in grad() what all batches since
    // the layer's first have added up, unless the visitor takes it away; of L, the mean over all windows of
    // their mean loss.
    virtual void collected(const LayerWeights& layer) { (void)layer; }
    // After the layer's last batch; so many windows ran.
    virtual void ran(int position, const LayerWeights& layer, int windows) = 0;
};

// Memory is one layer with its gradients and the residual streams of all layers, or of every k-th with the
// ones between computed again, within `stateBytes`; where that is too little even so, as many leading windows
// are used as fit, with a warning. `weights` must multiply in float32 and is used for nothing else; gradients
// must be allowed (guarded with Gradients::Recorded). Throws Corrupt where a loss or a gradient is not a
// number.
[[nodiscard]] GradientInfo gradientPass(WeightSource& weights, const TokenWindows& windows,
                                        std::int64_t stateBytes, GradientVisitor& visitor,
                                        JobContext& context);

}  // namespace secateur
