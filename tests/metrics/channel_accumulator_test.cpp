// SPDX-License-Identifier: GPL-3.0-or-later
//
// Vectors of docs/metrics.md and the reference's streaming recursion: one channel, windows [1,3], [2,6],
// [0,4].
#include "core/metrics/channel_accumulator.h"

#include <cmath>

#include <gtest/gtest.h>

#include "core/metrics/weight_statistics.h"

namespace secateur {
namespace {

at::Tensor window(std::vector<float> values) {
    const auto tokens = static_cast<std::int64_t>(values.size());
    return at::tensor(values, at::kFloat).view({1, tokens, 1});
}

TEST(ChannelAccumulator, ReferenceFluctuationFollowsThePublishedRecursion) {
    ChannelAccumulator accumulator;
    accumulator.add(window({1, 3}));
    EXPECT_FLOAT_EQ(accumulator.finish().meanReference[0], 2.0F);
    EXPECT_FLOAT_EQ(accumulator.finish().fluctuationReference[0], 0.0F);
    accumulator.add(window({2, 6}));
    EXPECT_FLOAT_EQ(accumulator.finish().meanReference[0], 3.0F);
    EXPECT_FLOAT_EQ(accumulator.finish().fluctuationReference[0], 5.0F);
    accumulator.add(window({0, 4}));
    EXPECT_NEAR(accumulator.finish().meanReference[0], 2.666667, 1e-6);
    EXPECT_NEAR(accumulator.finish().fluctuationReference[0], 5.462963, 1e-6);
}

TEST(ChannelAccumulator, ExactStatisticsAreThoseOfAllTokens) {
    ChannelAccumulator accumulator;
    accumulator.add(at::tensor({1.0F, 3.0F, 2.0F, 6.0F, 0.0F, 4.0F}).view({3, 2, 1}));
    const ChannelStatistics statistics = accumulator.finish();
    EXPECT_NEAR(statistics.mean[0], 16.0 / 6.0, 1e-6);
    EXPECT_NEAR(statistics.fluctuation[0], 4.666667, 1e-6);
    EXPECT_NEAR(statistics.norm2[0], 22.0, 1e-5);
}

TEST(ChannelAccumulator, BatchingDoesNotChangeAnything) {
    at::manual_seed(7);
    const at::Tensor x = at::randn({12, 9, 150}, at::kFloat) * 3 + 5;
    ChannelAccumulator whole;
    ChannelAccumulator parts;
    whole.add(x);
    parts.add(x.narrow(0, 0, 5));
    parts.add(x.narrow(0, 5, 1));
    parts.add(x.narrow(0, 6, 6));
    const ChannelStatistics a = whole.finish();
    const ChannelStatistics b = parts.finish();
    EXPECT_EQ(a.mean, b.mean);
    EXPECT_EQ(a.fluctuation, b.fluctuation);
    EXPECT_EQ(a.fluctuationReference, b.fluctuationReference);
    EXPECT_EQ(a.norm2, b.norm2);
    EXPECT_EQ(a.absMeanNorm, b.absMeanNorm);
    EXPECT_EQ(a.windowNorm, b.windowNorm);
}

// Windows [1, -3] and [0, 4] of the first channel, [0, 3] and [4, 0] of the second: means of |x| 2 and 2, 1.5
// and 2; norms over tokens sqrt(10) and 4, 3 and 4.
TEST(ChannelAccumulator, MagnitudesAndNormsAreSummedOverWindows) {
    ChannelAccumulator accumulator;
    accumulator.add(at::tensor({1.0F, 0.0F, -3.0F, 3.0F, 0.0F, 4.0F, 4.0F, 0.0F}).view({2, 2, 2}));
    const ChannelStatistics statistics = accumulator.finish();
    EXPECT_FLOAT_EQ(statistics.absMeanNorm[0], std::sqrt(8.0F));
    EXPECT_FLOAT_EQ(statistics.absMeanNorm[1], 2.5F);
    EXPECT_FLOAT_EQ(statistics.windowNorm[0], (std::sqrt(10.0F) + 4.0F) / 2.0F);
    EXPECT_FLOAT_EQ(statistics.windowNorm[1], 3.5F);
}

TEST(ChannelAccumulator, ActivationsInBfloat16GiveTheSameSums) {
    at::manual_seed(5);
    const at::Tensor x = at::randn({3, 8, 150}, at::kFloat).to(at::kBFloat16);
    ChannelAccumulator narrow, wide;
    narrow.add(x);
    wide.add(x.to(at::kFloat));
    EXPECT_EQ(narrow.finish().absMeanNorm, wide.finish().absMeanNorm);
    EXPECT_EQ(narrow.finish().windowNorm, wide.finish().windowNorm);
}

TEST(ChannelAccumulator, ReferenceDependsOnTheOrderExactDoesNot) {
    const at::Tensor first = window({1, 3});
    const at::Tensor second = window({10, 2});
    const at::Tensor third = window({4, 4});
    ChannelAccumulator forward;
    ChannelAccumulator backward;
    for (const at::Tensor& x : {first, second, third}) forward.add(x);
    for (const at::Tensor& x : {third, second, first}) backward.add(x);
    const ChannelStatistics a = forward.finish();
    const ChannelStatistics b = backward.finish();
    EXPECT_GT(std::abs(a.fluctuationReference[0] - b.fluctuationReference[0]), 0.1F);
    EXPECT_NEAR(a.fluctuation[0], b.fluctuation[0], 1e-5);
}

TEST(ChannelAccumulator, LargeMeansCostNoDigits) {
    at::manual_seed(3);
    const at::Tensor noise = at::randn({4, 64, 1}, at::kDouble);
    ChannelAccumulator accumulator;
    accumulator.add((noise + 1000).to(at::kFloat));
    const double expected =
        (noise + 1000).to(at::kFloat).to(at::kDouble).reshape({-1}).var(true).item<double>();
    EXPECT_NEAR(accumulator.finish().fluctuation[0] / expected, 1.0, 1e-4);
}

TEST(WeightStatistics, AreOfTheColumnsThatReadAChannelAndTheRowsThatGiveIt) {
    LayerWeights weights;
    weights.down.weight = at::tensor({1.0F, -2.0F, 0.5F, 2.0F, 1.0F, -0.5F}).view({2, 3});
    weights.gate.weight = at::tensor({1.0F, -4.0F, 2.0F, 3.0F, -1.0F, -2.0F}).view({3, 2});
    weights.up.weight = at::tensor({0.5F, 0.0F, 0.25F, -0.5F, 7.0F, 1.0F}).view({3, 2});
    LayerAnalysis layer;
    addWeightStatistics(weights, layer);
    EXPECT_EQ(layer.downProj.weightNorm2, (std::vector<float>{5.0F, 5.0F, 0.5F}));
    EXPECT_EQ(layer.downProj.weightAbsMean, (std::vector<float>{1.5F, 1.5F, 0.5F}));
    // Not the range: where a row has one sign only, its least weight still counts with its magnitude.
    EXPECT_EQ(layer.downProj.rowPeaks, (std::vector<float>{5.0F + 0.5F, 5.0F + 0.75F, 1.0F + 8.0F}));
    EXPECT_TRUE(layer.oProj.weightNorm2.empty());
}

}  // namespace
}  // namespace secateur
