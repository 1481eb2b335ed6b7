// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/block_weights.h"

#include <c10/core/GradMode.h>

#include "core/metrics/gradient_pass.h"

namespace secateur {

namespace {

// Sum over the weights of |w * G|, with G the gradient that all batches have added up.
class BlockVisitor final : public GradientVisitor {
public:
    explicit BlockVisitor(std::vector<float>& values) : values_(values) {}

    void ran(int position, const LayerWeights& layer, int) override {
        const c10::NoGradGuard quiet;
        double sum = 0.0;
        forEachCounted(layer, [&](const at::Tensor& weight) {
            if (weight.grad().defined())
                sum += (weight * weight.grad()).abs_().sum(at::kDouble).item<double>();
        });
        values_[static_cast<std::size_t>(position)] = static_cast<float>(sum);
    }

private:
    std::vector<float>& values_;
};

}  // namespace

std::vector<float> blockMagnitudes(WeightSource& weights, JobContext& context) {
    std::vector<float> values;
    context.beginStage("weight magnitudes", weights.config().layerCount(), "layers");
    for (int position = 0; position < weights.config().layerCount(); ++position) {
        const LayerWeights layer = whole(weights.layer(position));
        double sum = 0.0;
        forEachCounted(layer, [&](const at::Tensor& weight) {
            sum += at::linalg_vector_norm(weight, 1, {}, false, at::kDouble).item<double>();
        });
        values.push_back(static_cast<float>(sum));
        weights.release(position);
        context.advanceTo(position + 1);
    }
    return values;
}

BlockTaylor blockTaylor(WeightSource& weights, const TokenWindows& windows, std::int64_t stateBytes,
                        JobContext& context) {
    BlockTaylor result;
    result.values.resize(static_cast<std::size_t>(weights.config().layerCount()));
    BlockVisitor visitor(result.values);
    const GradientInfo pass = gradientPass(weights, windows, stateBytes, visitor, context);
    result.windows = pass.windows;
    result.loss = pass.loss;
    return result;
}

}  // namespace secateur
