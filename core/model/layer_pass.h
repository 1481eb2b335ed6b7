// SPDX-License-Identifier: GPL-3.0-or-later
//
// The loop over layers: every pass of windows through a network is this one.
#pragma once

#include <optional>
#include <vector>

#include <ATen/ATen.h>

#include "core/base/job_context.h"
#include "core/model/decoder.h"
#include "core/model/forward.h"
#include "core/model/weights.h"

namespace secateur {

// What a pass does besides running. Methods are called in this order for each layer; `hidden` is the residual
// stream of all windows, [windows, seq, D] f32.
class LayerVisitor {
public:
    virtual ~LayerVisitor() = default;
    virtual void before(int /*position*/, const at::Tensor& /*hidden*/) {}
    // Another layer to run in place of `layer`, of the shape that pass.config has at this position. nullopt:
    // none. Asked of visitors that say so alone, which cost the memory of whole layers.
    [[nodiscard]] virtual bool replaces() const { return false; }
    [[nodiscard]] virtual std::optional<LayerWeights> replace(int /*position*/, const LayerWeights& /*layer*/,
                                                              const at::Tensor& /*hidden*/) {
        return std::nullopt;
    }
    // May be null. Valid until after().
    [[nodiscard]] virtual ActivationObserver* watch(int /*position*/) { return nullptr; }
    // Called with what came in and went out of the layer, for each batch of windows in order, if it is there.
    [[nodiscard]] virtual BatchCallback compare(int /*position*/) { return {}; }
    // `weights` have run: the layer, or first its attention and then its MLP (WeightSource::layerInParts).
    virtual void ran(int /*position*/, const LayerWeights& /*weights*/) {}
    virtual void after(int /*position*/, const at::Tensor& /*hidden*/) {}
};

// Keeps the inputs of every stride-th layer, to begin other passes from; stride 0: none.
class StreamKeeper final : public LayerVisitor {
public:
    StreamKeeper(int stride, std::vector<at::Tensor>& streams, WorkMemory& memory)
        : stride_(stride), streams_(streams), memory_(memory) {}
    void before(int position, const at::Tensor& hidden) override {
        if (stride_ > 0 && position % stride_ == 0) streams_.push_back(memory_.copy(hidden));
    }

private:
    int stride_;
    std::vector<at::Tensor>& streams_;
    WorkMemory& memory_;
};

// Runs layers `first` to the one before `end` (-1: to the last) over hidden in place. `pass.config` has the
// shapes of the layers that run: those of `weights`, or of what the visitor puts in their place. Throws like
// runLayerOverWindows.
void runLayers(WeightSource& weights, PassContext pass, at::Tensor& hidden, LayerVisitor& visitor,
               JobContext& context, int first = 0, int end = -1);
void runLayers(WeightSource& weights, const PassContext& pass, at::Tensor& hidden, JobContext& context);

}  // namespace secateur
