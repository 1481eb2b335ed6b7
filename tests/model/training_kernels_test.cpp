// SPDX-License-Identifier: GPL-3.0-or-later
//
// The fused loops of the training step against LibTorch's own operations, in float64.
#include "core/model/training_kernels.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace secateur {
namespace {

// Largest difference in units of the largest value.
double error(const at::Tensor& ours, const at::Tensor& expected) {
    return ((ours.to(at::kDouble) - expected).abs().max() / expected.abs().max()).item<double>();
}

class TrainingKernels : public ::testing::TestWithParam<int> {
protected:
    TrainingKernels() { at::manual_seed(7); }
    [[nodiscard]] at::Tensor random(std::int64_t rows) const { return at::randn({rows, GetParam()}) * 3; }
};

INSTANTIATE_TEST_SUITE_P(Widths, TrainingKernels, ::testing::Values(1, 3, 16, 100, 192, 1536));

TEST_P(TrainingKernels, RmsNormBackwardIsTheGradient) {
    const at::Tensor x = random(131), gradient = random(131), weight = at::randn({GetParam()});
    constexpr double kEps = 1e-5;
    at::Tensor toX = at::empty_like(x), toWeight = at::empty_like(weight);
    kernels::rmsNormBackward(x.const_data_ptr<float>(), weight.const_data_ptr<float>(),
                             gradient.const_data_ptr<float>(), toX.mutable_data_ptr<float>(),
                             toWeight.mutable_data_ptr<float>(), x.size(0), x.size(1), kEps);
    const at::Tensor wide = x.to(at::kDouble), slope = gradient.to(at::kDouble);
    const at::Tensor scale = (wide.square().mean(1, true) + kEps).rsqrt();
    const at::Tensor unit = wide * scale, weighted = slope * weight.to(at::kDouble);
    // With one channel the two terms cancel but for eps; compare on the scale of either.
    const at::Tensor expected = (weighted - unit * (weighted * unit).mean(1, true)) * scale;
    const double size = (weighted * scale).abs().max().item<double>();
    EXPECT_LE((toX.to(at::kDouble) - expected).abs().max().item<double>(), 2e-6 * size);
    EXPECT_LE(error(toWeight, (slope * unit).sum(0)), 2e-6);
}

TEST_P(TrainingKernels, SwiGluAndItsGradients) {
    const std::int64_t rows = 37, width = GetParam();
    const at::Tensor both = at::randn({rows, 2 * width}) * 3, toBoth = at::empty_like(both);
    const at::Tensor gate = both.narrow(1, 0, width), up = both.narrow(1, width, width);
    const at::Tensor toGate = toBoth.narrow(1, 0, width), toUp = toBoth.narrow(1, width, width);
    const at::Tensor gradient = random(rows);
    at::Tensor out = at::empty_like(gradient);
    const kernels::Halves<const float> halves{gate.const_data_ptr<float>(), up.const_data_ptr<float>(), rows,
                                              width, 2 * width};
    kernels::swiGlu(halves, out.mutable_data_ptr<float>());
    kernels::swiGluBackward(
        halves, gradient.const_data_ptr<float>(),
        {toGate.mutable_data_ptr<float>(), toUp.mutable_data_ptr<float>(), rows, width, 2 * width});
    const at::Tensor g = gate.to(at::kDouble), u = up.to(at::kDouble), d = gradient.to(at::kDouble);
    const at::Tensor sigmoid = at::sigmoid(g);
    EXPECT_LE(error(out, g * sigmoid * u), 1e-6);
    EXPECT_LE(error(toUp, g * sigmoid * d), 1e-6);
    EXPECT_LE(error(toGate, d * u * sigmoid * (1.0 + g * (1.0 - sigmoid))), 1e-6);
}

TEST_P(TrainingKernels, CrossEntropyAndItsGradient) {
    const std::int64_t rows = 29, classes = GetParam();
    const at::Tensor logits = random(rows);
    const at::Tensor targets = at::randint(classes, {rows}, at::kLong);
    at::Tensor gradient = logits.clone();
    const double loss = kernels::crossEntropy(gradient.mutable_data_ptr<float>(),
                                              targets.const_data_ptr<std::int64_t>(), rows, classes, 0.25F);
    const at::Tensor logs = at::log_softmax(logits.to(at::kDouble), 1);
    const double expected = -logs.gather(1, targets.unsqueeze(1)).sum().item<double>();
    EXPECT_NEAR(loss, expected, 1e-6 * std::max(expected, 1.0));
    const at::Tensor wanted = (logs.exp() - at::one_hot(targets, classes)) * 0.25;
    EXPECT_LE((gradient.to(at::kDouble) - wanted).abs().max().item<double>(), 1e-6);
}

TEST(TrainingKernelsEdges, ExtremesSaturateAndNanIsKept) {
    at::Tensor gate = at::tensor({-1e4F, -100.0F, 100.0F, 1e4F}), up = at::ones({4}), out = at::empty({4});
    kernels::swiGlu({gate.const_data_ptr<float>(), up.const_data_ptr<float>(), 1, 4, 4},
                    out.mutable_data_ptr<float>());
    EXPECT_NEAR(out[0].item<float>(), 0.0F, 1e-30F);
    EXPECT_FLOAT_EQ(out[3].item<float>(), 1e4F);
    at::Tensor logits = at::tensor({0.0F, NAN, 1.0F});
    const std::int64_t target = 0;
    EXPECT_TRUE(std::isnan(kernels::crossEntropy(logits.mutable_data_ptr<float>(), &target, 1, 3, 1.0F)));
}

}  // namespace
}  // namespace secateur
