// SPDX-License-Identifier: GPL-3.0-or-later
//
// How much of the machine's matrix product the one pass reaches (docs/performance.md): products of square
// matrices are timed before and after each pass, medians are printed. A pass counts its matrix products alone
// (linears, output head, the causal half of attention), while its time holds everything. Tokens are random.
//
// usage: pass_bench MODEL WINDOWS SEQ_LEN DTYPE [repeats]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <vector>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include "core/base/error.h"
#include "core/base/thread_waiting.h"
#include "core/evaluate/perplexity.h"
#include "core/metrics/measure.h"
#include "core/model/block_pool.h"
#include "tests/bench/stopwatch.h"

namespace secateur {
namespace {

constexpr std::int64_t kStreamBytes = 128 << 20;  // as the session has it
constexpr std::int64_t kSide = 2048;              // of the matrices whose product stands for the machine

TokenWindows randomWindows(const NetworkConfig& config, int count, int seqLen) {
    TokenWindows windows;
    windows.seqLen = seqLen;
    windows.source = "random tokens";
    const at::Tensor ids = at::randint(config.vocabSize, {std::int64_t{count} * seqLen}, at::kInt);
    windows.ids.assign(ids.const_data_ptr<std::int32_t>(), ids.const_data_ptr<std::int32_t>() + ids.numel());
    return windows;
}

// Rate of products that go on for a second, FLOP/s.
double machineRate(at::ScalarType dtype) {
    const at::Tensor a = at::randn({kSide, kSide}).to(dtype), b = at::randn({kSide, kSide}).to(dtype);
    at::Tensor out = at::empty({kSide, kSide}, dtype);
    const double one = 2.0 * kSide * kSide * kSide;
    double flop = 0.0, spent = 0.0;
    for (; spent < 1.0; flop += one) spent += seconds([&] { at::mm_out(out, a, b.t()); });
    return flop / spent;
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

struct Task {
    const char* what;
    double flop;
    std::function<void()> run;
};

// What the causal half of attention multiplies for one token and layer, on average.
double attentionFlop(const NetworkConfig& config, int seqLen) {
    double flop = 0.0;
    for (const LayerConfig& layer : config.layers)
        flop += 2.0 * layer.heads * config.headDim * (seqLen + 1.0);
    return flop;
}

void run(const std::string& folder, int count, int seqLen, const std::string& dtype, int repeats) {
    WeightSource weights(Checkpoint::open(folder), choosePlace("cpu", dtype));
    weights.keepResident(true);
    const NetworkConfig& config = weights.config();
    const at::ScalarType products = weights.place().products;
    const TokenWindows windows = randomWindows(config, count, seqLen);
    const double tokens = static_cast<double>(count) * seqLen;
    const double layers =
        tokens * (2.0 * static_cast<double>(decoderLinearParameters(config)) + attentionFlop(config, seqLen));
    const double head = 2.0 * (tokens - count) * config.vocabSize * config.hiddenSize;
    JobContext context;
    const std::vector<Task> tasks{
        {"ppl", layers + head, [&] { (void)chunkedLosses(weights, windows, kStreamBytes, context); }},
        {"measure", layers, [&] { (void)measurePass(weights, windows, kStreamBytes, context); }}};
    tasks.front().run();  // converts the weights
    for (const Task& task : tasks) {
        std::vector<double> times, shares, rates;
        for (int i = 0; i < repeats; ++i) {
            const double before = machineRate(products);
            times.push_back(seconds(task.run));
            rates.push_back((before + machineRate(products)) / 2.0);
            shares.push_back(task.flop / times.back() / rates.back());
        }
        std::printf("| `%s` | %s | %s | %.1f M, %d x %d | %.2f | %.0f | %.0f | %.0f %% |\n", task.what,
                    dtypeName(weights.place().weights), dtypeName(products),
                    static_cast<double>(totalParameters(config)) / 1e6, count, seqLen, median(times),
                    task.flop / median(times) / 1e9, median(rates) / 1e9, 100.0 * median(shares));
        std::fflush(stdout);
    }
}

}  // namespace
}  // namespace secateur

int main(int count, char** arguments) {
    if (count < 5) {
        std::cerr << "usage: pass_bench MODEL WINDOWS SEQ_LEN DTYPE [repeats]\n";
        return 2;
    }
    secateur::waitGently(arguments);
    secateur::BlockPool::install();
    const c10::InferenceMode inference;
    try {
        secateur::run(arguments[1], std::atoi(arguments[2]), std::atoi(arguments[3]), arguments[4],
                      count > 5 ? std::atoi(arguments[5]) : 3);
    } catch (const secateur::Error& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
