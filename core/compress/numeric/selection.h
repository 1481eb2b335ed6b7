// SPDX-License-Identifier: GPL-3.0-or-later
//
// The smallest scores of a matrix, of its rows or of groups in them, as masks: bool, true = among the
// smallest (algorithms.md 2). Counts are doubles truncated to whole numbers, as the published code computes
// them. NaN counts as larger than everything. Results do not depend on the number of threads.
#pragma once

#include <ATen/ATen.h>

#include "core/data/linear_form.h"

namespace secateur {

// The `zeros` smallest of every `of` consecutive entries along the last dimension; of equal ones the first.
// scores: [out, in] f32, in a multiple of `of`.
[[nodiscard]] at::Tensor smallestOfGroups(const at::Tensor& scores, const SparsePattern& pattern);
// The first int(columns * share) of each row in ascending order; of equal ones the first. scores: [out, in]
// f32.
[[nodiscard]] at::Tensor smallestOfRows(const at::Tensor& scores, double share);
// Everything up to the int(n * share)-th smallest of all, that one included.
[[nodiscard]] at::Tensor smallestOfAll(const at::Tensor& scores, double share);

}  // namespace secateur
