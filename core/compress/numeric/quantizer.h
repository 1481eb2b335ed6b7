// SPDX-License-Identifier: GPL-3.0-or-later
//
// Grids that weights are rounded to (algorithms.md 6.1): what the quantize methods share. Rounding is half to
// even.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "core/data/linear_name.h"
#include "core/data/options.h"

namespace secateur {

// One scale and zero point per row or group.
struct Grid {
    at::Tensor scale;  // broadcasts over the weights
    at::Tensor zero;   // undefined: symmetric
    double least = 0.0, most = 0.0;
};

// Over the last dimension of `weights`. Symmetric: s = max|w| / (2^(b-1) - 1), q in [-2^(b-1), 2^(b-1) - 1].
// Else the range is widened to hold 0: s = (max - min) / (2^b - 1), z = round(-min / s). All-zero groups get
// s = 1.
[[nodiscard]] Grid gridOf(const at::Tensor& weights, std::int64_t bits, bool symmetric);
// The values of the grid that are nearest.
[[nodiscard]] at::Tensor rounded(const at::Tensor& weights, const Grid& grid);

// weights [out, in] -> [out, groups, group]; a short last group is padded with zeros. group 0: the whole row.
[[nodiscard]] at::Tensor grouped(const at::Tensor& weights, std::int64_t group);
[[nodiscard]] at::Tensor ungrouped(const at::Tensor& groups, std::int64_t in);

// `bits`, `symmetric`, `group` and `pad`.
[[nodiscard]] OptionSpec bitsOption();
[[nodiscard]] OptionSpec symmetricOption();
[[nodiscard]] OptionSpec groupOption();
[[nodiscard]] OptionSpec padOption();
// Refuses groups that do not divide the inputs, naming the nearest that do, unless `pad` allows a short last
// one.
void checkGroup(const OptionValues& options, LinearName linear, std::int64_t out, std::int64_t in,
                const std::string& where);

}  // namespace secateur
