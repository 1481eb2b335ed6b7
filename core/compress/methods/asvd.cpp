// SPDX-License-Identifier: GPL-3.0-or-later
//
// Truncation of the matrix whose columns are scaled by the size of their inputs.
#include "core/compress/methods/methods.h"
#include "core/compress/numeric/factors.h"

namespace secateur {

namespace {

constexpr double kLeastScale = 1e-6;  // as published

std::vector<OptionSpec> options() {
    return {keepOption(),
            {.key = "power",
             .label = "Power of the size",
             .help = "How much the sizes of the inputs count; 0: plain SVD.",
             .usual = 0.5,
             .least = 0.0,
             .most = 2.0},
            {.key = "size",
             .label = "Size",
             .help = "Of an input over the tokens of the text: the mean of |x|, or the largest.",
             .usual = std::string("mean"),
             .choices = {"mean", "max"},
             .place = OptionSpec::Place::More}};
}

Compressed compress(LinearTask& task, const OptionValues& values) {
    const std::vector<OptionSpec> specs = options();
    const at::Tensor& size =
        textOf(values, specs, "size") == "max" ? task.inputs->absMax : task.inputs->absMean;
    const at::Tensor scale =
        size.to(task.weight.device(), at::kDouble).pow(numberOf(values, specs, "power")).add_(kLeastScale);
    const std::int64_t rank = rankOf(values, task.weight.size(0), task.weight.size(1));
    return {at::Tensor(), truncated(task.weight.to(at::kDouble), rank, scale.diag())};
}

}  // namespace

RecipeMethod asvdMethod() {
    RecipeMethod method;
    method.info.name = "asvd";
    method.info.label = "ASVD";
    method.info.summary =
        "Replaces each linear by the product of two narrow ones, exact where the inputs are large.";
    method.info.citation =
        "Yuan, Shang, Song, Wu, Yan, Sun: ASVD: Activation-aware Singular Value Decomposition for "
        "Compressing "
        "Large Language Models, arXiv 2312.05821";
    method.info.formula =
        "S = diag(size(x_j)^power + 1e-6), W S = U D V', the rank floor(keep m n / (m + n)) largest stay, "
        "W' = U D V' S^-1.";
    method.info.kind = "factorize";
    method.info.options = options();
    method.watches = Watch::Sizes;
    method.compress = compress;
    method.onDense = true;
    return method;
}

}  // namespace secateur
