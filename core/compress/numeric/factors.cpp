// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/numeric/factors.h"

#include <vector>

#include "core/data/linear_form.h"
#include "core/model/low_rank.h"

namespace secateur {

OptionSpec keepOption() {
    return {.key = "keep",
            .label = "Keep",
            .help = "Share of each linear's parameters that stays.",
            .usual = 0.5,
            .least = 0.0,
            .most = 1.0,
            .openBelow = true};
}

std::int64_t rankOf(const OptionValues& options, std::int64_t out, std::int64_t in) {
    const std::vector<OptionSpec> specs{keepOption()};
    return rankFor(numberOf(options, specs, "keep"), out, in);
}

std::shared_ptr<const LinearBody> truncated(const at::Tensor& weight, std::int64_t rank,
                                            const at::Tensor& whitening) {
    const at::Tensor target = whitening.defined() ? at::mm(weight, whitening) : weight;
    const auto [left, values, right] = at::linalg_svd(target, /*full_matrices=*/false);
    const at::Tensor root = values.narrow(0, 0, rank).sqrt();
    const at::Tensor b = left.narrow(1, 0, rank) * root;
    at::Tensor a = right.narrow(0, 0, rank) * root.unsqueeze(1);
    if (whitening.defined()) a = at::linalg_solve_triangular(whitening, a, /*upper=*/false, /*left=*/false);
    return std::make_shared<LowRankBody>(a.to(at::kFloat).contiguous(), b.to(at::kFloat).contiguous());
}

}  // namespace secateur
