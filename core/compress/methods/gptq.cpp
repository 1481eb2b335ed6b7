// SPDX-License-Identifier: GPL-3.0-or-later
//
// Rounds column by column, the columns after making up for the error.
#include <algorithm>

#include "core/base/error.h"
#include "core/compress/methods/methods.h"
#include "core/compress/numeric/hessian.h"
#include "core/compress/numeric/quantizer.h"

namespace secateur {

namespace {

constexpr double kSparseShare = 0.01;  // of exact zeros, from which on they stay

std::vector<OptionSpec> options() {
    std::vector<OptionSpec> specs{bitsOption(), groupOption(), symmetricOption(), padOption()};
    const std::vector<OptionSpec> own = hessianOptions();
    specs.insert(specs.end(), own.begin(), own.end());
    return specs;
}

// Zeros that an earlier step made, [in, out]; undefined when there are hardly any.
at::Tensor zerosOf(const at::Tensor& weight) {
    const at::Tensor zero = weight.eq(0);
    return zero.to(at::kFloat).mean().item<double>() >= kSparseShare ? zero.t().contiguous() : at::Tensor();
}

void checkShape(const OptionValues& values, LinearName linear, std::int64_t out, std::int64_t in,
                const std::string& where) {
    const std::vector<OptionSpec> specs = options();
    checkGroup(values, linear, out, in, where);
    const std::int64_t group = integerOf(values, specs, "group"), block = integerOf(values, specs, "block");
    if (group > 0 && group < in && block % group != 0 && group % block != 0)
        throw Error(ErrorCode::InvalidArgument,
                    where + ": groups of " + std::to_string(group) + " and blocks of " +
                        std::to_string(block) + " columns do not fit into each other",
                    "one must be a multiple of the other");
}

Compressed compress(LinearTask& task, const OptionValues& values) {
    const std::vector<OptionSpec> specs = options();
    const std::int64_t bits = integerOf(values, specs, "bits"), group = integerOf(values, specs, "group");
    const bool symmetric = flagOf(values, specs, "symmetric");
    const at::Tensor zeros = zerosOf(task.weight);
    Surgeon surgeon = surgeonFor(task, numberOf(values, specs, "damping"));
    const at::Tensor columns =
        surgeon.columns;  // changed in place: a group's scales come from what it is by then
    const auto gridAt = [&](std::int64_t first, std::int64_t some) {
        Grid grid = gridOf(columns.narrow(0, first, some).t().contiguous(), bits, symmetric);
        grid.scale = grid.scale.squeeze(1);
        if (grid.zero.defined()) grid.zero = grid.zero.squeeze(1);
        return grid;
    };
    Grid grid = gridAt(0, group > 0 ? std::min(group, columns.size(0)) : columns.size(0));
    const auto change = [&](std::int64_t index, std::int64_t first, const at::Tensor& block) {
        if (group > 0 && index % group == 0) grid = gridAt(index, std::min(group, columns.size(0) - index));
        at::Tensor column = rounded(block.select(0, index - first), grid);
        return zeros.defined() ? column.masked_fill_(zeros.select(0, index), 0.0) : column;
    };
    return {operate(std::move(surgeon), integerOf(values, specs, "block"), {}, change), nullptr};
}

}  // namespace

RecipeMethod gptqMethod() {
    RecipeMethod method;
    method.info.name = "gptq";
    method.info.label = "GPTQ";
    method.info.summary = "Rounds weights column by column and changes the columns after to make up for it.";
    method.info.citation =
        "Frantar, Ashkboos, Hoefler, Alistarh: GPTQ: Accurate Post-Training Quantization for "
        "Generative Pre-trained Transformers, ICLR 2023, arXiv 2210.17323";
    method.info.formula =
        "H = 2 X'X + damping mean(diag H) I, H^-1 = U'U; each column is rounded to its group's grid, "
        "and the columns after lose ((w - q) / U_ii) U_i.";
    method.info.kind = "quantize";
    method.info.options = options();
    method.watches = Watch::Gram;
    method.compress = compress;
    method.checkShape = checkShape;
    return method;
}

}  // namespace secateur
