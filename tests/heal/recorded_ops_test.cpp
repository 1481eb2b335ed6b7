// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/recorded_ops.h"

#include <functional>

#include <c10/core/GradMode.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/model/decoder.h"

namespace secateur {
namespace {

at::Tensor random(at::IntArrayRef shape) {
    return at::randn(shape, at::kFloat);
}

at::Tensor leaf(const at::Tensor& value) {
    return value.clone().requires_grad_(true);
}

void expectClose(const at::Tensor& a, const at::Tensor& b, double tolerance = 1e-5) {
    ASSERT_EQ(a.sizes(), b.sizes());
    EXPECT_LE((a - b).abs().max().item<double>(), tolerance * std::max(1.0, b.abs().max().item<double>()));
}

class RecordedOps : public ::testing::Test {
protected:
    void SetUp() override { at::manual_seed(7); }
};

TEST_F(RecordedOps, RmsNormHasTheGradientsOfItsFormula) {
    const at::Tensor x = random({3, 5, 16}), weight = random({16}), toward = random({3, 5, 16});
    const at::Tensor x1 = leaf(x), w1 = leaf(weight), x2 = leaf(x), w2 = leaf(weight);
    const at::Tensor ours = recordedRmsNorm(x1, w1, 1e-5);
    const at::Tensor theirs = x2 * at::rsqrt(x2.square().mean(-1, true) + 1e-5) * w2;
    expectClose(ours, theirs);
    torch::autograd::backward({ours}, {toward});
    torch::autograd::backward({theirs}, {toward});
    expectClose(x1.grad(), x2.grad());
    expectClose(w1.grad(), w2.grad());
}

TEST_F(RecordedOps, RotationTurnsGradientsBack) {
    NetworkConfig config;
    config.headDim = 8;
    const RopeTable table = ropeTable(config, 6, at::kFloat, at::kCPU);
    const at::Tensor x = leaf(random({2, 6, 3, 8}));
    const at::Tensor toward = random({2, 6, 3, 8});
    const at::Tensor turned = recordedRotate(x, table);
    at::Tensor expected = x.detach().clone();
    rotate(expected, table);
    expectClose(turned, expected);
    torch::autograd::backward({turned}, {toward});
    // A rotation is orthogonal: <turn(x), g> = <x, back(g)>, and turning the gradient again gives g.
    at::Tensor again = x.grad().clone();
    rotate(again, table);
    expectClose(again, toward);
}

TEST_F(RecordedOps, SwiGluHasTheGradientsOfItsFormula) {
    const at::Tensor gate = random({4, 9}), up = random({4, 9}), toward = random({4, 9});
    const at::Tensor g1 = leaf(gate), u1 = leaf(up), g2 = leaf(gate), u2 = leaf(up);
    torch::autograd::backward({recordedSwiGlu(g1, u1)}, {toward});
    torch::autograd::backward({at::silu(g2) * u2}, {toward});
    expectClose(g1.grad(), g2.grad());
    expectClose(u1.grad(), u2.grad());
}

TEST_F(RecordedOps, LossHasTheGradientsOfCrossEntropy) {
    const at::Tensor x = random({37, 12}), head = random({50, 12});
    const at::Tensor targets = at::randint(50, {37}, at::kLong);
    const at::Tensor x1 = leaf(x), h1 = leaf(head), x2 = leaf(x), h2 = leaf(head);
    LossParts parts;
    const at::Tensor ours = recordedLoss(x1, h1, targets, nullptr, parts);
    const at::Tensor theirs = at::cross_entropy_loss(at::linear(x2, h2), targets);
    expectClose(ours, theirs);
    EXPECT_NEAR(parts.crossEntropy, theirs.item<double>(), 1e-5);
    torch::autograd::backward({ours});
    torch::autograd::backward({theirs});
    expectClose(x1.grad(), x2.grad());
    expectClose(h1.grad(), h2.grad());
}

// algorithms.md 8: z_T = [2, 1, 0], z_S = [1, 1, 0].
TEST_F(RecordedOps, DivergenceMeetsTheVectors) {
    const at::Tensor student = at::tensor({1.0F, 1.0F, 0.0F}).unsqueeze(0);
    const at::Tensor taught = at::tensor({2.0F, 1.0F, 0.0F}).unsqueeze(0);
    const at::Tensor head = at::eye(3);
    const at::Tensor target = at::zeros({1}, at::kLong);
    for (const auto& [temperature, divergence] : {std::pair(1.0, 0.119630), std::pair(2.0, 0.123962)}) {
        const TeacherSide teacher{taught, head, {}, {}, temperature, 0.0};
        const at::Tensor x = leaf(student);
        LossParts parts;
        const at::Tensor loss = recordedLoss(x, head, target, &teacher, parts);
        EXPECT_NEAR(parts.divergence, divergence, 2e-6);
        EXPECT_NEAR(loss.item<double>(), divergence, 2e-6);
        torch::autograd::backward({loss});
        const at::Tensor expected =
            temperature * (at::softmax(student / temperature, -1) - at::softmax(taught / temperature, -1));
        expectClose(x.grad(), expected);
    }
}

TEST_F(RecordedOps, MixedLossIsTheMixture) {
    const at::Tensor x = random({11, 6}), head = random({20, 6});
    const at::Tensor targets = at::randint(20, {11}, at::kLong);
    const TeacherSide teacher{random({11, 6}), random({20, 6}), {}, {}, 1.5, 0.3};
    LossParts parts;
    const at::Tensor loss = recordedLoss(leaf(x), leaf(head), targets, &teacher, parts);
    EXPECT_NEAR(loss.item<double>(), 0.3 * parts.crossEntropy + 0.7 * parts.divergence, 1e-5);
    EXPECT_GT(parts.divergence, 0.0);
}

TEST_F(RecordedOps, NothingIsRecordedWithoutGradients) {
    const at::Tensor x = leaf(random({2, 2}));
    EXPECT_TRUE(records({&x}));
    const c10::NoGradGuard quiet;
    EXPECT_FALSE(records({&x}));
}

}  // namespace
}  // namespace secateur
