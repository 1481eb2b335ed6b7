// SPDX-License-Identifier: GPL-3.0-or-later
//
// A measurement of speed as people read it: the rows of its table and the lines around it, the same on the
// command line and in the window. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/data/bench.h"

namespace secateur {

struct BenchRow {
    std::string what;     // "decode, batch 8"
    std::string dense;    // "31.2 tokens/s (30.9 to 31.4)": the median, and the middle half of the values
    std::string planned;  // likewise; empty where no plan was measured, as `change` is
    std::string change;   // of the medians; says so where the middle halves overlap
};
// Prefill, first token and decode of every batch, then memory.
[[nodiscard]] std::vector<BenchRow> benchRows(const BenchReport& report);

// "prompts of 128 tokens, 32 new ones, 5 repetitions; in brackets the middle half of the values"
[[nodiscard]] std::string protocolOf(const BenchReport& report);
// "8.10 GB/s copied, 96.2 GFLOP/s multiplied"
[[nodiscard]] std::string inWords(const MachineRates& machine);
[[nodiscard]] std::string inMilliseconds(double seconds);

// Rows of the passes that a measurement has, in order: a token of every sequence of each batch, and a prompt.
[[nodiscard]] std::vector<int> passRows(const BenchReport& report);
// "A step of decoding, batch 8", "Reading a prompt of 128 tokens"
[[nodiscard]] std::string passInWords(const BenchReport& report, int rows);

}  // namespace secateur
