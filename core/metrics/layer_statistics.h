// SPDX-License-Identifier: GPL-3.0-or-later
//
// The observer that feeds both accumulators of the layer that is running.
#pragma once

#include "core/metrics/channel_accumulator.h"
#include "core/model/decoder.h"

namespace secateur {

class LayerStatisticsObserver final : public ActivationObserver {
public:
    void see(int, Site site, const at::Tensor& x) override {
        if (site == Site::AttentionOut) oProj_.add(x);
        if (site == Site::MlpMid) downProj_.add(x);
    }

    // `shape` and `weights` are those of the layer that ran; linears that saw nothing stay empty.
    [[nodiscard]] LayerAnalysis finish(const LayerConfig& shape, const LayerWeights& weights) const {
        LayerAnalysis layer;
        layer.layer = shape.originalLayer;
        if (oProj_.windows() > 0) {
            layer.heads = shape.heads;
            layer.kvHeads = shape.kvHeads;
            layer.oProj = oProj_.finish(weights.o.dense());
        }
        if (downProj_.windows() > 0) layer.downProj = downProj_.finish(weights.down.dense());
        return layer;
    }

private:
    ChannelAccumulator oProj_;
    ChannelAccumulator downProj_;
};

}  // namespace secateur
