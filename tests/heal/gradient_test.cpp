// SPDX-License-Identifier: GPL-3.0-or-later
//
// Gradients of whole networks against finite differences, on every golden family.
#include <cmath>

#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/model/recorded_ops.h"
#include "tests/golden_families.h"
#include "tests/heal/fixtures.h"

namespace secateur {
namespace {

using fixtures::checkpoint;
using fixtures::ids;
using fixtures::tokens;

const ComputePlace kPlace{};

double gradients(TrainableNetwork& network, const at::Tensor& batch) {
    LossParts parts;
    const at::Tensor stream = network.stream(batch).narrow(1, 0, batch.size(1) - 1);
    const at::Tensor loss = recordedLoss(stream.reshape({-1, stream.size(2)}), network.head(),
                                         batch.narrow(1, 1, batch.size(1) - 1).reshape({-1}), {}, parts);
    torch::autograd::backward({loss});
    return parts.crossEntropy;
}

class EveryFamily : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Golden, EveryFamily, test::goldenFamilies(), test::kNameOfFamily);

// A step of a known length along the gradient must change the loss by the gradient's own prediction.
TEST_P(EveryFamily, EveryTensorsGradientPredictsTheChangeOfTheLoss) {
    const TokenWindows windows = tokens(GetParam(), "calibration", 2);
    const at::Tensor batch = ids(windows, 2);
    TrainableNetwork network(checkpoint(GetParam()), kPlace, {}, windows.seqLen);
    gradients(network, batch);
    for (const Parameter& parameter : network.parameters()) {
        ASSERT_TRUE(parameter.value.grad().defined()) << parameter.name;
        const at::Tensor gradient = parameter.value.grad().clone();
        const double length = at::linalg_vector_norm(gradient).item<double>();
        if (length < 1e-4) continue;  // below what float32 losses can show
        const double reach = 1e-2 * std::max(at::linalg_vector_norm(parameter.value).item<double>(), 0.1);
        const auto lossAt = [&](double distance) {
            const c10::NoGradGuard quiet;
            const at::Tensor step = gradient * (distance / length);
            parameter.value.detach().add_(step);
            const double loss = network.meanLoss(batch);
            parameter.value.detach().sub_(step);
            return loss;
        };
        // Halve the step until the difference is in the linear range.
        double worst = 1.0;
        for (double h = reach; h > reach / 100 && worst > 1e-2; h /= 2) {
            const double measured = (lossAt(h) - lossAt(-h)) / (2 * h);
            worst = std::min(worst, std::abs(measured - length) / length);
        }
        EXPECT_LE(worst, 1e-2) << parameter.name << " predicts " << length;
    }
}

TEST_P(EveryFamily, RecomputedActivationsGiveTheSameGradients) {
    const TokenWindows windows = tokens(GetParam(), "calibration", 2);
    const at::Tensor batch = ids(windows, 2);
    HealOptions saving;
    saving.recompute = true;
    TrainableNetwork plain(checkpoint(GetParam()), kPlace, {}, windows.seqLen);
    TrainableNetwork again(checkpoint(GetParam()), kPlace, saving, windows.seqLen);
    EXPECT_NEAR(gradients(plain, batch), gradients(again, batch), 1e-5);
    for (std::size_t i = 0; i < plain.parameters().size(); ++i) {
        const at::Tensor expected = plain.parameters()[i].value.grad();
        const at::Tensor difference = again.parameters()[i].value.grad() - expected;
        EXPECT_LE(at::linalg_vector_norm(difference).item<double>(),
                  1e-4 * at::linalg_vector_norm(expected).item<double>() + 1e-9)
            << plain.parameters()[i].name;
    }
}

TEST_P(EveryFamily, AdaptersBeginAsTheNetworkAndMergeIntoIt) {
    const TokenWindows windows = tokens(GetParam(), "calibration", 2);
    const at::Tensor batch = ids(windows, 2);
    const auto source = checkpoint(GetParam());
    HealOptions lora;
    lora.method = HealMethod::Lora;
    TrainableNetwork dense(source, kPlace, {}, windows.seqLen);
    TrainableNetwork network(source, kPlace, lora, windows.seqLen);
    EXPECT_NEAR(network.meanLoss(batch), dense.meanLoss(batch), 1e-5);
    Trainer trainer(network, nullptr, lora);
    for (int step = 0; step < 3; ++step) trainer.step(batch, 1e-2);
    // The merged weights, put into the dense network, give the adapters' loss.
    for (const Parameter& parameter : dense.parameters()) {
        const c10::NoGradGuard quiet;
        parameter.value.detach().copy_(network.merged(parameter.name));
    }
    const double adapted = network.meanLoss(batch);
    EXPECT_NEAR(dense.meanLoss(batch), adapted, 1e-5 * adapted);
}

}  // namespace
}  // namespace secateur
