// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a network multiplies, held against what the machine does: which of memory and arithmetic binds each
// kind of linear, and where a plan saves bytes and no time. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/data/bench.h"
#include "core/data/network_state.h"

namespace secateur {

// Each kind of linear that the network has, and its output head. `bytesPerNumber`: of what is multiplied;
// `storedBytesPerNumber`: of a number of the checkpoint that is not quantized.
[[nodiscard]] std::vector<LinearLoad> linearLoads(const NetworkState& network, int bytesPerNumber,
                                                  double storedBytesPerNumber);

// One pass of `rows` tokens: decoding a token of each of 8 sequences has 8, reading a prompt has its length.
struct LoadTime {
    std::int64_t bytes = 0;     // weights once, and what comes in and goes out for each row
    std::int64_t flops = 0;     // 2 * weights * rows
    double byMemory = 0.0;      // seconds: bytes / bytes a second of the machine
    double byArithmetic = 0.0;  // seconds: flops / flops a second
    [[nodiscard]] bool memoryBinds() const noexcept { return byMemory >= byArithmetic; }
    [[nodiscard]] const char* boundBy() const noexcept { return memoryBinds() ? "memory" : "arithmetic"; }
    // No pass is faster.
    [[nodiscard]] double least() const noexcept { return memoryBinds() ? byMemory : byArithmetic; }
};
[[nodiscard]] LoadTime loadTime(const LinearLoad& load, std::int64_t rows, const MachineRates& machine);

// Where the plan's form of a linear saves bytes and no time here: zeros and codes, which are multiplied as
// matrices of `products` ("float32"). One sentence for each; none where the plan has no such form.
[[nodiscard]] std::vector<std::string> formRemarks(const NetworkState& planned, const std::string& products);
// Where fewer bytes are read and tokens come no faster: a gain that is within the quartiles of both, or below
// 2 %, while the weights are at least 2 % smaller. Batches are compared in pairs.
[[nodiscard]] std::vector<std::string> speedRemarks(const NetworkSpeed& dense, const NetworkSpeed& planned);

}  // namespace secateur
