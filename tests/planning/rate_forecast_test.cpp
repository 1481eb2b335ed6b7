// SPDX-License-Identifier: GPL-3.0-or-later
//
// Rates that are foretold, from times that are made up.
#include "core/planning/rate_forecast.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/planning/speed_toys.h"

namespace secateur {
namespace {

NetworkState leftBy(const PlanStep& step) {
    Plan plan;
    plan.steps.push_back(step);
    return stateAfter(toys::fourLayers(), plan);
}

double milliseconds(const PlanStep& step) {
    return 1e3 * forecastStep(toys::madeUpTimes(), toys::fourLayers(), leftBy(step));
}

WidthStep halved(int layer) {
    UnitMask channels(32, 1);
    std::fill(channels.begin() + 16, channels.end(), 0);
    WidthStep step;
    step.keep = {{layer, UnitMask{1, 1, 0, 0}, channels}};
    return step;
}

TEST(RateForecast, APlanThatRemovesNothingTakesTheMeasuredTime) {
    const NetworkState whole = stateOf(toys::fourLayers());
    EXPECT_NEAR(forecastStep(toys::madeUpTimes(), toys::fourLayers(), whole), 0.026, 1e-12);
    EXPECT_NEAR(rateOf(toys::madeUpTimes(8), 0.026), 8 / 0.026, 1e-9);
}

TEST(RateForecast, AChoppedLayerTakesItsTimeAlong) {
    EXPECT_NEAR(milliseconds(ChopStep{{1, 3}, {}, {}}), 26.0 - 5.0 - 7.0, 1e-9);
}

TEST(RateForecast, ANarrowedLayerTakesTheShareOfItsBytes) {
    EXPECT_NEAR(milliseconds(halved(2)), 26.0 - 0.5 * 6.0, 1e-9);
}

TEST(RateForecast, ALayerWithoutItsAttentionIsNarrowerToo) {
    // Attention has 4 * 16 * 16 of 4 * 16 * 16 + 3 * 16 * 32 weights.
    const double share = 1024.0 / (1024.0 + 1536.0);
    EXPECT_NEAR(milliseconds(ChopStep{{}, {0}, {}}), 26.0 - 4.0 * share, 1e-9);
}

TEST(RateForecast, RepeatedLayersTakeTheirTimeAgain) {
    ChopStep order;
    order.keep = {0, 1, 1, 3};
    EXPECT_NEAR(milliseconds(order), 4.0 + 5.0 + 5.0 + 7.0 + 4.0, 1e-9);
}

TEST(RateForecast, ZerosAndCodesCountInFullAndFactorsForThemselves) {
    RecipeStep sparse{"sparsify", "wanda", {}, {}, {}};
    RecipeStep quantized{"quantize", "rtn", {}, {}, {}};
    EXPECT_NEAR(milliseconds(sparse), 26.0, 1e-9);
    EXPECT_NEAR(milliseconds(quantized), 26.0, 1e-9);
    RecipeStep factored{"factorize", "svd-llm", {}, {}, {LinearName::Gate, LinearName::Up, LinearName::Down}};
    factored.options.set("keep", 0.5);
    // rank = floor(0.5 * 16 * 32 / 48) = 5, so 5 * 48 of 512 weights in each of three of the linears
    const double share = (1024.0 + 3 * 240.0) / (1024.0 + 1536.0);
    EXPECT_NEAR(milliseconds(factored), 26.0 - 22.0 * (1.0 - share), 1e-9);
}

TEST(RateForecast, WithoutAPlanEveryLayerLosesTheSameShare) {
    EXPECT_NEAR(forecastStep(toys::madeUpTimes(), 0.25), 0.026 - 0.25 * 0.022, 1e-12);
}

class RatioOfRate : public testing::Test {
protected:
    RatioForRate search(double target, const std::function<double(double)>& secondsAt,
                        double largestPlan = 1.0) {
        asked_ = 0;
        return ratioForRate(target, [&](double ratio) -> std::optional<double> {
            ++asked_;
            if (ratio > largestPlan) return std::nullopt;
            return 1.0 / secondsAt(ratio);
        });
    }
    int asked_ = 0;
};

TEST_F(RatioOfRate, IsTheSmallestThatReachesIt) {
    const auto straight = [](double ratio) { return 0.026 - 0.012 * ratio; };
    const RatioForRate found = search(50.0, straight);
    EXPECT_TRUE(found.reached);
    EXPECT_GE(found.rate, 50.0);
    EXPECT_LE(found.rate, 50.0 * 1.005);
    EXPECT_NEAR(found.ratio, 0.5, 0.01);
    EXPECT_LE(asked_, 4) << "seconds lie on a line";
}

TEST_F(RatioOfRate, IsFoundAlongAnyFallingCurveAndInSteps) {
    const auto curved = [](double ratio) { return 0.01 + 0.02 * (1.0 - ratio) * (1.0 - ratio); };
    const auto stepped = [](double ratio) { return 0.03 - 0.02 * std::floor(ratio * 40.0) / 40.0; };
    for (const double target : {35.0, 40.0, 60.0, 90.0}) {
        for (const std::function<double(double)>& seconds :
             {std::function<double(double)>(curved), std::function<double(double)>(stepped)}) {
            if (1.0 / seconds(kLargestRatio) < target) continue;
            const RatioForRate found = search(target, seconds);
            EXPECT_TRUE(found.reached) << target;
            EXPECT_GE(found.rate, target);
            EXPECT_LT(1.0 / seconds(std::max(found.ratio - 0.06, 0.0)), target) << "less would not do";
            EXPECT_LE(asked_, 10);
        }
    }
}

TEST_F(RatioOfRate, IsZeroWhereTheNetworkIsFastEnough) {
    const RatioForRate found = search(30.0, [](double) { return 0.026; });
    EXPECT_TRUE(found.reached);
    EXPECT_EQ(found.ratio, 0.0);
    EXPECT_EQ(asked_, 1);
}

TEST_F(RatioOfRate, NamesTheNearestWhereNothingReachesIt) {
    const auto straight = [](double ratio) { return 0.026 - 0.012 * ratio; };
    const RatioForRate found = search(100.0, straight);
    EXPECT_FALSE(found.reached);
    EXPECT_EQ(found.ratio, kLargestRatio);
    EXPECT_NEAR(found.rate, 1.0 / straight(kLargestRatio), 1e-9);
    const RatioForRate bounded = search(100.0, straight, 0.6);
    EXPECT_FALSE(bounded.reached);
    EXPECT_LE(bounded.ratio, 0.6);
    EXPECT_GT(bounded.ratio, 0.5) << "close to the largest that has a plan";
    const RatioForRate within = search(1.0 / straight(0.58), straight, 0.6);
    EXPECT_TRUE(within.reached);
}

}  // namespace
}  // namespace secateur
