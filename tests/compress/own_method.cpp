// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/compress/own_method.h"

#include "core/compress/method.h"

namespace secateur::testing {

namespace {

std::vector<OptionSpec> options() {
    return {{.key = "sparsity",
             .label = "Sparsity",
             .help = "Share of the inputs that are cut off.",
             .usual = 0.5,
             .least = 0.0,
             .most = 1.0,
             .openAbove = true,
             .share = true},
            {.key = "side",
             .label = "Side",
             .help = "Where inputs are cut off.",
             .usual = std::string("last"),
             .choices = {"first", "last"}}};
}

Compressed compress(LinearTask& task, const OptionValues& values) {
    const std::int64_t inputs = task.weight.size(1);
    const auto cut = static_cast<std::int64_t>(numberOf(values, options(), "sparsity") * inputs);
    const std::int64_t first = textOf(values, options(), "side") == "first" ? 0 : inputs - cut;
    task.weight.narrow(1, first, cut).zero_();
    return {task.weight, nullptr};
}

}  // namespace

void registerOwnMethod() {
    RecipeMethod method;
    method.info.name = kOwnMethod;
    method.info.label = "Edges";
    method.info.summary = "Cuts off the first or the last inputs of each linear.";
    method.info.citation = "The tests of this program";
    method.info.formula = "W_ij = 0 for the first (last) sparsity * in columns j.";
    method.info.kind = "sparsify";
    method.info.options = options();
    method.compress = compress;
    registerRecipeMethod(std::move(method));
}

}  // namespace secateur::testing
