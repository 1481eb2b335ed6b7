// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/numeric/moments.h"

namespace secateur {

Moments momentsOf(const InputStatistics& inputs) {
    const at::Tensor mean = inputs.mean.to(at::kDouble);
    return {mean,
            inputs.gram.to(at::kDouble).div(static_cast<double>(inputs.tokens)) - at::outer(mean, mean)};
}

Moments together(const Moments& a, double tokensA, const Moments& b, double tokensB) {
    const double share = tokensB / (tokensA + tokensB);
    const at::Tensor difference = b.mean - a.mean;
    return {a.mean + difference * share, a.covariance * (1.0 - share) + b.covariance * share +
                                             at::outer(difference, difference) * (share * (1.0 - share))};
}

}  // namespace secateur
