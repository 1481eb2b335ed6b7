// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/heal_forecast.h"

#include <gmock/gmock.h>

#include "core/base/error.h"

namespace secateur {
namespace {

// LLaMA-7B (algorithms.md 9.1).
NetworkConfig sevenB() {
    NetworkConfig network;
    network.hiddenSize = 4096;
    network.headDim = 128;
    network.vocabSize = 32000;
    network.layers.assign(32, LayerConfig{.heads = 32, .kvHeads = 32, .intermediateSize = 11008});
    return network;
}

TEST(HealForecast, FullTrainingOfSevenBHoldsSixteenBytesAParameter) {
    const NetworkConfig network = sevenB();
    const std::int64_t parameters = 6'738'415'616;
    EXPECT_EQ(learningParameters(network, {}), parameters);
    const HealForecast forecast = forecastHeal(network, {}, {2048, 4, nullptr});
    EXPECT_EQ(forecast.weights, 4 * parameters);
    EXPECT_EQ(forecast.optimizer, 8 * parameters);
    EXPECT_GE(forecast.gradients, 4 * parameters);
    EXPECT_LT(forecast.gradients, 4 * parameters + 4 * std::int64_t{32000} * 4096 + 1);
}

TEST(HealForecast, EveryWayOutIsSmaller) {
    const NetworkConfig network = sevenB();
    const HealScale scale{2048, 2, nullptr};
    const HealOptions plain;
    HealOptions recompute, small, lora;
    recompute.recompute = true;
    small.microBatch = 1;
    lora.method = HealMethod::Lora;
    const HealForecast all = forecastHeal(network, plain, scale);
    EXPECT_LT(forecastHeal(network, recompute, scale).activations, all.activations / 4);
    EXPECT_LT(forecastHeal(network, small, scale).activations, all.activations);
    EXPECT_LT(forecastHeal(network, lora, scale).optimizer, all.optimizer / 100);
    HealScale taught = scale;
    taught.teacher = &network;
    EXPECT_GT(forecastHeal(network, plain, taught).teacher, 13'000'000'000);
}

// Gradients of further lanes are worth no more than the activations.
TEST(HealForecast, LanesAreThreadsWhereTheirGradientsAreSmall) {
    NetworkConfig demo;
    demo.hiddenSize = 192;
    demo.headDim = 32;
    demo.vocabSize = 1536;
    demo.tiedEmbeddings = true;
    demo.layers.assign(12, LayerConfig{.heads = 6, .kvHeads = 3, .intermediateSize = 512});
    HealOptions options;
    options.batchWindows = 16;
    const auto lanes = [&](const NetworkConfig& network, int threads) {
        return lanesAtOnce(network, options, {128, 4, nullptr, threads});
    };
    EXPECT_EQ(lanes(demo, 1), 1);
    EXPECT_EQ(lanes(demo, 2), 2);
    EXPECT_EQ(forecastHeal(demo, options, {128, 4, nullptr, 2}).gradients,
              2 * forecastHeal(demo, options, {128, 4, nullptr, 1}).gradients);
    EXPECT_LE(lanes(demo, 64), 16);  // a window is not cut
    EXPECT_EQ(lanes(sevenB(), 64), 1);
}

TEST(HealForecast, RefusalTellsTheNumbersAndWhatWouldFit) {
    const NetworkConfig network = sevenB();
    const HealScale scale{2048, 2, nullptr};
    EXPECT_NO_THROW(requireHealFits(network, {}, scale, 0));
    EXPECT_NO_THROW(requireHealFits(network, {}, scale, forecastHeal(network, {}, scale).total()));
    try {
        requireHealFits(network, {}, scale, 40'000'000'000);
        FAIL() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::OutOfMemory);
        EXPECT_THAT(error.message(), ::testing::HasSubstr("optimizer 53.9 GB"));
        EXPECT_THAT(error.hint(), ::testing::HasSubstr("lora"));
    }
}

// What the process holds already is not taken of what is free.
TEST(HealForecast, CoversTheProcessButAsksForTheRunAlone) {
    const NetworkConfig network = sevenB();
    HealScale scale{2048, 2, nullptr};
    const HealForecast alone = forecastHeal(network, {}, scale);
    scale.processBytes = 700'000'000;
    const HealForecast whole = forecastHeal(network, {}, scale);
    EXPECT_EQ(whole.total(), alone.total() + 700'000'000);
    EXPECT_EQ(whole.needed(), alone.needed());
    EXPECT_NO_THROW(requireHealFits(network, {}, scale, alone.needed()));
    EXPECT_THROW(requireHealFits(network, {}, scale, alone.needed() - 1), Error);
}

TEST(HealForecast, ComparedLayersTakeMemory) {
    const NetworkConfig network = sevenB();
    const HealScale scale{2048, 2, &network};
    HealOptions options;
    options.method = HealMethod::Distill;
    const std::int64_t logits = forecastHeal(network, options, scale).teacher;
    options.hiddenShare = 0.5;
    const std::int64_t streams = forecastHeal(network, options, scale).teacher;
    options.attentionShare = 0.5;
    EXPECT_GT(streams, logits);
    EXPECT_GT(forecastHeal(network, options, scale).teacher, streams);
}

// The uncut network comes and goes before the cut one is there: the larger of both counts, not their sum.
TEST(HealForecast, StepsBeforeTheCutTakeWhatTheUncutNetworkTakes) {
    const NetworkConfig uncut = sevenB();
    NetworkConfig cut = uncut;
    cut.layers.resize(16);
    HealScale scale{2048, 2, nullptr};
    HealOptions options;
    options.fillSteps = 500;
    EXPECT_EQ(forecastHeal(cut, options, scale).fill, 0);  // nothing is known of the uncut network
    scale.uncut = &uncut;
    HealScale alone = scale;
    alone.uncut = nullptr;
    const HealForecast whole = forecastHeal(cut, options, scale);
    EXPECT_GT(whole.fill, 0);
    EXPECT_EQ(whole.needed(), forecastHeal(uncut, options, alone).needed());
    EXPECT_EQ(forecastHeal(uncut, options, scale).fill, 0);
    options.fillSteps = 0;
    EXPECT_EQ(forecastHeal(cut, options, scale).needed(), forecastHeal(cut, options, alone).needed());
    options.preset = HealPreset::Paper;
    options.fillSteps = -1;
    EXPECT_EQ(forecastHeal(cut, options, scale).needed(), whole.needed());
    // They are what is given up where memory is short.
    try {
        requireHealFits(cut, options, scale, whole.needed() - 1);
        FAIL() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_THAT(error.message(), ::testing::HasSubstr("steps before the cut"));
    }
}

// algorithms.md 8: with a teacher twice the size a step costs 10 P instead of 6 P.
TEST(HealForecast, OperationsFollowTheRule) {
    const NetworkConfig teacher = sevenB();
    NetworkConfig student = teacher;
    student.layers.resize(16);
    const double p = static_cast<double>(decoderLinearParameters(student)) + 32000.0 * 4096;
    HealOptions options;
    EXPECT_DOUBLE_EQ(trainingFlopsPerToken(student, options, &teacher), 6.0 * p);
    options.recompute = true;
    EXPECT_DOUBLE_EQ(trainingFlopsPerToken(student, options, nullptr), 8.0 * p);
    options.recompute = false;
    options.method = HealMethod::Distill;
    const double taught = trainingFlopsPerToken(student, options, &teacher);
    EXPECT_NEAR(taught / p, 10.0, 0.1);
    options.method = HealMethod::Lora;
    EXPECT_NEAR(trainingFlopsPerToken(student, options, nullptr) / p, 4.0, 0.1);
}

TEST(HealForecast, WindowsAtOnceFollowTheirLength) {
    HealOptions options;
    EXPECT_EQ(windowsAtOnce(options, 64, 128), 32);
    EXPECT_EQ(windowsAtOnce(options, 64, 8192), 1);
    options.microBatch = 5;
    EXPECT_EQ(windowsAtOnce(options, 64, 128), 5);
    EXPECT_EQ(windowsAtOnce(options, 3, 128), 3);
}

}  // namespace
}  // namespace secateur
