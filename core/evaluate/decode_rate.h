// SPDX-License-Identifier: GPL-3.0-or-later
//
// How fast a network reads and writes here. It is timed while it runs the loop that writes completions
// (completion.h), so dense and planned networks, and every form of a linear, go through one code. Thread
// rule: the compute thread alone; anything else that runs on the machine shows in the times.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/job_context.h"
#include "core/data/bench.h"
#include "core/model/weights.h"

namespace secateur {

// Runs every batch of the options once, so that weights are loaded and memory is taken before the clock runs.
// Throws like measureDecoding().
void warmUp(WeightSource& network, const BenchOptions& options, JobContext& context);

// Every batch of the options for each network, after warmUp(): one repetition that is timed layer by layer,
// and those that count. The networks take turns, so that what else the machine does meets all of them alike.
// Which ids are read and written does not matter to the times; the most probable ones are. Progress has the
// unit "tokens". Throws InvalidArgument for options out of range and for more tokens than the network has
// positions, Cancelled within a layer of being asked to stop.
[[nodiscard]] std::vector<std::vector<BatchTimes>> measureDecoding(std::span<WeightSource* const> networks,
                                                                   const BenchOptions& options,
                                                                   JobContext& context);

// Loads all weights of a network that keeps them. Bytes of its layers, embedding and head as they are
// multiplied; a head that is the embedding counts once.
[[nodiscard]] std::int64_t loadWeights(WeightSource& weights, const JobContext& context);

// Bytes that a copy moves in a second (read and written ones), of a block as large as the weights, so that a
// network that stays in the caches is held against the caches; 256 MiB at most. Operations in a second of a
// product of two [1024, 1024] matrices in the dtype of products: 2 * 1024^3. The best of several, on as
// many threads as decoding uses. With these a linear of B bytes and F operations takes at least
// max(B / bytes a second, F / operations a second), and the larger of the two binds: the roofline.
[[nodiscard]] MachineRates measureMachine(const WeightSource& weights, const JobContext& context);

}  // namespace secateur
