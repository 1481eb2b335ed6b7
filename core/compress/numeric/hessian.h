// SPDX-License-Identifier: GPL-3.0-or-later
//
// Optimal brain surgery column by column (SparseGPT 2301.00774, GPTQ 2210.17323; algorithms.md 2.4): each
// column is changed, and the columns after it make up for the error as well as they can.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "core/compress/method.h"

namespace secateur {

// `damping` and `block`.
[[nodiscard]] std::vector<OptionSpec> hessianOptions();

// Throws Corrupt for a Gram matrix of NaN or Inf.
void requireFiniteGram(const LinearTask& task);

struct Surgeon {
    at::Tensor columns;  // [in, out]: the weight's columns as rows, those of dead inputs zero
    at::Tensor factor;   // [in, in] upper, H^-1 = U' U
};
// H = gram + damping mean(diag gram) I, with 1 on the diagonal of inputs that are always 0. Damping is raised
// tenfold, and the task warned, until the matrix can be factored. Throws Corrupt for NaN or Inf.
[[nodiscard]] Surgeon surgeonFor(const LinearTask& task, double damping);

// What becomes of column `index` [out], which the columns before it have been allowed for. `block`: [columns
// of the block, out] as they are now, `first`: the block's first column.
using ChangeColumn =
    std::function<at::Tensor(std::int64_t index, std::int64_t first, const at::Tensor& block)>;
// Called at the start of each block; may be empty.
using BeginBlock = std::function<void(std::int64_t first, const at::Tensor& block)>;

// Changes all columns from the left. Returns [out, in].
[[nodiscard]] at::Tensor operate(Surgeon surgeon, std::int64_t blockSize, const BeginBlock& begin,
                                 const ChangeColumn& change);

}  // namespace secateur
