// SPDX-License-Identifier: GPL-3.0-or-later
//
// How sparsify steps share the sparsity out among layers: toy vectors, and figures of the published code
// (AlphaPruning's esd_utils.py on the eigenvalues below).
#include "core/compress/allocation.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>

#include "core/data/linear_form.h"
#include "tests/compress/compressing.h"

namespace secateur {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::Pointwise;

RecipeStep sparsify(const OptionValues& options) {
    RecipeStep step;
    step.kind = "sparsify";
    step.method = "wanda";
    step.options = options;
    return step;
}

TEST(Owl, KeepsMoreWhereMoreScoresStandOut) {
    // r = 0, 0.04, 0.16; keep = r - 0.2 / 3 + 0.5
    EXPECT_THAT(owlSparsities({1.0, 2.0, 5.0}, {7.0, 7.0, 7.0}, 0.5, 0.08),
                Pointwise(DoubleNear(1e-12), {0.5 + 0.2 / 3, 0.46 + 0.2 / 3, 0.34 + 0.2 / 3}));
}

TEST(Owl, TheMeanOverTheWeightsIsWhatWasAskedFor) {
    const std::vector<double> sizes{1.0, 3.0}, shares = owlSparsities({0.0, 1.0}, sizes, 0.5, 0.1);
    EXPECT_NEAR((shares[0] + 3.0 * shares[1]) / 4.0, 0.5, 1e-12);
    EXPECT_NEAR(shares[0] - shares[1], 0.2, 1e-12);
}

TEST(Owl, WhatWouldBeNegativeIsMadeUpForByTheOthers) {
    const std::vector<double> shares = owlSparsities({0.0, 0.5, 1.0}, {1.0, 1.0, 1.0}, 0.05, 0.2);
    EXPECT_EQ(shares[2], 0.0);
    EXPECT_NEAR(shares[0] + shares[1], 0.15, 1e-12);
    EXPECT_NEAR(owlSparsities({0.0, 1.0}, {1.0, 1.0}, 0.995, 0.08)[0], kMostSparsity, 1e-12);
}

TEST(Owl, LayersThatDoNotDifferLoseTheSame) {
    EXPECT_THAT(owlSparsities({3.0, 3.0}, {1.0, 2.0}, 0.4, 0.08), Pointwise(DoubleNear(1e-12), {0.4, 0.4}));
}

TEST(AlphaPruning, SpreadsAroundACommonValue) {
    // 0.7, 1, 1.3 times 0.6
    EXPECT_THAT(alphaSparsities({2.0, 3.0, 4.0}, {5.0, 5.0, 5.0}, 0.6, 0.3),
                Pointwise(DoubleNear(1e-12), {0.42, 0.6, 0.78}));
    const std::vector<double> shares = alphaSparsities({2.0, 4.0}, {1.0, 3.0}, 0.5, 0.3);
    EXPECT_NEAR(shares[0] / shares[1], 0.7 / 1.3, 1e-12);
    EXPECT_NEAR((shares[0] + 3.0 * shares[1]) / 4.0, 0.5, 1e-12);
}

TEST(AlphaPruning, ExponentsAreThoseOfThePublishedCode) {
    std::vector<double> pareto, growing, waves;
    for (int k = 0; k < 64; ++k) pareto.push_back(std::pow(1.0 - (k + 0.5) / 64.0, -1.0 / 1.5));
    for (int k = 0; k < 40; ++k) growing.push_back(std::pow(k + 1.0, 1.5) / 10.0);
    for (int k = 0; k < 50; ++k) waves.push_back(std::exp(2.0 * std::sin(1.7 * k)) / 5.0);
    std::ranges::sort(waves);
    EXPECT_NEAR(powerLawExponent(pareto), 2.52013897895813, 2e-5);
    EXPECT_NEAR(powerLawExponent(growing), 4.1993889808654785, 5e-5);
    EXPECT_NEAR(powerLawExponent(waves), 1.7148327827453613, 2e-5);
}

TEST(AlphaPruning, EigenvaluesThatAreZeroOrAlikeGiveNoLaw) {
    EXPECT_EQ(powerLawExponent({2.0, 2.0, 2.0}), 0.0);
    EXPECT_EQ(powerLawExponent({0.0, 0.0, 2.0}), 0.0);
    const double withZeros = powerLawExponent({0.0, 1e-16, 1.0, 1.5, 2.5, 7.0});
    EXPECT_EQ(withZeros, powerLawExponent({1.0, 1.5, 2.5, 7.0}));
    EXPECT_GT(withZeros, 1.0);
}

TEST(Allocation, IsThatOfTheStep) {
    EXPECT_EQ(allocationOf(sparsify({})), Allocation::Uniform);
    const RecipeStep owl = sparsify(values({{"allocation", std::string("owl")}}));
    EXPECT_EQ(allocationOf(owl), Allocation::Owl);
    EXPECT_TRUE(allocatesByText(owl));
    const RecipeStep alpha = sparsify(values({{"allocation", std::string("alphapruning")}}));
    EXPECT_EQ(allocationOf(alpha), Allocation::AlphaPruning);
    EXPECT_FALSE(allocatesByText(alpha));
    RecipeStep grouped = owl;
    grouped.options.set("pattern", std::string("2:4"));
    EXPECT_EQ(allocationOf(grouped), Allocation::Uniform);
}

TEST(Allocation, FormsSayThatTheirZerosAreAMean) {
    const LinearForm form =
        formAfter({}, sparsify(values({{"sparsity", 0.6}, {"allocation", std::string("owl")}})), 4, 4);
    EXPECT_EQ(formsText(std::vector<LinearForm>{form}), "60.0 % zeros on average");
}

}  // namespace
}  // namespace secateur
