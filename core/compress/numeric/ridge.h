// SPDX-License-Identifier: GPL-3.0-or-later
//
// Symmetric matrices that are singular, or nearly, are factored with a ridge on their diagonal, which is
// raised until it is enough: what all methods do that solve with a Gram matrix.
#pragma once

#include <functional>
#include <optional>

#include <ATen/ATen.h>

namespace secateur {

// Shares of the mean of the diagonal: the first that is tried, the second at least, then tenfold each.
struct Ridge {
    double first = 0.0;
    double second = 0.0;
    int attempts = 0;
};

// What is wanted of the matrix; undefined where it cannot be had of this one.
using Factoring = std::function<at::Tensor(const at::Tensor& matrix)>;
// Lower L with L L' = matrix; undefined when it is not positive definite.
[[nodiscard]] at::Tensor lowerFactor(const at::Tensor& matrix);

struct Factored {
    at::Tensor factor;
    double share = 0.0;
};
// nullopt: no attempt did. The diagonal of `matrix` is changed.
[[nodiscard]] std::optional<Factored> factoredWithRidge(const at::Tensor& matrix, const Ridge& ridge,
                                                        const Factoring& factoring = lowerFactor);

}  // namespace secateur
