// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which weights a score prunes: what the sparsify methods share (algorithms.md 2). Masks are bool, true =
// pruned. Counts are doubles truncated to whole numbers, as the published code computes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "core/data/linear_form.h"
#include "core/data/linear_name.h"
#include "core/data/options.h"

namespace secateur {

// `sparsity` and `pattern`.
[[nodiscard]] std::vector<OptionSpec> sparsityOptions();

struct SparsityWish {
    double sparsity = 0.5;
    std::optional<SparsePattern> pattern;  // instead
};
// Throws InvalidArgument for a pattern that is none.
[[nodiscard]] SparsityWish sparsityWish(const OptionValues& options);

// Refuses patterns that do not divide the inputs, naming the nearest that do, and a sparsity that prunes all.
void checkSparsity(const OptionValues& options, LinearName linear, std::int64_t out, std::int64_t in,
                   const std::string& where);

// The `zeros` smallest of every `of` consecutive entries along the last dimension; of equal ones the first.
[[nodiscard]] at::Tensor smallestOfGroups(const at::Tensor& scores, const SparsePattern& pattern);
// The first int(columns * sparsity) of each row in ascending order; of equal ones the first.
[[nodiscard]] at::Tensor smallestOfRows(const at::Tensor& scores, double sparsity);
// Everything up to the int(n * sparsity)-th smallest of all, that one included.
[[nodiscard]] at::Tensor smallestOfAll(const at::Tensor& scores, double sparsity);

}  // namespace secateur
