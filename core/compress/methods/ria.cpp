// SPDX-License-Identifier: GPL-3.0-or-later
//
// Weights by their share of their row and of their column, times a power of the norm of their input.
#include "core/compress/methods/methods.h"
#include "core/compress/numeric/sparsity.h"

namespace secateur {

namespace {

std::vector<OptionSpec> options() {
    std::vector<OptionSpec> specs = sparsityOptions();
    specs.push_back({.key = "power",
                     .label = "Power of the norm",
                     .help = "How much the inputs count: 0 not at all, 1 as in Wanda.",
                     .usual = 0.5,
                     .least = 0.0,
                     .most = 2.0,
                     .place = OptionSpec::Place::More});
    return specs;
}

// |w| / sum of |w| along `dimension`; 0 where all are 0.
at::Tensor share(const at::Tensor& sizes, std::int64_t dimension) {
    const at::Tensor sums = sizes.sum(dimension, true);
    return sizes / at::where(sums > 0, sums, at::ones_like(sums));
}

Compressed compress(LinearTask& task, const OptionValues& values) {
    const SparsityWish wish = sparsityWish(values);
    const at::Tensor norms = task.inputs->norm2.to(task.weight.device()).sqrt();
    const at::Tensor sizes = task.weight.abs();
    const at::Tensor scores =
        (share(sizes, 0) + share(sizes, 1)) * norms.pow(numberOf(values, options(), "power"));
    return {task.weight.masked_fill_(smallest(scores, wish), 0.0), nullptr};
}

}  // namespace

RecipeMethod riaMethod() {
    RecipeMethod method;
    method.info.name = "ria";
    method.info.label = "RIA";
    method.info.summary =
        "Zeroes weights that are a small part of their row and of their column, so that no channel is "
        "emptied.";
    method.info.citation =
        "Zhang, Bai, Lin, Zhao, Hou, Cannistraci: Plug-and-Play: An Efficient Post-training Pruning Method "
        "for "
        "Large Language Models, ICLR 2024";
    method.info.formula =
        "S_ij = (|W_ij| / sum_k |W_kj| + |W_ij| / sum_k |W_ik|) |X_j|_2^power; in each row the int(C "
        "sparsity) "
        "smallest go; N:M: the N smallest of every M consecutive inputs of a row. Channels are not permuted.";
    method.info.kind = "sparsify";
    method.info.options = options();
    method.watches = Watch::Norms;
    method.compress = compress;
    method.checkShape = checkSparsity;
    return method;
}

}  // namespace secateur
