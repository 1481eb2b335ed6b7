// SPDX-License-Identifier: GPL-3.0-or-later
//
// Prunes column by column, the columns after making up for the error.
#include <algorithm>

#include "core/compress/methods/methods.h"
#include "core/compress/numeric/hessian.h"
#include "core/compress/numeric/selection.h"
#include "core/compress/numeric/sparsity.h"

namespace secateur {

namespace {

std::vector<OptionSpec> options() {
    std::vector<OptionSpec> specs = sparsityOptions();
    const std::vector<OptionSpec> own = hessianOptions();
    specs.insert(specs.end(), own.begin(), own.end());
    return specs;
}

// Blocks hold whole patterns.
std::int64_t blockSize(const OptionValues& values, const SparsityWish& wish) {
    const std::int64_t block = integerOf(values, hessianOptions(), "block");
    return wish.pattern ? std::max<std::int64_t>(block / wish.pattern->of, 1) * wish.pattern->of : block;
}

Compressed compress(LinearTask& task, const OptionValues& values) {
    const SparsityWish wish = sparsityWish(values);
    Surgeon surgeon = surgeonFor(task, numberOf(values, hessianOptions(), "damping"));
    const at::Tensor diagonal2 = surgeon.factor.diagonal().square().unsqueeze(1);
    at::Tensor mask;  // of the block: [columns, out]
    // w^2 / U_ii^2 of some columns, as they are now.
    const auto scores = [&](const at::Tensor& columns, std::int64_t first) {
        return columns.square() / diagonal2.narrow(0, first, columns.size(0));
    };
    const auto begin = [&](std::int64_t first, const at::Tensor& block) {
        if (!wish.pattern)
            mask = wish.sparsity > 0.0 ? smallestOfAll(scores(block, first), wish.sparsity)
                                       : at::zeros(block.sizes(), block.options().dtype(at::kBool));
        else
            mask = at::zeros(block.sizes(), block.options().dtype(at::kBool));
    };
    const auto change = [&](std::int64_t index, std::int64_t first, const at::Tensor& block) {
        const std::int64_t at = index - first;
        if (wish.pattern && at % wish.pattern->of == 0) {
            const at::Tensor some = block.narrow(0, at, wish.pattern->of);
            const at::Tensor chosen = smallestOfGroups(scores(some, index).t().contiguous(), *wish.pattern);
            mask.narrow(0, at, wish.pattern->of).copy_(chosen.t());
        }
        return block.select(0, at).masked_fill(mask.select(0, at), 0.0);
    };
    return {operate(std::move(surgeon), blockSize(values, wish), begin, change), nullptr};
}

}  // namespace

RecipeMethod sparseGptMethod() {
    RecipeMethod method;
    method.info.name = "sparsegpt";
    method.info.label = "SparseGPT";
    method.info.summary = "Zeroes weights column by column and changes the others to make up for it.";
    method.info.citation =
        "Frantar, Alistarh: SparseGPT: Massive Language Models Can Be Accurately Pruned in One-Shot, "
        "ICML 2023, arXiv 2301.00774";
    method.info.formula =
        "H = 2 X'X + damping mean(diag H) I, H^-1 = U'U; in blocks of columns those with the smallest "
        "w^2 / U_ii^2 become 0, and the columns after lose (w / U_ii) U_i.";
    method.info.kind = "sparsify";
    method.info.options = options();
    method.watches = Watch::Gram;
    method.compress = compress;
    method.checkShape = checkSparsity;
    return method;
}

}  // namespace secateur
