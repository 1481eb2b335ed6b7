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

TEST_F(RecordedOps, SwiGluOfColumnsOfOneProductHasTheSameGradients) {
    const at::Tensor both = random({2, 5, 24}), toward = random({2, 5, 12});
    const at::Tensor b1 = leaf(both), b2 = leaf(both);
    torch::autograd::backward({recordedSwiGlu(b1.narrow(2, 0, 12), b1.narrow(2, 12, 12))}, {toward});
    torch::autograd::backward({at::silu(b2.narrow(2, 0, 12)) * b2.narrow(2, 12, 12)}, {toward});
    expectClose(b1.grad(), b2.grad());
}

class RecordedProducts : public RecordedOps, public ::testing::WithParamInterface<bool> {
protected:
    // Three weights, in one piece of memory or in three.
    [[nodiscard]] static std::vector<at::Tensor> weights(bool together) {
        const at::Tensor whole = random({10, 6});
        std::vector<at::Tensor> parts{whole.narrow(0, 0, 5), whole.narrow(0, 5, 2), whole.narrow(0, 7, 3)};
        if (!together)
            for (at::Tensor& part : parts) part = part.clone();
        return parts;
    }
};
INSTANTIATE_TEST_SUITE_P(Memory, RecordedProducts, ::testing::Bool());

TEST_P(RecordedProducts, EqualOnesAfterTheOther) {
    for (const bool learns : {true, false}) {
        std::vector<at::Tensor> ours = weights(GetParam()), theirs;
        for (at::Tensor& weight : ours) {
            theirs.push_back(weight.clone().requires_grad_(learns));
            weight.requires_grad_(learns);
        }
        const at::Tensor x = random({2, 4, 6}), x1 = leaf(x), x2 = leaf(x);
        const std::vector<at::Tensor> products = recordedProducts(x1, ours);
        ASSERT_EQ(products.size(), 3U);
        std::vector<at::Tensor> expected, toward;
        for (std::size_t i = 0; i < 3; ++i) {
            expected.push_back(at::linear(x2, theirs[i]));
            expectClose(products[i], expected[i]);
            toward.push_back(random(expected[i].sizes()));
        }
        torch::autograd::backward(products, toward);
        torch::autograd::backward(expected, toward);
        expectClose(x1.grad(), x2.grad());
        for (std::size_t i = 0; i < 3 && learns; ++i) expectClose(ours[i].grad(), theirs[i].grad());
    }
}

TEST_F(RecordedOps, AttentionTakesWhatItsLoopsCanRead) {
    const at::Tensor whole = random({2, 7, 8, 16});
    EXPECT_TRUE(canAttend(whole.narrow(2, 0, 4), whole.narrow(2, 4, 2), whole.narrow(2, 6, 2)));
    EXPECT_FALSE(canAttend(random({2, 7, 4, 8}), random({2, 7, 2, 8}), random({2, 7, 2, 8})));
    const at::Tensor turned = random({2, 4, 7, 16}).transpose(1, 2);
    EXPECT_FALSE(canAttend(turned, turned, turned));
    const at::Tensor wide = whole.to(at::kDouble);
    EXPECT_FALSE(canAttend(wide, wide, wide));
}

TEST_F(RecordedOps, LossHasTheGradientsOfCrossEntropy) {
    const at::Tensor x = random({37, 12}), head = random({50, 12});
    const at::Tensor targets = at::randint(50, {37}, at::kLong);
    const at::Tensor x1 = leaf(x), h1 = leaf(head), x2 = leaf(x), h2 = leaf(head);
    LossParts parts;
    const at::Tensor ours = recordedLoss(x1, h1, targets, {}, parts);
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
        const at::Tensor loss = recordedLoss(x, head, target, {.teacher = &teacher}, parts);
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
    const at::Tensor loss = recordedLoss(leaf(x), leaf(head), targets, {.teacher = &teacher}, parts);
    EXPECT_NEAR(loss.item<double>(), 0.3 * parts.crossEntropy + 0.7 * parts.divergence, 1e-5);
    EXPECT_GT(parts.divergence, 0.0);
}

TEST_F(RecordedOps, LossOfAShareInFewRowsIsTheShare) {
    const at::Tensor x = random({37, 12}), head = random({50, 12});
    const at::Tensor targets = at::randint(50, {37}, at::kLong);
    const at::Tensor x1 = leaf(x), h1 = leaf(head), x2 = leaf(x), h2 = leaf(head);
    LossParts whole, part;
    const at::Tensor all = recordedLoss(x1, h1, targets, {}, whole);
    const at::Tensor quarter = recordedLoss(x2, h2, targets, {.share = 0.25, .logitRows = 5}, part);
    EXPECT_NEAR(part.crossEntropy, whole.crossEntropy, 1e-6);
    EXPECT_NEAR(quarter.item<double>(), 0.25 * all.item<double>(), 1e-6);
    torch::autograd::backward({all * 0.25});
    torch::autograd::backward({quarter});
    expectClose(x2.grad(), x1.grad());
    expectClose(h2.grad(), h1.grad());
}

TEST_F(RecordedOps, NothingIsRecordedWithoutGradients) {
    const at::Tensor x = leaf(random({2, 2}));
    EXPECT_TRUE(records({&x}));
    const c10::NoGradGuard quiet;
    EXPECT_FALSE(records({&x}));
}

}  // namespace
}  // namespace secateur
