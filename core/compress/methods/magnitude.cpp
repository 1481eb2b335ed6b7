// SPDX-License-Identifier: GPL-3.0-or-later
//
// The baseline of unstructured pruning: small weights go.
#include "core/compress/methods/methods.h"
#include "core/compress/numeric/selection.h"
#include "core/compress/numeric/sparsity.h"

namespace secateur {

namespace {

Compressed compress(LinearTask& task, const OptionValues& options) {
    const SparsityWish wish = sparsityWish(options);
    const at::Tensor size = task.weight.abs();
    const at::Tensor mask = wish.pattern          ? smallestOfGroups(size, *wish.pattern)
                            : wish.sparsity > 0.0 ? smallestOfAll(size, wish.sparsity)
                                                  : at::zeros(size.sizes(), size.options().dtype(at::kBool));
    return {task.weight.masked_fill_(mask, 0.0), nullptr};
}

}  // namespace

RecipeMethod magnitudeMethod() {
    RecipeMethod method;
    method.info.name = "magnitude";
    method.info.label = "Magnitude";
    method.info.summary =
        "Zeroes the smallest weights of each linear, or of every group of consecutive inputs.";
    method.info.citation =
        "Baseline of Sun, Liu, Bair, Kolter: A Simple and Effective Pruning Approach for Large "
        "Language Models, ICLR 2024, arXiv 2306.11695";
    method.info.formula =
        "zero where |W_ij| <= t, t the int(n sparsity)-th smallest of the matrix; N:M: the N smallest "
        "of every M consecutive inputs of a row.";
    method.info.kind = "sparsify";
    method.info.options = sparsityOptions();
    method.compress = compress;
    method.checkShape = checkSparsity;
    return method;
}

}  // namespace secateur
