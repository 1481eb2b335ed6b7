// SPDX-License-Identifier: GPL-3.0-or-later
//
// Vectors of docs/metrics.md and the reference's streaming recursion: one channel, windows [1,3], [2,6],
// [0,4].
#include "core/metrics/channel_accumulator.h"

#include <cmath>

#include <gtest/gtest.h>

namespace secateur {
namespace {

at::Tensor window(std::vector<float> values) {
    const auto tokens = static_cast<std::int64_t>(values.size());
    return at::tensor(values, at::kFloat).view({1, tokens, 1});
}

const at::Tensor& unitWeight() {
    static const at::Tensor weight = at::ones({1, 1}, at::kFloat);
    return weight;
}

TEST(ChannelAccumulator, ReferenceFluctuationFollowsThePublishedRecursion) {
    ChannelAccumulator accumulator;
    accumulator.add(window({1, 3}));
    EXPECT_FLOAT_EQ(accumulator.finish(unitWeight()).meanReference[0], 2.0F);
    EXPECT_FLOAT_EQ(accumulator.finish(unitWeight()).fluctuationReference[0], 0.0F);
    accumulator.add(window({2, 6}));
    EXPECT_FLOAT_EQ(accumulator.finish(unitWeight()).meanReference[0], 3.0F);
    EXPECT_FLOAT_EQ(accumulator.finish(unitWeight()).fluctuationReference[0], 5.0F);
    accumulator.add(window({0, 4}));
    EXPECT_NEAR(accumulator.finish(unitWeight()).meanReference[0], 2.666667, 1e-6);
    EXPECT_NEAR(accumulator.finish(unitWeight()).fluctuationReference[0], 5.462963, 1e-6);
}

TEST(ChannelAccumulator, ExactStatisticsAreThoseOfAllTokens) {
    ChannelAccumulator accumulator;
    accumulator.add(at::tensor({1.0F, 3.0F, 2.0F, 6.0F, 0.0F, 4.0F}).view({3, 2, 1}));
    const ChannelStatistics statistics = accumulator.finish(unitWeight());
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
    const at::Tensor weight = at::randn({4, 150}, at::kFloat);
    const ChannelStatistics a = whole.finish(weight);
    const ChannelStatistics b = parts.finish(weight);
    EXPECT_EQ(a.mean, b.mean);
    EXPECT_EQ(a.fluctuation, b.fluctuation);
    EXPECT_EQ(a.fluctuationReference, b.fluctuationReference);
    EXPECT_EQ(a.norm2, b.norm2);
}

TEST(ChannelAccumulator, ReferenceDependsOnTheOrderExactDoesNot) {
    const at::Tensor first = window({1, 3});
    const at::Tensor second = window({10, 2});
    const at::Tensor third = window({4, 4});
    ChannelAccumulator forward;
    ChannelAccumulator backward;
    for (const at::Tensor& x : {first, second, third}) forward.add(x);
    for (const at::Tensor& x : {third, second, first}) backward.add(x);
    const ChannelStatistics a = forward.finish(unitWeight());
    const ChannelStatistics b = backward.finish(unitWeight());
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
    EXPECT_NEAR(accumulator.finish(unitWeight()).fluctuation[0] / expected, 1.0, 1e-4);
}

TEST(ChannelAccumulator, WeightNormsArePerInputChannel) {
    const at::Tensor weight = at::tensor({1.0F, -2.0F, 0.5F, 2.0F, 1.0F, -0.5F}).view({2, 3});
    ChannelAccumulator accumulator;
    accumulator.add(at::ones({2, 2, 3}, at::kFloat));
    const ChannelStatistics statistics = accumulator.finish(weight);
    EXPECT_EQ(statistics.weightNorm2, (std::vector<float>{5.0F, 5.0F, 0.5F}));
    EXPECT_EQ(statistics.weightAbsMean, (std::vector<float>{1.5F, 1.5F, 0.5F}));
}

}  // namespace
}  // namespace secateur
