// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/unit_saliency.h"

#include <array>

#include <c10/core/GradMode.h>

#include "core/model/tensors.h"

namespace secateur {

namespace {

class SaliencyVisitor final : public GradientVisitor {
public:
    explicit SaliencyVisitor(Analysis& analysis) : analysis_(analysis) {}

    [[nodiscard]] bool windowByWindow() const override { return true; }

    void collected(const LayerWeights& layer) override {
        const c10::NoGradGuard quiet;
        for (const LinearName linear : kAllLinears) {
            const at::Tensor& weight = layer.linear(linear).weight;
            if (!weight.defined() || !weight.grad().defined()) continue;
            Sums& sums = sums_[static_cast<std::size_t>(linear)];
            const at::Tensor& gradient = weight.grad();
            if (!sums.gradient.defined()) {
                sums.gradient = at::zeros_like(gradient);
                sums.squares = at::zeros_like(gradient);
            }
            sums.gradient.add_(gradient);
            sums.squares.addcmul_(gradient, gradient);
        }
        forEachCounted(layer, [](const at::Tensor& weight) { weight.mutable_grad().reset(); });
    }

    void ran(int position, const LayerWeights& layer, int windows) override {
        const c10::NoGradGuard quiet;
        LayerSaliency& values = analysis_.layers[static_cast<std::size_t>(position)].saliency;
        for (const LinearName linear : kAllLinears) {
            Sums& sums = sums_[static_cast<std::size_t>(linear)];
            if (!sums.gradient.defined()) continue;
            // The gradients are those of the mean over the windows: each is a part of the window's own.
            sums.squares.mul_(windows);
            const bool column = linear == LinearName::O || linear == LinearName::Down;
            for (const Saliency saliency : kAllSaliencies)
                values.of(saliency, linear) = floatsOf(saliencyOf(
                    saliency, layer.linear(linear).weight, sums.gradient, sums.squares, column ? 0 : 1));
            sums = {};
        }
    }

private:
    struct Sums {
        at::Tensor gradient, squares;  // [out, in] f32
    };
    Analysis& analysis_;
    std::array<Sums, kLinears> sums_;
};

}  // namespace

at::Tensor saliencyOf(Saliency saliency, const at::Tensor& weight, const at::Tensor& gradient,
                      const at::Tensor& squares, int dimension) {
    switch (saliency) {
        case Saliency::Vectorize:
            return (weight * gradient).sum(dimension, false, at::kDouble).abs_();
        case Saliency::First:
            return (weight * gradient).abs_().sum(dimension, false, at::kDouble);
        case Saliency::Second:
            return (weight * squares * weight).abs_().sum(dimension, false, at::kDouble);
        case Saliency::Mix:
            return (weight * gradient - weight * squares * weight * 0.5)
                .abs_()
                .sum(dimension, false, at::kDouble);
    }
    return {};
}

void measureSaliency(WeightSource& weights, const TokenWindows& windows, std::int64_t stateBytes,
                     Analysis& analysis, JobContext& context) {
    SaliencyVisitor visitor(analysis);
    analysis.gradients = gradientPass(weights, windows, stateBytes, visitor, context);
}

}  // namespace secateur
