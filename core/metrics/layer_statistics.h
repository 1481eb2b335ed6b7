// SPDX-License-Identifier: GPL-3.0-or-later
//
// The observer that feeds both accumulators of the layer that is running.
#pragma once

#include "core/metrics/channel_accumulator.h"
#include "core/metrics/weight_statistics.h"
#include "core/model/decoder.h"

namespace secateur {

class LayerStatisticsObserver final : public ActivationObserver {
public:
    void see(int, Site site, const at::Tensor& x) override {
        if (site == Site::AttentionOut) oProj_.add(x);
        if (site == Site::MlpMid) downProj_.add(x);
    }

    // All windows have gone through `weights`, the layer or one of its sublayers.
    void ran(const LayerWeights& weights) {
        if (oProj_.windows() > 0 && weights.o.defined()) layer_.oProj = oProj_.finish();
        if (downProj_.windows() > 0 && weights.down.defined()) layer_.downProj = downProj_.finish();
        addWeightStatistics(weights, layer_);
    }

    // `shape` is that of the layer that ran; linears that saw nothing stay empty.
    [[nodiscard]] LayerAnalysis finish(const LayerConfig& shape) const {
        LayerAnalysis layer = layer_;
        layer.layer = shape.originalLayer;
        if (oProj_.windows() > 0) {
            layer.heads = shape.heads;
            layer.kvHeads = shape.kvHeads;
        }
        return layer;
    }

private:
    ChannelAccumulator oProj_;
    ChannelAccumulator downProj_;
    LayerAnalysis layer_;
};

}  // namespace secateur
