// SPDX-License-Identifier: GPL-3.0-or-later
//
// Weights by size times the norm of their input, compared within a row.
#include "core/compress/methods/methods.h"
#include "core/compress/numeric/selection.h"
#include "core/compress/numeric/sparsity.h"

namespace secateur {

namespace {

Compressed compress(LinearTask& task, const OptionValues& options) {
    const SparsityWish wish = sparsityWish(options);
    const at::Tensor norms = task.inputs->norm2.to(task.weight.device()).sqrt();
    const at::Tensor scores = task.weight.abs() * norms;
    const at::Tensor mask =
        wish.pattern ? smallestOfGroups(scores, *wish.pattern) : smallestOfRows(scores, wish.sparsity);
    return {task.weight.masked_fill_(mask, 0.0), nullptr};
}

}  // namespace

RecipeMethod wandaMethod() {
    RecipeMethod method;
    method.info.name = "wanda";
    method.info.label = "Wanda";
    method.info.summary =
        "Zeroes weights that are small for the inputs they meet, the same number in every row.";
    method.info.citation =
        "Sun, Liu, Bair, Kolter: A Simple and Effective Pruning Approach for Large Language Models, "
        "ICLR 2024, arXiv 2306.11695";
    method.info.formula =
        "S_ij = |W_ij| |X_j|_2; in each row the int(C sparsity) smallest go; N:M: the N smallest of "
        "every M consecutive inputs of a row. The layers after see what is left.";
    method.info.kind = "sparsify";
    method.info.options = sparsityOptions();
    method.watches = Watch::Norms;
    method.compress = compress;
    method.checkShape = checkSparsity;
    return method;
}

}  // namespace secateur
