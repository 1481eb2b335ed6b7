// SPDX-License-Identifier: GPL-3.0-or-later
//
// Prunes and reconstructs in turns: the alternating direction method of multipliers between the least squares
// of the outputs and the zeros.
#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/compress/methods/methods.h"
#include "core/compress/numeric/hessian.h"
#include "core/compress/numeric/selection.h"
#include "core/compress/numeric/sparsity.h"

namespace secateur {

namespace {

constexpr double kPenalty = 1.0;  // rho: the scaled Gram matrix has ones on its diagonal

std::vector<OptionSpec> options() {
    std::vector<OptionSpec> specs = sparsityOptions();
    specs.push_back({.key = "iterations",
                     .label = "Iterations",
                     .help = "Turns of pruning and reconstruction.",
                     .unit = "iterations",
                     .usual = std::int64_t{20},
                     .least = 1.0,
                     .most = 1000.0,
                     .place = OptionSpec::Place::More});
    specs.push_back(
        {.key = "ramp",
         .label = "Ramp",
         .help = "Iterations in which the zeros grow to their full number; they stay the same after.",
         .unit = "iterations",
         .usual = std::int64_t{15},
         .least = 1.0,
         .most = 1000.0,
         .place = OptionSpec::Place::More});
    specs.push_back({.key = "damping",
                     .label = "Damping",
                     .help = "Added to the diagonal of the scaled Gram matrix, whose entries are 1.",
                     .usual = 0.1,
                     .least = 0.0,
                     .most = 10.0,
                     .place = OptionSpec::Place::More});
    return specs;
}

// The int(n share) smallest of all.
at::Tensor smallestOfWhole(const at::Tensor& scores, double share) {
    return smallestOfRows(scores.reshape({1, -1}), share).view(scores.sizes());
}

// What is zero at `part` of the ramp (1: its end). scores: [out, in]. Of a pattern only those may go that it
// lets go.
at::Tensor zerosAt(const at::Tensor& scores, const SparsityWish& wish, double part) {
    const double grown = 1.0 - std::pow(1.0 - part, 3.0);
    if (!wish.pattern) return smallestOfWhole(scores, wish.sparsity * grown);
    const at::Tensor allowed = smallestOfGroups(scores, *wish.pattern);
    if (part >= 1.0) return allowed;
    const double share = static_cast<double>(wish.pattern->zeros) / wish.pattern->of * grown;
    return smallestOfWhole(scores.masked_fill(allowed.logical_not(), HUGE_VAL), share);
}

// (G + shift I)^-1. A Gram matrix has no negative eigenvalues: with a shift there always is one.
at::Tensor inverseOf(const at::Tensor& gram, double shift) {
    return at::cholesky_inverse(at::linalg_cholesky(gram + shift * at::eye(gram.size(0), gram.options())));
}

Compressed compress(LinearTask& task, const OptionValues& values) {
    const std::vector<OptionSpec> specs = options();
    const SparsityWish wish = sparsityWish(values);
    const std::int64_t iterations = integerOf(values, specs, "iterations");
    const std::int64_t ramp = std::min(integerOf(values, specs, "ramp"), iterations);
    const double damping = numberOf(values, specs, "damping");
    requireFiniteGram(task);
    at::Tensor gram = task.inputs->gram.to(task.weight.device(), at::kFloat, false, /*copy=*/true);
    // Columns are scaled by the size of their inputs, so that sizes of weights compare as in Wanda.
    const at::Tensor size = gram.diagonal().sqrt() + 1e-8;
    gram.div_(size).div_(size.unsqueeze(1));
    const at::Tensor inverse = inverseOf(gram, damping + kPenalty);
    const at::Tensor dense = task.weight * size;
    const at::Tensor target = at::mm(dense, gram).add_(dense, damping);
    gram.reset();
    at::Tensor weight = dense, dual = at::zeros_like(dense), mask;
    for (std::int64_t turn = 0; turn < iterations; ++turn) {
        const at::Tensor wanted = weight + dual;
        if (turn < ramp)
            mask = zerosAt(wanted.abs(), wish, static_cast<double>(turn + 1) / static_cast<double>(ramp));
        const at::Tensor sparse = wanted.masked_fill(mask, 0.0);
        dual.add_(weight).sub_(sparse);
        weight = at::mm(at::add(target, sparse - dual, kPenalty), inverse);
    }
    return {(weight + dual).masked_fill_(mask, 0.0).div_(size), nullptr};
}

}  // namespace

RecipeMethod admmMethod() {
    RecipeMethod method;
    method.info.name = "admm";
    method.info.label = "ADMM";
    method.info.summary =
        "Zeroes weights a few at a time and fits the others anew each time, over the whole matrix.";
    method.info.citation =
        "Boza: Fast and Effective Weight Update for Pruned Large Language Models, TMLR 2024, arXiv "
        "2401.02938";
    method.info.formula =
        "Columns scaled by |X_j|, G = X'X so scaled; in turns Z = (W + U) without its smallest, U += W - Z, "
        "W = (W_0 (G + damping I) + rho (Z - U)) (G + (damping + rho) I)^-1 with rho = 1; the zeros grow as "
        "1 - (1 - t)^3 over the ramp.";
    method.info.kind = "sparsify";
    method.info.options = options();
    method.watches = Watch::Gram;
    method.compress = compress;
    method.checkShape = checkSparsity;
    return method;
}

}  // namespace secateur
