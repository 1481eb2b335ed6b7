// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/structured_obs.h"

#include "core/compress/method.h"
#include "core/compress/numeric/group_removal.h"
#include "core/compress/numeric/moments.h"
#include "core/model/forward.h"
#include "core/model/layer_pass.h"

namespace secateur {

namespace {

class ObsVisitor final : public LayerVisitor {
public:
    ObsVisitor(WeightSource& weights, int seqLen, const ObsWishes& wishes, const ObsDecision& decision,
               JobContext& context)
        : weights_(weights),
          wishes_(wishes),
          decision_(decision),
          context_(context),
          narrowed_(weights.config()),
          narrowing_(weights, seqLen, context),
          pass_(makePassContext(narrowed_, weights.place(), seqLen)) {}

    [[nodiscard]] const PassContext& pass() const noexcept { return pass_; }
    [[nodiscard]] bool replaces() const override { return true; }

    std::optional<LayerWeights> replace(int position, const LayerWeights&,
                                        const at::Tensor& hidden) override {
        LayerConfig& shape = narrowed_.layers[static_cast<std::size_t>(position)];
        const LayerConfig before = shape;
        LayerWeights layer = weights_.source()->layer(position);
        at::Tensor stream = weights_.memory()->copy(hidden);
        if (before.kvHeads > 0) {
            const UnitMask groups = narrow(layer, position, LinearName::O, before.kvHeads, stream);
            if (!groups.empty()) {
                shape.kvHeads = countKept(groups);
                shape.heads = shape.kvHeads * (before.heads / before.kvHeads);
            }
            runLayerOverWindows(pass_, weights_.placed(layer), position, stream, context_,
                                Sublayers::Attention);
        }
        if (before.intermediateSize > 0) {
            const UnitMask channels =
                narrow(layer, position, LinearName::Down, before.intermediateSize, stream);
            if (!channels.empty()) shape.intermediateSize = countKept(channels);
        }
        return weights_.placed(layer);
    }

private:
    UnitMask narrow(LayerWeights& layer, int position, LinearName reader, int units,
                    const at::Tensor& stream) {
        const int removed = decision_.removed(position, reader, units);
        if (removed <= 0) return {};
        const SplitInputs inputs = narrowing_.inputsOf(layer, position, reader, stream);
        const int number = narrowed_.layers[static_cast<std::size_t>(position)].originalLayer;
        const at::Tensor weight = layer.linear(reader).dense().to(weights_.place().device, at::kFloat);
        const GroupRemoval removal{.width = weight.size(1) / units,
                                   .count = removed,
                                   .rounds = reader == LinearName::Down ? wishes_.rounds : 1,
                                   .damping = wishes_.damping,
                                   .addsSignal = wishes_.addsSignal};
        const UnitMask mask = decision_.keep(
            position, reader, removalOrder(weight, curvature(inputs), removal, linearText(number, reader)));
        if (mask.empty()) return {};
        narrowing_.keep(layer, position, reader, keptIndices(mask), inputs, wishes_.compensation);
        return mask;
    }

    [[nodiscard]] at::Tensor curvature(const SplitInputs& inputs) const {
        const auto fitted = static_cast<double>(inputs.fit.tokens),
                   held = static_cast<double>(inputs.held.tokens);
        if (wishes_.compensation != Compensation::None)
            return together(momentsOf(inputs.fit), fitted, momentsOf(inputs.held), held).covariance;
        return (inputs.fit.gram.to(at::kDouble) + inputs.held.gram.to(at::kDouble)) / (fitted + held);
    }

    WeightSource& weights_;
    const ObsWishes& wishes_;
    const ObsDecision& decision_;
    JobContext& context_;
    NetworkConfig narrowed_;  // what the layers so far are left with
    Narrowing narrowing_;
    PassContext pass_;
};

}  // namespace

void structuredObsPass(WeightSource& weights, const TokenWindows& windows, const ObsWishes& wishes,
                       const ObsDecision& decision, JobContext& context) {
    requireHeldOut(windows);
    context.beginStage("surgery",
                       3.5 * static_cast<double>(windows.ids.size()) * weights.config().layerCount(),
                       "layer tokens");
    at::Tensor hidden = embed(weights, windows, 0, windows.count());
    ObsVisitor visitor(weights, windows.seqLen, wishes, decision, context);
    runLayers(weights, visitor.pass(), hidden, visitor, context);
}

}  // namespace secateur
