// SPDX-License-Identifier: GPL-3.0-or-later
//
// How fast what a plan leaves will write, before it has run: from the times of the single layers of the
// network as it was opened. Pure; any thread.
#pragma once

#include <functional>
#include <optional>

#include "core/data/bench.h"
#include "core/data/network_state.h"
#include "core/data/plan.h"

namespace secateur {

// Seconds of a step. With the measured times of the opened network,
//
//   seconds = sum over the layers that are left of
//                 time of the layer * (bytes of its linears that are left / bytes of all its linears)
//             + rest
//
// `rest` is the time of embedding, head and choice. Bytes are those that are multiplied: zeros and codes
// count in full, two factors count for themselves. What else a layer does (attention over what was read, the
// product of gate and up) shrinks with its heads and channels too, so all of its time is taken to follow its
// bytes; what does not shrink (norms, calls of small networks) makes the forecast too fast, and caches that a
// smaller network fits into make it too slow. `opened` must be what `dense` was measured on.
[[nodiscard]] double forecastStep(const BatchTimes& dense, const NetworkConfig& opened,
                                  const NetworkState& planned);
// The same for a network of which every layer loses this share of its linears.
[[nodiscard]] double forecastStep(const BatchTimes& dense, double removed);

// Tokens in a second: those of all sequences of the batch.
[[nodiscard]] inline double rateOf(const BatchTimes& dense, double stepSeconds) {
    return stepSeconds > 0.0 ? dense.batch / stepSeconds : 0.0;
}

// Beyond this ratio nothing is looked for: hardly anything is left of a network.
inline constexpr double kLargestRatio = 0.95;

struct RatioForRate {
    double ratio = 0.0;
    double rate = 0.0;     // at that ratio
    bool reached = false;  // false: the nearest that there is
};
// The smallest ratio (within half a per cent of the rate) whose rate reaches `target`. `rateAt` tells the
// rate at a ratio, growing with it, and nothing where there is no plan; it is asked ten times at most, fewer
// the straighter its seconds are.
[[nodiscard]] RatioForRate ratioForRate(double target,
                                        const std::function<std::optional<double>(double ratio)>& rateAt);

// The same by the forecast. `planAt` plans at a ratio and throws Error where there is no plan; empty, where
// that takes more than an instant: every layer is taken to lose the same share.
[[nodiscard]] RatioForRate ratioForRate(double target, const BatchTimes& dense, const NetworkConfig& opened,
                                        const std::function<Plan(double ratio)>& planAt);

}  // namespace secateur
