// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/sequential_pass.h"

#include "core/metrics/layer_statistics.h"
#include "core/model/edited_source.h"
#include "core/model/forward.h"
#include "core/model/layer_pass.h"

namespace secateur {

namespace {

class PruningVisitor final : public LayerVisitor {
public:
    PruningVisitor(WeightSource& weights, int seqLen, const DecideLayer& decide, JobContext& context)
        : narrowed_(weights.config()),
          decide_(decide),
          context_(context),
          whole_(makePassContext(weights.config(), weights.place(), seqLen)),
          pass_(makePassContext(narrowed_, weights.place(), seqLen)) {}

    [[nodiscard]] const PassContext& pass() const noexcept { return pass_; }

    [[nodiscard]] bool replaces() const override { return true; }

    std::optional<LayerWeights> replace(int position, const LayerWeights& layer,
                                        const at::Tensor& hidden) override {
        LayerConfig& shape = narrowed_.layers[static_cast<std::size_t>(position)];
        LayerStatisticsObserver observer;
        whole_.observer = &observer;
        watchLayerOverWindows(whole_, layer, position, hidden, context_);
        observer.ran(layer);
        const LayerMasks masks = decide_(position, observer.finish(shape));
        LayerWeights left = layer;
        if (!masks.kvGroups.empty() && shape.kvHeads > 0) {
            const LayerConfig before = shape;
            keepGroups(left, keptIndices(masks.kvGroups), narrowed_, before);
            shape.kvHeads = countKept(masks.kvGroups);
            shape.heads = shape.kvHeads * (before.heads / before.kvHeads);
        }
        if (!masks.channels.empty()) {
            keepChannels(left, keptIndices(masks.channels));
            shape.intermediateSize = countKept(masks.channels);
        }
        return left;
    }

private:
    NetworkConfig narrowed_;  // what the layers so far are left with
    const DecideLayer& decide_;
    JobContext& context_;
    PassContext whole_, pass_;
};

}  // namespace

void sequentialPass(WeightSource& weights, const TokenWindows& windows, const DecideLayer& decide,
                    JobContext& context) {
    context.beginStage("prune", 2.0 * static_cast<double>(windows.ids.size()) * weights.config().layerCount(),
                       "layer tokens");
    at::Tensor hidden = embed(weights, windows, 0, windows.count());
    PruningVisitor visitor(weights, windows.seqLen, decide, context);
    runLayers(weights, visitor.pass(), hidden, visitor, context);
}

}  // namespace secateur
