// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a plan must reach, in the words of who asks: one budget or several, and memory at a length of context.
// Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/model_summary.h"
#include "core/data/network_state.h"
#include "core/data/plan.h"
#include "core/planning/budget.h"

namespace secateur {

// Weights, packed to their bits, and the keys and values of `batch` sequences of so many tokens at the
// checkpoint's dtype. What a program takes besides (activations, buffers) is not counted.
struct MemoryLimit {
    std::int64_t bytes = 0;
    std::int64_t context = 0;  // tokens
    int batch = 1;             // sequences
    bool operator==(const MemoryLimit&) const = default;
};

// All must hold.
struct Target {
    std::vector<Budget> budgets;
    std::vector<MemoryLimit> memory;
    bool operator==(const Target&) const = default;
    [[nodiscard]] bool ofSpeed() const;
};

// What parseBudget() reads, and memory: "under 4 GB with 8k context", "4 GB at 8192 tokens", where k stands
// for 1024; "batch 4" after it, for as many sequences. Several are joined by "and" or commas. Nothing for
// other text.
[[nodiscard]] std::optional<Target> parseTarget(std::string_view text);
[[nodiscard]] std::string targetText(const Target& target);  // as parseTarget() reads it
// What parseTarget() reads, for messages.
[[nodiscard]] std::string targetExamples();

// Bytes of the keys and values of `batch` sequences of `context` tokens; a layer with a sliding window holds
// no more than that.
[[nodiscard]] std::int64_t cacheBytes(const ModelSummary& model, const NetworkState& state,
                                      std::int64_t context, int batch);

// What a plan leaves, as far as targets ask.
struct Reached {
    std::int64_t parameters = 0;
    std::int64_t bytes = 0;      // packedAfter()
    std::optional<double> rate;  // tokens a second of one sequence, foretold; none where nothing was timed
    std::vector<double> excess;  // of each budget, then of each memory limit: what there is by what may be
    [[nodiscard]] double worst() const;  // of `excess`
    [[nodiscard]] bool meets() const { return worst() <= 1.0; }
};
// `denseRate`, `rate`: as in Reached; a target of speed is far from met without them.
[[nodiscard]] Reached reachedBy(const Target& target, const ModelSummary& model, const NetworkState& state,
                                const Accounting& sums, std::optional<double> denseRate,
                                std::optional<double> rate);
// What is reached of each part of the target: "4.87 M parameters, 9.74 MB of weights".
[[nodiscard]] std::string inWords(const Target& target, const Reached& reached);

}  // namespace secateur
