// SPDX-License-Identifier: GPL-3.0-or-later
//
// Saliencies against the worked example of algorithms.md 3.2, the goldens, and LibTorch's own gradients.
#include "core/metrics/unit_saliency.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <gmock/gmock.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/base/error.h"
#include "core/metrics/measure.h"
#include "core/model/checks.h"
#include "core/model/edited_source.h"
#include "core/storage/checkpoint.h"
#include "tests/golden_families.h"
#include "tests/heal/fixtures.h"

namespace secateur {
namespace {

using testing::FloatNear;
using testing::HasSubstr;
using testing::Pointwise;

Analysis emptyAnalysis(const NetworkConfig& config) {
    Analysis analysis;
    for (const LayerConfig& layer : config.layers)
        analysis.layers.push_back({layer.originalLayer, layer.heads, layer.kvHeads, {}, {}, {}});
    return analysis;
}

Analysis saliencies(const std::string& family, const TokenWindows& windows,
                    std::int64_t stateBytes = fixtures::kRoomy) {
    WeightSource weights(fixtures::checkpoint(family), ComputePlace{});
    Analysis analysis = emptyAnalysis(weights.config());
    JobContext context;
    guarded([&] { measureSaliency(weights, windows, stateBytes, analysis, context); }, Gradients::Recorded);
    return analysis;
}

std::vector<float> toy(Saliency saliency, int dimension) {
    const at::Tensor weight = at::tensor({1.0F, -2.0F, 3.0F, 0.5F}).reshape({2, 2});
    const at::Tensor gradient = at::tensor({0.1F, 0.2F, -0.1F, 0.4F}).reshape({2, 2});
    const at::Tensor squares = at::tensor({0.02F, 0.05F, 0.01F, 0.2F}).reshape({2, 2});
    return floatsOf(saliencyOf(saliency, weight, gradient, squares, dimension));
}

TEST(Saliencies, AreThoseOfTheWorkedExample) {
    constexpr double kTolerance = 1e-6;
    using Values = std::vector<float>;
    EXPECT_THAT(toy(Saliency::Vectorize, 1), Pointwise(FloatNear(kTolerance), Values{0.3F, 0.1F}));
    EXPECT_THAT(toy(Saliency::First, 1), Pointwise(FloatNear(kTolerance), Values{0.5F, 0.5F}));
    EXPECT_THAT(toy(Saliency::First, 0), Pointwise(FloatNear(kTolerance), Values{0.4F, 0.6F}));
    EXPECT_THAT(toy(Saliency::Second, 1), Pointwise(FloatNear(kTolerance), Values{0.22F, 0.14F}));
    EXPECT_THAT(toy(Saliency::Mix, 1), Pointwise(FloatNear(kTolerance), Values{0.59F, 0.52F}));
}

TEST(Saliencies, HaveTheNamesOfThePublishedCode) {
    for (const Saliency saliency : kAllSaliencies) EXPECT_EQ(saliencyNamed(name(saliency)), saliency);
    EXPECT_EQ(saliencyNamed("param_third"), std::nullopt);
}

class SaliencyOfFamily : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Golden, SaliencyOfFamily, test::goldenFamilies(), test::kNameOfFamily);

void expectNear(const std::vector<float>& measured, const std::vector<float>& expected, double share,
                const std::string& what) {
    ASSERT_EQ(measured.size(), expected.size()) << what;
    const float largest = *std::ranges::max_element(expected);
    for (std::size_t i = 0; i < expected.size(); ++i)
        ASSERT_NEAR(measured[i], expected[i], share * largest) << what << " " << i;
}

std::vector<float> golden(const SafetensorsFile& file, const std::string& name) {
    return floatsOf(viewOf(file.tensor(name)));
}

// The goldens' first 8 windows of 48 tokens; mlp is gate row + up row + down column.
TEST_P(SaliencyOfFamily, FirstOrdersAreTheGoldens) {
    const Analysis analysis = saliencies(GetParam(), fixtures::tokens(GetParam(), "calibration", 8, 48));
    const SafetensorsFile expected(std::string(SECATEUR_GOLDEN_DIR) + "/" + GetParam() +
                                   "/expected.safetensors");
    ASSERT_TRUE(analysis.gradients.has_value());
    EXPECT_EQ(analysis.gradients->windows, 8);
    for (std::size_t i = 0; i < analysis.layers.size(); ++i) {
        const std::string place = "taylor." + std::to_string(i) + ".";
        const LayerSaliency& layer = analysis.layers[i].saliency;
        const auto of = [&](LinearName linear) { return layer.of(Saliency::First, linear); };
        expectNear(of(LinearName::Q), golden(expected, place + "q"), 1e-4, place + "q");
        expectNear(of(LinearName::K), golden(expected, place + "k"), 1e-4, place + "k");
        expectNear(of(LinearName::V), golden(expected, place + "v"), 1e-4, place + "v");
        expectNear(of(LinearName::O), golden(expected, place + "o"), 1e-4, place + "o");
        std::vector<float> mlp = of(LinearName::Gate);
        for (std::size_t c = 0; c < mlp.size(); ++c)
            mlp[c] += of(LinearName::Up)[c] + of(LinearName::Down)[c];
        expectNear(mlp, golden(expected, place + "mlp"), 1e-4, place + "mlp");
    }
}

// A of the second order is the mean of the squares of each window's own gradient.
TEST_P(SaliencyOfFamily, SecondOrdersAreOfWindowsAlone) {
    constexpr int kWindows = 3;
    const TokenWindows windows = fixtures::tokens(GetParam(), "calibration", kWindows);
    TrainableNetwork network(fixtures::checkpoint(GetParam()), ComputePlace{}, {}, windows.seqLen);
    const at::Tensor batch = fixtures::ids(windows, kWindows);
    const std::int64_t scored = windows.seqLen - 1;
    const auto& parameters = network.parameters();
    const auto down = std::ranges::find_if(parameters, [](const Parameter& parameter) {
        return parameter.name.find("layers.1.mlp.down_proj.weight") != std::string::npos;
    });
    ASSERT_NE(down, parameters.end());
    at::Tensor squares, gradient;
    for (int window = 0; window < kWindows; ++window) {
        const at::Tensor ids = batch.narrow(0, window, 1);
        const at::Tensor logits = at::linear(network.stream(ids).narrow(1, 0, scored), network.head());
        torch::autograd::backward({at::cross_entropy_loss(logits.reshape({-1, logits.size(2)}),
                                                          ids.narrow(1, 1, scored).reshape({-1}))});
        const at::Tensor own = down->value.grad().clone();
        gradient = window == 0 ? own : gradient + own;
        squares = window == 0 ? own * own : squares + own * own;
        for (const Parameter& parameter : parameters) parameter.value.mutable_grad().reset();
    }
    const Analysis analysis = saliencies(GetParam(), windows);
    const at::Tensor weight = down->value.detach();
    for (const Saliency saliency : kAllSaliencies)
        expectNear(analysis.layers[1].saliency.of(saliency, LinearName::Down),
                   floatsOf(saliencyOf(saliency, weight, gradient / kWindows, squares / kWindows, 0)), 1e-3,
                   name(saliency));
}

// The network with one layer that makes everything too large.
class Exploding final : public DerivedSource {
public:
    using DerivedSource::DerivedSource;
    [[nodiscard]] const NetworkConfig& config() const override { return inner().config(); }
    [[nodiscard]] LayerWeights layer(int position) override {
        LayerWeights layer = inner().layer(position);
        if (position == 1) layer.down.weight = layer.down.weight.to(at::kFloat) * 1e38;
        return layer;
    }
    void release(int position) override { inner().release(position); }
    [[nodiscard]] std::string key(int position) const override { return inner().key(position); }
};

TEST_P(SaliencyOfFamily, WhatOverflowsIsRefused) {
    const TokenWindows windows = fixtures::tokens(GetParam(), "calibration", 2);
    WeightSource whole(fixtures::checkpoint(GetParam()), ComputePlace{});
    WeightSource weights(std::make_shared<Exploding>(whole.source()), ComputePlace{}, whole.memory());
    Analysis analysis = emptyAnalysis(weights.config());
    JobContext context;
    try {
        guarded([&] { measureSaliency(weights, windows, fixtures::kRoomy, analysis, context); },
                Gradients::Recorded);
        FAIL() << "measured numbers that are none";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Corrupt);
        EXPECT_THAT(error.message(), HasSubstr("layer 1: the residual stream became NaN or Inf"));
    }
}

TEST_P(SaliencyOfFamily, FewerWindowsThanFitAreThoseFirst) {
    const TokenWindows four = fixtures::tokens(GetParam(), "calibration", 4);
    const Analysis some = saliencies(GetParam(), four, 1);
    const Analysis first = saliencies(GetParam(), fixtures::tokens(GetParam(), "calibration", 1));
    EXPECT_EQ(some.gradients->windows, 1);
    for (std::size_t i = 0; i < some.layers.size(); ++i)
        for (const Saliency saliency : kAllSaliencies)
            for (const LinearName linear : kAllLinears)
                expectNear(some.layers[i].saliency.of(saliency, linear),
                           first.layers[i].saliency.of(saliency, linear), 1e-5, name(linear));
}

}  // namespace
}  // namespace secateur
