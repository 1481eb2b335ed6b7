// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/numeric/sparsity.h"

#include <algorithm>
#include <iterator>

#include "core/base/error.h"
#include "core/compress/allocation.h"
#include "core/compress/numeric/selection.h"

namespace secateur {

std::vector<OptionSpec> sparsityOptions() {
    std::vector<OptionSpec> specs{
        {.key = "sparsity",
         .label = "Sparsity",
         .help = "Share of each linear's weights that become zero.",
         .usual = 0.5,
         .least = 0.0,
         .most = 1.0,
         .openAbove = true,
         .onlyIf = "pattern=none",
         .share = true},
        {.key = "pattern",
         .label = "Pattern",
         .help = "N:M makes N of every M consecutive inputs zero, e.g. 2:4; none: no pattern.",
         .usual = std::string("none")}};
    std::ranges::move(allocationOptions(), std::back_inserter(specs));
    return specs;
}

SparsityWish sparsityWish(const OptionValues& options) {
    const std::vector<OptionSpec> specs = sparsityOptions();
    SparsityWish wish;
    wish.sparsity = numberOf(options, specs, "sparsity");
    const std::string pattern = textOf(options, specs, "pattern");
    wish.pattern = sparsePattern(pattern);
    if (!wish.pattern && pattern != "none")
        throw Error(ErrorCode::InvalidArgument, "pattern '" + pattern + "' is not N:M with 0 < N < M",
                    "e.g. 2:4, two of every four consecutive inputs are zero; or none");
    return wish;
}

at::Tensor sizeTimesInput(const at::Tensor& weight, const InputStatistics& inputs) {
    return weight.abs() * inputs.norm2.to(weight.device()).sqrt();
}

at::Tensor sizeTimesInput(const LinearTask& task) {
    return sizeTimesInput(task.weight, *task.inputs);
}

at::Tensor smallest(const at::Tensor& scores, const SparsityWish& wish) {
    return wish.pattern ? smallestOfGroups(scores, *wish.pattern) : smallestOfRows(scores, wish.sparsity);
}

void checkSparsity(const OptionValues& options, LinearName, std::int64_t, std::int64_t in,
                   const std::string& where) {
    const SparsityWish wish = sparsityWish(options);
    if (!wish.pattern || in % wish.pattern->of == 0) return;
    std::int64_t below = wish.pattern->of, above = wish.pattern->of;
    while (below > 1 && in % below != 0) --below;
    while (above < in && in % above != 0) ++above;
    throw Error(ErrorCode::InvalidArgument,
                where + ": groups of " + std::to_string(wish.pattern->of) + " do not divide its " +
                    std::to_string(in) + " inputs",
                "the nearest that do are " + std::to_string(below) + " and " + std::to_string(above) +
                    "; or narrow with round-to, or leave this linear out");
}

}  // namespace secateur
