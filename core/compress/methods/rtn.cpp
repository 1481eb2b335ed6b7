// SPDX-License-Identifier: GPL-3.0-or-later
//
// Round to nearest: the baseline of quantization.
#include "core/compress/methods/methods.h"
#include "core/compress/numeric/quantizer.h"

namespace secateur {

namespace {

std::vector<OptionSpec> options() {
    return {bitsOption(), groupOption(), symmetricOption(), padOption()};
}

Compressed compress(LinearTask& task, const OptionValues& values) {
    const std::vector<OptionSpec> specs = options();
    const at::Tensor groups = grouped(task.weight, integerOf(values, specs, "group"));
    const Grid grid = gridOf(groups, integerOf(values, specs, "bits"), flagOf(values, specs, "symmetric"));
    return {ungrouped(rounded(groups, grid), task.weight.size(1)), nullptr};
}

}  // namespace

RecipeMethod rtnMethod() {
    RecipeMethod method;
    method.info.name = "rtn";
    method.info.label = "Round to nearest";
    method.info.summary =
        "Rounds weights to the nearest of 4 to 256 values of their row or group; needs no data.";
    method.info.citation =
        "Baseline of Frantar, Ashkboos, Hoefler, Alistarh: GPTQ, ICLR 2023, arXiv 2210.17323";
    method.info.formula =
        "symmetric: s = max|w| / (2^(b-1) - 1), q = clamp(round(w / s)); asymmetric: s = (max - min) / "
        "(2^b - 1) over a range that holds 0, z = round(-min / s), w = s (q - z).";
    method.info.kind = "quantize";
    method.info.triedFirst = true;
    method.info.options = options();
    method.compress = compress;
    method.checkShape = checkGroup;
    return method;
}

}  // namespace secateur
