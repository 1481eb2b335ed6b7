// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/numeric/ridge.h"

#include <algorithm>

namespace secateur {

at::Tensor lowerFactor(const at::Tensor& matrix) {
    const auto [lower, failed] = at::linalg_cholesky_ex(matrix);
    return failed.item<int>() == 0 ? lower : at::Tensor();
}

std::optional<Factored> factoredWithRidge(const at::Tensor& matrix, const Ridge& ridge,
                                          const Factoring& factoring) {
    const double mean = matrix.diagonal().mean().item<double>();
    const at::Tensor diagonal = matrix.diagonal().clone();
    double share = ridge.first;
    for (int attempt = 0; attempt < ridge.attempts; ++attempt) {
        matrix.diagonal().copy_(diagonal + share * mean);
        at::Tensor factor = factoring(matrix);
        if (factor.defined()) return Factored{std::move(factor), share};
        share = std::max(ridge.second, share * 10.0);
    }
    return std::nullopt;
}

}  // namespace secateur
