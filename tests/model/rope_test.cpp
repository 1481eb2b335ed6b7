// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/rope.h"

#include <cmath>

#include <gtest/gtest.h>

namespace secateur {
namespace {

TEST(Rope, DefaultFrequenciesFallGeometrically) {
    const auto frequencies = ropeFrequencies({}, 8);
    ASSERT_EQ(frequencies.size(), 4U);
    EXPECT_FLOAT_EQ(frequencies[0], 1.0F);
    EXPECT_FLOAT_EQ(frequencies[1], 0.1F);
    EXPECT_FLOAT_EQ(frequencies[3], 0.001F);
}

TEST(Rope, LinearDividesEveryFrequency) {
    RopeConfig rope;
    rope.kind = RopeConfig::Kind::Linear;
    rope.factor = 4.0;
    EXPECT_FLOAT_EQ(ropeFrequencies(rope, 8)[1], 0.025F);
}

TEST(Rope, Llama3KeepsShortWavesStretchesLongOnesAndRampsBetween) {
    RopeConfig rope;
    rope.kind = RopeConfig::Kind::Llama3;
    rope.theta = 500000.0;
    rope.factor = 8.0;
    rope.highFreqFactor = 4.0;
    rope.lowFreqFactor = 1.0;
    rope.originalMaxPositions = 8192;
    const auto plain = ropeFrequencies({.theta = 500000.0}, 128);
    const auto scaled = ropeFrequencies(rope, 128);
    EXPECT_FLOAT_EQ(scaled.front(), plain.front());
    EXPECT_FLOAT_EQ(scaled.back(), plain.back() / 8.0F);
    bool between = false;
    for (std::size_t i = 0; i < plain.size(); ++i) {
        EXPECT_LE(scaled[i], plain[i]);
        EXPECT_GE(scaled[i], plain[i] / 8.0F * 0.9999F);
        between = between || (scaled[i] < plain[i] * 0.99F && scaled[i] > plain[i] / 8.0F * 1.01F);
    }
    EXPECT_TRUE(between);
}

void expectFrequencies(const RopeConfig& rope, int headDim, int seqLen, const std::vector<float>& expected) {
    const auto frequencies = ropeFrequencies(rope, headDim, seqLen);
    ASSERT_EQ(frequencies.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
        EXPECT_NEAR(frequencies[i], expected[i], 1e-6F * expected[i]) << "pair " << i;
}

// Numbers of transformers 5.23 (ROPE_INIT_FUNCTIONS) for the same parameters, in float32.
TEST(Rope, YarnIsThatOfTransformers) {
    RopeConfig rope;
    rope.kind = RopeConfig::Kind::Yarn;
    rope.factor = 4.0;
    rope.originalMaxPositions = 64;
    expectFrequencies(rope, 16, 0,
                      {1.0F, 0.237170815F, 0.049999997F, 0.00790569466F, 0.00249999994F, 0.000790569466F,
                       0.000250000012F, 7.90569466e-05F});
    rope.theta = 1e6;
    rope.originalMaxPositions = 32768;
    expectFrequencies(rope, 32, 0,
                      {1.0F, 0.421696514F, 0.177827939F, 0.0749894157F, 0.0316227786F, 0.0133352149F,
                       0.00477990136F, 0.00165996165F, 0.000549999997F, 0.000168678584F, 4.44569851e-05F,
                       1.87473561e-05F, 7.90569356e-06F, 3.33380353e-06F, 1.40585337e-06F, 5.92843435e-07F});
    rope.theta = 500000.0;
    rope.factor = 8.0;
    rope.betaFast = 16.0;
    rope.betaSlow = 2.0;
    rope.truncate = false;
    rope.originalMaxPositions = 2048;
    expectFrequencies(rope, 16, 0,
                      {1.0F, 0.193922758F, 0.0333898999F, 0.00144156558F, 0.000176776681F, 3.42810235e-05F,
                       6.64786967e-06F, 1.28917316e-06F});
}

TEST(Rope, DynamicIsThatOfTransformersAndStretchesLongSequencesAlone) {
    RopeConfig rope;
    rope.kind = RopeConfig::Kind::Dynamic;
    rope.factor = 2.0;
    rope.originalMaxPositions = 256;
    EXPECT_EQ(ropeFrequencies(rope, 16, 100), ropeFrequencies({}, 16));
    EXPECT_EQ(ropeFrequencies(rope, 16, 256), ropeFrequencies({}, 16));
    expectFrequencies(rope, 16, 1000,
                      {1.0F, 0.240412042F, 0.057797946F, 0.0138953235F, 0.00334060285F, 0.000803121133F,
                       0.000193079992F, 4.64187542e-05F});
}

TEST(Rope, YarnSharpensAttentionByItsFactor) {
    NetworkConfig config;
    config.headDim = 4;
    config.rope.kind = RopeConfig::Kind::Yarn;
    config.rope.attentionFactor = 1.25;
    const RopeTable table = ropeTable(config, 6, at::kFloat, at::kCPU);
    EXPECT_TRUE(at::allclose(table.cos.square() + table.sin.square(), at::full({6, 2}, 1.5625F)));
}

TEST(Rope, RotationKeepsLengthsAndRelativeAngles) {
    NetworkConfig config;
    config.headDim = 4;
    const RopeTable table = ropeTable(config, 6, at::kFloat, at::kCPU);
    const at::Tensor x = at::tensor({1.0F, 2.0F, 3.0F, 4.0F}).expand({1, 6, 1, 4});
    at::Tensor turned = x.clone(at::MemoryFormat::Contiguous);
    rotate(turned, table);
    EXPECT_TRUE(at::allclose(turned.norm(2, -1), x.norm(2, -1)));
    EXPECT_TRUE(at::equal(turned[0][0], x[0][0]));
    // The product of positions 1 and 3 is that of positions 2 and 4.
    const auto dot = [&](int a, int b) { return at::dot(turned[0][a][0], turned[0][b][0]).item<float>(); };
    EXPECT_NEAR(dot(1, 3), dot(2, 4), 1e-4);
    EXPECT_GT(std::abs(dot(1, 3) - dot(1, 2)), 0.1F);
}

}  // namespace
}  // namespace secateur
