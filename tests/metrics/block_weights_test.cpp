// SPDX-License-Identifier: GPL-3.0-or-later
//
// Layer scores against LibTorch's own gradients of the whole network.
#include "core/metrics/block_weights.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/base/error.h"
#include "core/heal/trainable_network.h"
#include "core/model/checks.h"
#include "tests/golden_families.h"
#include "tests/heal/fixtures.h"

namespace secateur {
namespace {

// The layer of a tensor's name, -1 for those of no layer.
int layerOf(const std::string& name) {
    const std::string marker = "layers.";
    const auto at = name.find(marker);
    return at == std::string::npos ? -1 : std::stoi(name.substr(at + marker.size()));
}

// Sums of |w g| over everything but biases, with g from one backward pass over the mean loss of all windows.
std::vector<double> byAutograd(const std::string& family, const TokenWindows& windows) {
    TrainableNetwork network(fixtures::checkpoint(family), ComputePlace{}, {}, windows.seqLen);
    const at::Tensor batch = fixtures::ids(windows, windows.count());
    const std::int64_t scored = windows.seqLen - 1;
    const at::Tensor logits = at::linear(network.stream(batch).narrow(1, 0, scored), network.head());
    const at::Tensor loss = at::cross_entropy_loss(logits.reshape({-1, logits.size(2)}),
                                                   batch.narrow(1, 1, scored).reshape({-1}));
    torch::autograd::backward({loss});
    std::vector<double> sums(static_cast<std::size_t>(network.config().layerCount()), 0.0);
    for (const Parameter& parameter : network.parameters()) {
        const int layer = layerOf(parameter.name);
        const bool bias = parameter.name.find(".bias") != std::string::npos;
        if (layer < 0 || bias) continue;
        sums[static_cast<std::size_t>(layer)] +=
            (parameter.value.detach() * parameter.value.grad()).abs().sum(at::kDouble).item<double>();
    }
    return sums;
}

BlockTaylor taylor(const std::string& family, const TokenWindows& windows, std::int64_t stateBytes,
                   JobContext& context) {
    WeightSource weights(fixtures::checkpoint(family), ComputePlace{});
    BlockTaylor result;
    guarded([&] { result = blockTaylor(weights, windows, stateBytes, context); }, Gradients::Recorded);
    return result;
}

class EveryFamily : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Golden, EveryFamily, test::goldenFamilies(), test::kNameOfFamily);

TEST_P(EveryFamily, TaylorScoresAreThoseOfOneBackwardPass) {
    const TokenWindows windows = fixtures::tokens(GetParam(), "calibration", 5);
    JobContext context;
    const BlockTaylor measured = taylor(GetParam(), windows, fixtures::kRoomy, context);
    EXPECT_EQ(measured.windows, windows.count());
    const std::vector<double> expected = byAutograd(GetParam(), windows);
    ASSERT_EQ(measured.values.size(), expected.size());
    for (std::size_t layer = 0; layer < expected.size(); ++layer)
        EXPECT_NEAR(measured.values[layer] / expected[layer], 1.0, 1e-3) << layer;
}

TEST_P(EveryFamily, FewerKeptStreamsGiveTheSameTaylorScores) {
    const TokenWindows windows = fixtures::tokens(GetParam(), "calibration", 4);
    JobContext context;
    const BlockTaylor all = taylor(GetParam(), windows, fixtures::kRoomy, context);
    WeightSource weights(fixtures::checkpoint(GetParam()), ComputePlace{});
    // Room for layers + 1 streams of all windows, where keeping every one takes layers + 2.
    const std::int64_t stream = std::int64_t{4} * windows.seqLen * weights.config().hiddenSize * 4;
    const BlockTaylor some =
        taylor(GetParam(), windows, stream * (weights.config().layerCount() + 1), context);
    EXPECT_EQ(some.windows, windows.count());
    for (std::size_t layer = 0; layer < all.values.size(); ++layer)
        EXPECT_NEAR(some.values[layer] / all.values[layer], 1.0, 1e-5) << layer;
}

TEST(BlockTaylor, TakesAsManyWindowsAsFitAndSaysSo) {
    const TokenWindows windows = fixtures::tokens("llama-mha", "calibration", 4);
    std::vector<std::string> warnings;
    JobContext context({}, {}, [&](const std::string& warning) { warnings.push_back(warning); });
    const BlockTaylor measured = taylor("llama-mha", windows, 1, context);
    EXPECT_EQ(measured.windows, 1);
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_NE(warnings[0].find("first 1 of 4 windows"), std::string::npos);
    const BlockTaylor first =
        taylor("llama-mha", fixtures::tokens("llama-mha", "calibration", 1), fixtures::kRoomy, context);
    for (std::size_t layer = 0; layer < first.values.size(); ++layer)
        EXPECT_NEAR(measured.values[layer] / first.values[layer], 1.0, 1e-5);
}

TEST_P(EveryFamily, MagnitudesAreSumsOfAbsoluteWeights) {
    const auto checkpoint = fixtures::checkpoint(GetParam());
    WeightSource weights(checkpoint, ComputePlace{});
    JobContext context;
    const std::vector<float> measured = blockMagnitudes(weights, context);
    TrainableNetwork network(checkpoint, ComputePlace{}, {}, 8);
    std::vector<double> expected(measured.size(), 0.0);
    for (const Parameter& parameter : network.parameters()) {
        const int layer = layerOf(parameter.name);
        if (layer < 0 || parameter.name.find(".bias") != std::string::npos) continue;
        expected[static_cast<std::size_t>(layer)] +=
            parameter.value.detach().abs().sum(at::kDouble).item<double>();
    }
    for (std::size_t layer = 0; layer < expected.size(); ++layer)
        EXPECT_NEAR(measured[layer] / expected[layer], 1.0, 1e-5) << layer;
}

}  // namespace
}  // namespace secateur
