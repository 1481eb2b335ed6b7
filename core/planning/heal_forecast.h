// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a healing run will cost, known before it starts. Pure; no network is touched.
#pragma once

#include <cstdint>
#include <string>

#include "core/data/heal.h"
#include "core/data/network_config.h"

namespace secateur {

struct HealForecast {
    std::int64_t weights = 0;      // float32 masters, and copies in the products' dtype while a step runs
    std::int64_t gradients = 0;    // float32, of every lane
    std::int64_t optimizer = 0;    // two float32 moments
    std::int64_t activations = 0;  // kept from the forward pass for the backward pass, logits of a few rows
    std::int64_t teacher = 0;      // its weights and, when layers are matched, what is compared of them
    // What comes and goes within a step, an evaluation or the writing of a checkpoint, and what the allocator
    // holds beyond what it was asked for.
    std::int64_t work = 0;
    std::int64_t fill = 0;     // what steps of the uncut network before the cut take beyond all that
    std::int64_t process = 0;  // what the process holds before the run
    // Of the whole process, at its peak.
    [[nodiscard]] std::int64_t total() const noexcept { return needed() + process; }
    // What the run takes of the memory that is free.
    [[nodiscard]] std::int64_t needed() const noexcept {
        return weights + gradients + optimizer + activations + teacher + work + fill;
    }
};

struct HealScale {
    int seqLen = 128;
    int productBytes = 4;                    // 2 when products are bf16 or f16
    const NetworkConfig* teacher = nullptr;  // null: none
    int threads = 1;                         // of the CPU; 1 on an accelerator
    // What steps before the cut run; null: none, or not known.
    const NetworkConfig* uncut = nullptr;
    std::int64_t processBytes = 0;  // see HealForecast::process; 0 on an accelerator
};

// Bytes of memory at the peak of a run: never below what is used, and not by much too high (a test measures a
// process).
[[nodiscard]] HealForecast forecastHeal(const NetworkConfig& network, const HealOptions& options,
                                        const HealScale& scale);

// Windows of a batch that are run at once: options.microBatch, else as many as make about 4096 tokens.
[[nodiscard]] int windowsAtOnce(const HealOptions& options, int batchWindows, int seqLen);

// Parts of the windows that are run at once, each computed by one thread with gradients of its own: as many
// as there are threads, as long as the gradients of the others take no more than all activations do.
[[nodiscard]] int lanesAtOnce(const NetworkConfig& network, const HealOptions& options,
                              const HealScale& scale);

// Parameters that learn.
[[nodiscard]] std::int64_t learningParameters(const NetworkConfig& network, const HealOptions& options);

// Floating-point operations of training on one token: 6 for each multiplied weight that learns (forward, and
// gradients of input and weight), 4 where the weight itself does not learn, 2 more with recomputation, and 2
// for each weight of the teacher (algorithms.md 8, 9.3). Attention scores are not counted.
[[nodiscard]] double trainingFlopsPerToken(const NetworkConfig& network, const HealOptions& options,
                                           const NetworkConfig* teacher);

// Throws OutOfMemory with the numbers and what would fit when a run needs more than `available` bytes.
void requireHealFits(const NetworkConfig& network, const HealOptions& options, const HealScale& scale,
                     std::int64_t available);

}  // namespace secateur
