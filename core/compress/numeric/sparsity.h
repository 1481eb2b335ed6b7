// SPDX-License-Identifier: GPL-3.0-or-later
//
// The options that the sparsify methods share (algorithms.md 2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "core/compress/method.h"
#include "core/data/linear_form.h"
#include "core/data/linear_name.h"
#include "core/data/options.h"

namespace secateur {

// `sparsity`, `pattern`, and how layers share the sparsity.
[[nodiscard]] std::vector<OptionSpec> sparsityOptions();

struct SparsityWish {
    double sparsity = 0.5;
    std::optional<SparsePattern> pattern;  // instead
};
// Throws InvalidArgument for a pattern that is none.
[[nodiscard]] SparsityWish sparsityWish(const OptionValues& options);

// |W_ij| |X_j|_2 (algorithms.md 2.1). [out, in] f32, on the weight's device. weight: [out, in] f32.
[[nodiscard]] at::Tensor sizeTimesInput(const at::Tensor& weight, const InputStatistics& inputs);
[[nodiscard]] at::Tensor sizeTimesInput(const LinearTask& task);
// True where the wish makes a zero: the N smallest scores of every M, or the smallest of each row. scores:
// [out, in] f32.
[[nodiscard]] at::Tensor smallest(const at::Tensor& scores, const SparsityWish& wish);

// Refuses patterns that do not divide the inputs, naming the nearest that do, and a sparsity that prunes all.
void checkSparsity(const OptionValues& options, LinearName linear, std::int64_t out, std::int64_t in,
                   const std::string& where);

}  // namespace secateur
