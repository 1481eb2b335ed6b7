// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a measurement of speed gives: its shape and its sums, never its times.
#include "core/evaluate/decode_rate.h"

#include <cmath>

#include <c10/core/GradMode.h>
#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/evaluate/completion.h"
#include "tests/evaluate/fixtures.h"

namespace secateur {
namespace {

BenchOptions quick() {
    return {.promptTokens = 5, .newTokens = 4, .batches = {1, 3}, .repetitions = 2};
}

std::vector<BatchTimes> measured(fixtures::Network& network, const BenchOptions& options,
                                 JobContext& context) {
    warmUp(network.weights, options, context);
    WeightSource* const alone[] = {&network.weights};
    return measureDecoding(alone, options, context).at(0);
}

class DecodeRate : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Families, DecodeRate,
                         testing::Values("llama-mha", "llama3-gqa", "mistral-swa", "qwen2", "qwen3"),
                         [](const auto& info) {
                             std::string name = info.param;
                             std::erase(name, '-');
                             return name;
                         });

TEST_P(DecodeRate, EveryBatchIsMeasuredAndLayersAddUpToItsStep) {
    const c10::NoGradGuard quiet;
    fixtures::Network network(GetParam());
    JobContext context;
    const auto batches = measured(network, quick(), context);
    ASSERT_EQ(batches.size(), 2u);
    EXPECT_EQ(batches[0].batch, 1);
    EXPECT_EQ(batches[1].batch, 3);
    for (const BatchTimes& times : batches) {
        EXPECT_EQ(times.prompt.values, 2);
        EXPECT_EQ(times.firstToken.values, 2);
        EXPECT_EQ(times.step.values, 2 * 3) << "the first of four tokens comes with the prompt";
        EXPECT_GE(times.firstToken.median, times.prompt.median);
        ASSERT_EQ(static_cast<int>(times.layers.size()), network.layers());
        double sum = times.restSeconds;
        for (const LayerTime& layer : times.layers) {
            EXPECT_GT(layer.linearSeconds, 0.0);
            EXPECT_LE(layer.linearSeconds, layer.seconds);
            sum += layer.seconds;
        }
        EXPECT_GE(times.restSeconds, 0.0);
        EXPECT_NEAR(sum / times.step.median, 1.0, 1e-9);
        EXPECT_GT(times.decodeRate().median, 0.0);
        EXPECT_GT(times.prefillRate(5).median, 0.0);
        EXPECT_LE(times.decodeRate().lower, times.decodeRate().upper);
    }
}

TEST(DecodeRates, NetworksTakeTurnsAndHaveTheirOwnTimes) {
    const c10::NoGradGuard quiet;
    fixtures::Network one("llama3-gqa"), other("qwen3");
    JobContext context;
    WeightSource* const both[] = {&one.weights, &other.weights};
    const auto times = measureDecoding(both, quick(), context);
    ASSERT_EQ(times.size(), 2u);
    for (std::size_t i = 0; i < 2; ++i) {
        ASSERT_EQ(times[i].size(), 2u);
        EXPECT_EQ(times[i][1].batch, 3);
        EXPECT_EQ(times[i][1].prompt.values, 2);
        EXPECT_EQ(static_cast<int>(times[i][1].layers.size()), both[i]->config().layerCount());
    }
}

TEST(DecodeRates, ProgressReachesTheEnd) {
    const c10::NoGradGuard quiet;
    fixtures::Network network("llama3-gqa");
    double furthest = 0.0;
    JobContext context({}, [&](const Progress& progress) { furthest = progress.fraction; });
    static_cast<void>(measured(network, quick(), context));
    EXPECT_DOUBLE_EQ(furthest, 1.0);
}

TEST(DecodeRates, StopsWithinALayer) {
    const c10::NoGradGuard quiet;
    fixtures::Network network("llama3-gqa");
    std::stop_source stop;
    int reports = 0;
    JobContext context(stop.get_token(), [&](const Progress&) {
        if (++reports == 1) stop.request_stop();
    });
    BenchOptions options = quick();
    options.repetitions = 1'000'000;
    try {
        static_cast<void>(measured(network, options, context));
        FAIL() << "was not stopped";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Cancelled);
    }
}

TEST(DecodeRates, ATimeLimitLeavesOneRepetition) {
    const c10::NoGradGuard quiet;
    fixtures::Network network("llama3-gqa");
    JobContext context;
    BenchOptions options = quick();
    options.repetitions = 1'000'000;
    options.seconds = 1e-9;
    EXPECT_EQ(measured(network, options, context)[0].prompt.values, 1);
}

TEST(DecodeRates, RefusesWhatMeansNothing) {
    const c10::NoGradGuard quiet;
    fixtures::Network network("llama3-gqa");
    JobContext context;
    const auto refused = [&](auto change) {
        BenchOptions options = quick();
        change(options);
        try {
            static_cast<void>(measured(network, options, context));
            ADD_FAILURE() << "was accepted";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::InvalidArgument) << error.message();
        }
    };
    refused([](BenchOptions& options) { options.promptTokens = 0; });
    refused([](BenchOptions& options) { options.newTokens = 1; });
    refused([](BenchOptions& options) { options.repetitions = 0; });
    refused([](BenchOptions& options) { options.batches = {}; });
    refused([](BenchOptions& options) { options.batches = {1, 0}; });
    refused([](BenchOptions& options) { options.promptTokens = 1'000'000; });
}

TEST(DecodeRates, WeightsAreCountedOnceAsTheyAreMultiplied) {
    const c10::NoGradGuard quiet;
    fixtures::Network network("llama3-gqa");
    JobContext context;
    EXPECT_EQ(loadWeights(network.weights, context), 4 * totalParameters(network.checkpoint->config()));
    EXPECT_EQ(decodingThreads(network.weights), 1) << "a small network";
    const MachineRates rates = measureMachine(network.weights, context);
    EXPECT_GT(rates.bytesPerSecond, 0.0);
    EXPECT_GT(rates.flopsPerSecond, 0.0);
}

}  // namespace
}  // namespace secateur
