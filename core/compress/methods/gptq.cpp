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
    specs.push_back({.key = "act-order",
                     .label = "Activation order",
                     .help =
                         "Round the columns of the largest inputs first, while many others can still make up "
                         "for the error; the scales of groups are then static.",
                     .usual = false});
    specs.push_back(
        {.key = "static-groups",
         .label = "Static groups",
         .help = "Scales from the weights before any correction, not from what they are by the turn of "
                 "their group.",
         .usual = false,
         .place = OptionSpec::Place::More});
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

// Which grid each column is rounded to, as the columns come.
class Grids {
public:
    // columns: [in, out], changed in place by the caller as it goes; fixed: the scales come from what they
    // are now.
    Grids(at::Tensor columns, const OptionValues& values, const at::Tensor& order)
        : columns_(std::move(columns)), order_(order) {
        const std::vector<OptionSpec> specs = options();
        const std::int64_t group = integerOf(values, specs, "group");
        bits_ = integerOf(values, specs, "bits");
        symmetric_ = flagOf(values, specs, "symmetric");
        group_ = group > 0 ? std::min(group, columns_.size(0)) : columns_.size(0);
        if (!order_.defined() && !flagOf(values, specs, "static-groups")) return;
        const at::Tensor inOrder =
            order_.defined() ? columns_.index_select(0, at::argsort(order_)) : columns_;
        for (std::int64_t first = 0; first < columns_.size(0); first += group_)
            static_.push_back(gridOf(inOrder, first));
    }

    // Of the column that comes as number `index`; asked for in order.
    const Grid& at(std::int64_t index) {
        if (!static_.empty()) {
            const std::int64_t column = order_.defined() ? order_[index].item<std::int64_t>() : index;
            return static_[static_cast<std::size_t>(column / group_)];
        }
        if (index % group_ == 0) current_ = gridOf(columns_, index);
        return current_;
    }

private:
    [[nodiscard]] Grid gridOf(const at::Tensor& columns, std::int64_t first) const {
        const std::int64_t some = std::min(group_, columns.size(0) - first);
        Grid grid = secateur::gridOf(columns.narrow(0, first, some).t().contiguous(), bits_, symmetric_);
        grid.scale = grid.scale.squeeze(1);
        if (grid.zero.defined()) grid.zero = grid.zero.squeeze(1);
        return grid;
    }

    at::Tensor columns_, order_;
    std::int64_t bits_ = 0, group_ = 0;
    bool symmetric_ = true;
    std::vector<Grid> static_;
    Grid current_;
};

Compressed compress(LinearTask& task, const OptionValues& values) {
    const std::vector<OptionSpec> specs = options();
    at::Tensor order;  // [in]: which column comes when; undefined: from the left
    LinearTask ordered = task;
    InputStatistics inputs;
    if (flagOf(values, specs, "act-order")) {
        order = at::argsort(task.inputs->gram.diagonal(), /*stable=*/true, 0, /*descending=*/true)
                    .to(task.weight.device());
        const at::Tensor& gram = task.inputs->gram;
        const at::Tensor there = order.to(gram.device());
        inputs.gram = gram.index_select(0, there).index_select(1, there);
        ordered.inputs = &inputs;
        ordered.weight = task.weight.index_select(1, order);
    }
    const at::Tensor zeros = zerosOf(ordered.weight);
    Surgeon surgeon = surgeonFor(ordered, numberOf(values, specs, "damping"));
    Grids grids(surgeon.columns, values, order);
    const auto change = [&](std::int64_t index, std::int64_t first, const at::Tensor& block) {
        at::Tensor column = rounded(block.select(0, index - first), grids.at(index));
        return zeros.defined() ? column.masked_fill_(zeros.select(0, index), 0.0) : column;
    };
    at::Tensor weight = operate(std::move(surgeon), integerOf(values, specs, "block"), {}, change);
    return {order.defined() ? weight.index_select(1, at::argsort(order)) : weight, nullptr};
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
    method.info.triedFirst = true;
    method.info.options = options();
    method.watches = Watch::Gram;
    method.compress = compress;
    method.checkShape = checkShape;
    return method;
}

}  // namespace secateur
