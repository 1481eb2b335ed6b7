// SPDX-License-Identifier: GPL-3.0-or-later
//
// How fast a network is on one machine, as it was measured. Plain values; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace secateur {

// A quantity that was measured several times: half of the values lie from `lower` to `upper`.
struct Quartiles {
    double lower = 0.0;
    double median = 0.0;
    double upper = 0.0;
    int values = 0;  // that these are of; 0: nothing was measured
    bool operator==(const Quartiles&) const = default;
};
// Between ranks linear.
[[nodiscard]] Quartiles quartilesOf(std::vector<double> values);
// Of `amount` / seconds: the slowest quarter comes first.
[[nodiscard]] Quartiles ratesOf(const Quartiles& seconds, double amount);

struct BenchOptions {
    int promptTokens = 128;  // of every sequence
    int newTokens = 32;      // likewise; at least 2
    std::vector<int> batches{1, 8};
    int repetitions = 5;   // counted ones, after one that warms up and one that times single layers
    double seconds = 0.0;  // > 0: fewer repetitions, but one at least, once those of a batch took so long
    bool operator==(const BenchOptions&) const = default;
};

// For a rate of one sequence in a few seconds, whatever the network: what budgets of speed go by.
[[nodiscard]] BenchOptions shortBench();

// What a rate depends on besides the network.
struct BenchPlace {
    std::string device;    // "cpu", "cuda:0"
    std::string dtype;     // that weights are rounded to: "float32"
    std::string products;  // that they are multiplied in
    int threads = 1;       // of the CPU, while tokens are written one at a time
    bool operator==(const BenchPlace&) const = default;
};
[[nodiscard]] std::string inWords(const BenchPlace& place);  // "cpu, float32, 1 thread"

// Of one step of decoding.
struct LayerTime {
    double seconds = 0.0;
    double linearSeconds = 0.0;  // of these, the products with the layer's linears
    bool operator==(const LayerTime&) const = default;
};

// One batch of sequences that are written side by side.
struct BatchTimes {
    int batch = 1;
    Quartiles prompt;      // seconds until the prompts are read
    Quartiles firstToken;  // seconds until the first new token of every sequence is chosen
    Quartiles step;        // seconds from one new token of every sequence to the next
    // Of a step: layers in the order in which they run, then embedding, head and choice. They add up to the
    // median of `step`.
    std::vector<LayerTime> layers;
    double restSeconds = 0.0;
    bool operator==(const BatchTimes&) const = default;

    // Tokens of all sequences in a second.
    [[nodiscard]] Quartiles prefillRate(int promptTokens) const {
        return ratesOf(prompt, static_cast<double>(batch) * promptTokens);
    }
    [[nodiscard]] Quartiles decodeRate() const { return ratesOf(step, batch); }
};

struct NetworkSpeed {
    std::vector<BatchTimes> batches;
    std::int64_t weightBytes = 0;  // of all weights, as they are multiplied
    bool resident = true;          // all of them are in memory; else they come layer by layer, in every step
    // What tensors took at most at one time, resident weights included.
    std::int64_t peakBytes = 0;
    bool operator==(const NetworkSpeed&) const = default;
    [[nodiscard]] const BatchTimes* at(int batch) const;  // null where it was not measured
};

// What the machine does at best, see measureMachine().
struct MachineRates {
    double bytesPerSecond = 0.0;
    double flopsPerSecond = 0.0;
    bool operator==(const MachineRates&) const = default;
};

// All linears of one name: what a pass of one row through the network multiplies.
struct LinearLoad {
    std::string linear;            // "q_proj" ... "down_proj", "lm_head"
    std::int64_t weights = 0;      // numbers that are multiplied, of all layers
    std::int64_t values = 0;       // that come in and go out, for each row
    int bytesPerNumber = 4;        // of either
    std::int64_t storedBytes = 0;  // of the weights in a file that packs them to their bits
    bool operator==(const LinearLoad&) const = default;
};

struct BenchReport {
    std::string modelFingerprint;
    BenchOptions options;
    BenchPlace place;
    MachineRates machine;
    NetworkSpeed dense;
    std::vector<LinearLoad> denseLoads;
    std::optional<NetworkSpeed> planned;
    std::vector<LinearLoad> plannedLoads;
    std::vector<std::string> remarks;  // whole sentences: where the plan saves bytes and no time
    double seconds = 0.0;
};

}  // namespace secateur
