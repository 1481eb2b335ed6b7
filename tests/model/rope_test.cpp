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
