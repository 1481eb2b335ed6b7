// SPDX-License-Identifier: GPL-3.0-or-later
//
// The weight is held transposed, so that a column is contiguous and a block's corrections are rank-1 updates
// of rows.
#include "core/compress/numeric/hessian.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/compress/numeric/ridge.h"

namespace secateur {

namespace {

constexpr int kDampingAttempts = 6;
constexpr double kRaisedDamping = 1e-3;  // at least

// Upper U with H^-1 = U' U; undefined when H is not positive definite.
at::Tensor factorOf(const at::Tensor& hessian) {
    at::Tensor inverse;
    {
        const at::Tensor lower = lowerFactor(hessian);
        if (!lower.defined()) return {};
        inverse = at::cholesky_inverse(lower);
    }
    const auto [upper, failedAgain] = at::linalg_cholesky_ex(inverse, /*upper=*/true);
    if (failedAgain.item<int>() != 0 || !at::isfinite(upper).all().item<bool>()) return {};
    return upper;
}

}  // namespace

std::vector<OptionSpec> hessianOptions() {
    return {{.key = "damping",
             .label = "Damping",
             .help = "Added to the diagonal of the Gram matrix, as a share of its mean.",
             .usual = 0.01,
             .least = 0.0,
             .most = 10.0,
             .place = OptionSpec::Place::More},
            {.key = "block",
             .label = "Block",
             .help = "Columns that are decided together.",
             .unit = "columns",
             .usual = std::int64_t{128},
             .least = 1.0,
             .most = 65536.0,
             .place = OptionSpec::Place::More}};
}

void requireFiniteGram(const LinearTask& task) {
    if (!at::isfinite(task.inputs->gram).all().item<bool>())
        throw Error(ErrorCode::Corrupt, task.where + ": the Gram matrix of its inputs holds NaN or Inf",
                    "try --dtype f32");
}

Surgeon surgeonFor(const LinearTask& task, double damping) {
    requireFiniteGram(task);
    const at::Tensor& gram = task.inputs->gram;
    Surgeon surgeon;
    at::Tensor hessian = gram.to(task.weight.device(), gram.scalar_type(), false, true);
    const at::Tensor dead = hessian.diagonal().eq(0);
    hessian.diagonal().masked_fill_(dead, 1.0);
    surgeon.columns = task.weight.t().contiguous();
    surgeon.columns.masked_fill_(dead.unsqueeze(1), 0.0);
    if (const auto factored =
            factoredWithRidge(hessian, {damping, kRaisedDamping, kDampingAttempts}, factorOf)) {
        surgeon.factor = factored->factor.to(at::kFloat);
        if (factored->share != damping && task.warn)
            task.warn(task.where + ": the Gram matrix is singular; damping was raised to " +
                      formatOption(OptionValue(factored->share)));
        return surgeon;
    }
    throw Error(ErrorCode::InvalidArgument, task.where + ": the Gram matrix of its inputs cannot be factored",
                "use more calibration text, or a larger damping");
}

at::Tensor operate(Surgeon surgeon, std::int64_t blockSize, const BeginBlock& begin,
                   const ChangeColumn& change) {
    at::Tensor& columns = surgeon.columns;
    const std::int64_t in = columns.size(0);
    for (std::int64_t first = 0; first < in; first += blockSize) {
        const std::int64_t some = std::min(blockSize, in - first);
        const at::Tensor block = columns.narrow(0, first, some);
        const at::Tensor corner = surgeon.factor.narrow(0, first, some).narrow(1, first, some);
        at::Tensor errors = at::empty_like(block);
        if (begin) begin(first, block);
        for (std::int64_t i = 0; i < some; ++i) {
            const at::Tensor column = block.select(0, i);
            const at::Tensor changed = change(first + i, first, block);
            at::Tensor error = errors.select(0, i);
            at::sub_out(error, column, changed).div_(corner.select(0, i).select(0, i));
            if (i + 1 < some)
                block.narrow(0, i + 1, some - i - 1)
                    .addr_(corner.select(0, i).narrow(0, i + 1, some - i - 1), error, 1, -1);
            column.copy_(changed);
        }
        const std::int64_t left = in - first - some;
        if (left > 0)
            columns.narrow(0, first + some, left)
                .addmm_(surgeon.factor.narrow(0, first, some).narrow(1, first + some, left).t(), errors, 1,
                        -1);
    }
    return columns.t().contiguous();
}

}  // namespace secateur
