// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/ATen.h>

#include "core/model/inputs.h"

namespace secateur {

// Mean and covariance of a linear's inputs over tokens, f64.
struct Moments {
    at::Tensor mean;        // [in]
    at::Tensor covariance;  // [in, in]
};

// Of statistics that hold a Gram matrix.
[[nodiscard]] Moments momentsOf(const InputStatistics& inputs);
// Of the tokens of both, which are so many each.
[[nodiscard]] Moments together(const Moments& a, double tokensA, const Moments& b, double tokensB);

}  // namespace secateur
