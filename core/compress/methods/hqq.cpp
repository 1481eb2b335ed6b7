// SPDX-License-Identifier: GPL-3.0-or-later
//
// Half-quadratic quantization: rounds to a grid whose zero points make large errors few.
#include "core/compress/methods/methods.h"
#include "core/compress/numeric/quantizer.h"

namespace secateur {

namespace {

constexpr double kBeta = 10.0, kGrowth = 1.01, kNorm = 0.7;  // as published
constexpr double kMostInverseScale = 2e4;                    // as published: finer scales do not fit 16 bits

std::vector<OptionSpec> options() {
    std::vector<OptionSpec> specs{bitsOption(), groupOption(), padOption()};
    specs[1].usual = std::int64_t{64};
    specs.push_back({.key = "zero",
                     .label = "Zero points",
                     .help = "free: any number, stored in 16 bits; rounded: whole codes, stored as one.",
                     .usual = std::string("free"),
                     .choices = {"free", "rounded"}});
    specs.push_back(
        {.key = "iterations",
         .label = "Iterations",
         .help = "At most; it ends when the mean error no longer falls. 0: the range of each group alone.",
         .unit = "iterations",
         .usual = std::int64_t{20},
         .least = 0.0,
         .most = 1000.0,
         .place = OptionSpec::Place::More});
    return specs;
}

// The proximal step of |e|^p: small errors become 0, large ones stay.
at::Tensor shrunk(const at::Tensor& errors, double beta) {
    const at::Tensor sizes = errors.abs();
    const at::Tensor least = sizes.pow(kNorm - 1.0).div_(beta);  // infinite at 0
    return at::sub(sizes, least).clamp_min_(0.0).mul_(errors.sign());
}

Compressed compress(LinearTask& task, const OptionValues& values) {
    const std::vector<OptionSpec> specs = options();
    const double most = static_cast<double>((std::int64_t{1} << integerOf(values, specs, "bits")) - 1);
    const at::Tensor weights = grouped(task.weight, integerOf(values, specs, "group"));
    const at::Tensor low = weights.amin(-1, true), range = weights.amax(-1, true) - low;
    const at::Tensor inverse =
        at::where(range > 1e-4, most / range, at::ones_like(range)).clamp_max_(kMostInverseScale);
    at::Tensor zero = -low * inverse;
    const auto codes = [&] { return at::round(weights * inverse + zero).clamp_(0.0, most); };
    const auto errors = [&](const at::Tensor& rounded) { return weights - (rounded - zero) / inverse; };
    at::Tensor best = zero;
    double least = 0.0, beta = kBeta;
    const std::int64_t iterations = integerOf(values, specs, "iterations");
    for (std::int64_t turn = 0; turn <= iterations; ++turn) {
        const at::Tensor rounded = codes(), error = errors(rounded);
        const double mean = error.abs().mean().item<double>();
        if (turn > 0 && mean >= least) break;
        least = mean;
        best = zero;
        zero = (rounded - (weights - shrunk(error, beta)) * inverse).mean(-1, true);
        beta *= kGrowth;
    }
    zero = best;
    if (textOf(values, specs, "zero") == "rounded") zero = at::round(zero).clamp_(0.0, most);
    return {ungrouped((codes() - zero) / inverse, task.weight.size(1)), nullptr};
}

}  // namespace

RecipeMethod hqqMethod() {
    RecipeMethod method;
    method.info.name = "hqq";
    method.info.label = "HQQ";
    method.info.summary =
        "Rounds weights to grids whose zero points are fitted so that few weights err by much; needs no "
        "data.";
    method.info.citation =
        "Badri, Shaji: Half-Quadratic Quantization of Large Machine Learning Models, Mobius Labs 2023";
    method.info.formula =
        "q = round(w / s + z) over the range of each group; in turns e = shrink(w - s (q - z)) of |e|^0.7 "
        "with beta "
        "from 10, times 1.01 a turn, and z = mean(q - (w - e) / s); s stays.";
    method.info.kind = "quantize";
    method.info.options = options();
    method.compress = compress;
    method.checkShape = checkGroup;
    return method;
}

}  // namespace secateur
