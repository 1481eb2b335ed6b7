// SPDX-License-Identifier: GPL-3.0-or-later
//
// Weights by size times the norm of their input, compared within a row.
#include <cmath>

#include "core/compress/methods/methods.h"
#include "core/compress/numeric/sparsity.h"

namespace secateur {

namespace {

constexpr double kMostPart = 0.8, kTolerance = 1e-3;  // as published

std::vector<OptionSpec> options() {
    std::vector<OptionSpec> specs = sparsityOptions();
    specs.push_back(
        {.key = "variant",
         .label = "Variant",
         .help = "Each row loses the same part of the sum of its scores, not the same number of weights.",
         .usual = false,
         .place = OptionSpec::Place::More,
         .onlyIf = "pattern=none"});
    return specs;
}

// The smallest of each row whose scores sum up to `part` of the row's, for the part that makes `share` of
// all.
at::Tensor smallestBySum(const at::Tensor& scores, double share) {
    const at::Tensor sorted = std::get<0>(scores.sort(/*stable=*/true, 1, false));
    const at::Tensor sums = sorted.cumsum(1, at::kDouble), whole = sums.narrow(1, sums.size(1) - 1, 1);
    const auto maskFor = [&](double part) {
        const at::Tensor count = sums.le(whole * part).sum(1, true);
        const at::Tensor last = sorted.gather(1, (count - 1).clamp_min(0));
        return scores.le(last).logical_and_(count.gt(0));
    };
    double least = 0.0, most = kMostPart, part = kMostPart / 2.0;
    at::Tensor mask = maskFor(part);
    for (;;) {
        const double found = mask.to(at::kFloat).mean().item<double>();
        if (std::abs(found - share) <= kTolerance || most - least < kTolerance) return mask;
        (found > share ? most : least) = part;
        part = (least + most) / 2.0;
        mask = maskFor(part);
    }
}

Compressed compress(LinearTask& task, const OptionValues& values) {
    const SparsityWish wish = sparsityWish(values);
    const at::Tensor scores = sizeTimesInput(task);
    const bool variant = !wish.pattern && flagOf(values, options(), "variant");
    const at::Tensor mask = variant ? smallestBySum(scores, wish.sparsity) : smallest(scores, wish);
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
        "every M consecutive inputs of a row. The layers after see what is left. Variant: in each row the "
        "smallest go that sum up to "
        "alpha of the row's sum, alpha by bisection so that the share of all zeros is the sparsity.";
    method.info.kind = "sparsify";
    method.info.triedFirst = true;
    method.info.options = options();
    method.watches = Watch::Norms;
    method.compress = compress;
    method.checkShape = checkSparsity;
    return method;
}

}  // namespace secateur
