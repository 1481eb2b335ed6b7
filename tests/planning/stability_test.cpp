// SPDX-License-Identifier: GPL-3.0-or-later
//
// How far scores agree from one measurement to the next, on made-up scores.
#include "core/planning/stability.h"

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/planning/planner.h"
#include "tests/planning/toy_network.h"

namespace secateur {
namespace {

using testing::HasSubstr;

MeasuredScores scored(const char* text, int windows, std::uint64_t seed, std::vector<float> layers) {
    return {text, windows, windows * 128, seed, {0, 1, 2, 3}, layers, layers};
}

const StabilityAgreement* found(const StabilityReport& report, const char* differ, int windows,
                                const char* text) {
    for (const StabilityAgreement& one : report.agreements)
        if (one.differ == differ && one.windows == windows && one.text == text) return &one;
    return nullptr;
}

class Stability : public testing::Test {
protected:
    // Seeds of a.txt agree at 32 windows and are opposite at 8; b.txt exchanges two layers.
    Stability()
        : report_(stabilityOf({scored("a.txt", 8, 0, {1, 2, 3, 4}), scored("a.txt", 8, 1, {4, 3, 2, 1}),
                               scored("a.txt", 32, 0, {1, 2, 3, 4}), scored("a.txt", 32, 1, {2, 3, 4, 5}),
                               scored("b.txt", 32, 0, {2, 1, 3, 4})},
                              "block-influence", "WIFV", 2)) {}
    StabilityReport report_;
};

TEST_F(Stability, PairsDifferInOneThing) {
    const auto* few = found(report_, "seed", 8, "a.txt");
    ASSERT_NE(few, nullptr);
    EXPECT_EQ(few->pairs, 1);
    EXPECT_NEAR(*few->layers, -1.0, 1e-12);
    EXPECT_NEAR(*found(report_, "seed", 32, "a.txt")->layers, 1.0, 1e-12);
    EXPECT_EQ(found(report_, "seed", 32, "b.txt"), nullptr);
    const auto* sizes = found(report_, "windows", 8, "a.txt");
    ASSERT_NE(sizes, nullptr);
    EXPECT_EQ(sizes->others, 32);
    EXPECT_EQ(sizes->pairs, 2);
    EXPECT_NEAR(*sizes->layers, 0.0, 1e-12);  // 1 and -1
    EXPECT_NEAR(*sizes->layersLeast, -1.0, 1e-12);
    const auto* texts = found(report_, "text", 32, "");
    ASSERT_NE(texts, nullptr);
    EXPECT_EQ(texts->pairs, 1);
    EXPECT_NEAR(*texts->layers, 0.8, 1e-12);  // 1 - 6 * 2 / (4 * 15)
}

TEST_F(Stability, LayersThatAreAlwaysLowestAreSafe) {
    EXPECT_EQ(report_.layers[0].timesLowest, 4);
    EXPECT_FALSE(report_.layers[0].safe);
    const StabilityReport steady = stabilityOf(
        {scored("a.txt", 8, 0, {1, 2, 3, 4}), scored("b.txt", 8, 0, {1, 4, 3, 2})}, "angular", "WIFV", 1);
    EXPECT_TRUE(steady.layers[0].safe);
    EXPECT_FALSE(steady.layers[1].safe);
}

TEST_F(Stability, IntervalsHoldTheMeanOfTheLargestMeasurements) {
    // Layer 3 at 32 windows: 4, 5 and 4.
    const LayerStability& layer = report_.layers[3];
    EXPECT_NEAR(layer.mean, 13.0 / 3.0, 1e-6);
    EXPECT_GE(*layer.low, 4.0);
    EXPECT_LE(*layer.high, 5.0);
    EXPECT_LT(*layer.low, *layer.high);
    const StabilityReport one = stabilityOf({scored("a.txt", 8, 0, {1, 2, 3, 4})}, "angular", "WIFV", 0);
    EXPECT_FALSE(one.layers[0].low);
    EXPECT_EQ(one.lowest, 1);
    EXPECT_TRUE(one.agreements.empty());
}

TEST_F(Stability, TooFewTokensAreSaid) {
    ASSERT_EQ(report_.remarks.size(), 2u);
    EXPECT_THAT(report_.remarks[0],
                HasSubstr("a.txt: 8 windows are fewer than block-influence of layers needs"));
    EXPECT_THAT(report_.remarks[1], HasSubstr("WIFV of channels"));
}

TEST_F(Stability, WhatDoesNotBelongTogetherIsRefused) {
    MeasuredScores other = scored("a.txt", 8, 0, {1, 2, 3, 4});
    other.numbers = {0, 1, 2, 5};
    const auto refused = [](std::vector<MeasuredScores> measurements, int lowest) {
        EXPECT_THROW(static_cast<void>(stabilityOf(std::move(measurements), "angular", "WIFV", lowest)),
                     Error);
    };
    refused({}, 0);
    refused({scored("a.txt", 8, 0, {1, 2, 3, 4}), other}, 0);
    refused({other}, 5);
}

TEST(StabilityScores, AreThoseOfTheAnalysis) {
    const NetworkConfig network = test::network(test::Shape{});
    Analysis analysis = test::randomAnalysis(network);
    test::addResidual(analysis, {0.1F, 0.2F, 0.3F, 0.4F});
    const MeasuredScores scores = measuredScores(analysis, network, "block-influence", "WIFV");
    EXPECT_EQ(scores.numbers, (std::vector<int>{0, 1, 2, 3}));
    EXPECT_NEAR(scores.layers[2], 0.3F, 1e-6);
    EXPECT_EQ(scores.channels.size(), 4u * 48);
    EXPECT_EQ(scores.windows, 16);
    EXPECT_THROW(static_cast<void>(measuredScores(analysis, network, "leave-one-out", "WIFV")), Error);
}

}  // namespace
}  // namespace secateur
