// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/numeric/sparsity.h"

#include "core/base/error.h"

namespace secateur {

std::vector<OptionSpec> sparsityOptions() {
    return {{.key = "sparsity",
             .label = "Sparsity",
             .help = "Share of each linear's weights that become zero.",
             .usual = 0.5,
             .least = 0.0,
             .most = 1.0,
             .openAbove = true,
             .onlyIf = "pattern=none"},
            {.key = "pattern",
             .label = "Pattern",
             .help = "N:M makes N of every M consecutive inputs zero, e.g. 2:4; none: no pattern.",
             .usual = std::string("none")}};
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

at::Tensor smallestOfGroups(const at::Tensor& scores, const SparsePattern& pattern) {
    const at::Tensor groups = scores.reshape({-1, pattern.of});
    const at::Tensor order = std::get<1>(groups.sort(/*stable=*/true, /*dim=*/1, /*descending=*/false));
    at::Tensor mask = at::zeros(groups.sizes(), groups.options().dtype(at::kBool));
    mask.scatter_(1, order.narrow(1, 0, pattern.zeros), true);
    return mask.view(scores.sizes());
}

at::Tensor smallestOfRows(const at::Tensor& scores, double sparsity) {
    const auto count = static_cast<std::int64_t>(static_cast<double>(scores.size(1)) * sparsity);
    const at::Tensor order = std::get<1>(scores.sort(/*stable=*/true, /*dim=*/1, /*descending=*/false));
    at::Tensor mask = at::zeros(scores.sizes(), scores.options().dtype(at::kBool));
    return mask.scatter_(1, order.narrow(1, 0, count), true);
}

at::Tensor smallestOfAll(const at::Tensor& scores, double sparsity) {
    const at::Tensor flat = scores.flatten();
    const auto index = static_cast<std::int64_t>(static_cast<double>(flat.numel()) * sparsity);
    const at::Tensor threshold = std::get<0>(flat.kthvalue(index + 1));
    return scores.le(threshold);
}

}  // namespace secateur
