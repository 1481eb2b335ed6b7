// SPDX-License-Identifier: GPL-3.0-or-later
//
// Affine refit of the linears that read what a width step keeps (methods-2.md M1; GRAIL, OSSCAR). With the
// kept inputs K of W [out, in], mean m and covariance C of all inputs:
//     W_K = W C[:, K] (C[K, K] + lambda mean(diag C[K, K]) I)^-1,   b' = b + W m - W_K m_K
// minimises E |W x + b - (W_K x_K + b')|^2. With W_K = W[:, K] it is FLAP's bias, which is taken instead
// where its error on windows that the fit did not see is no larger.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "core/base/job_context.h"
#include "core/compress/step_sources.h"
#include "core/data/network_state.h"
#include "core/model/inputs.h"
#include "core/model/weights.h"

namespace secateur {

struct Refit {
    at::Tensor weight;        // [out, kept] f32
    at::Tensor bias;          // [out] f32
    double lambda = 0.0;      // 0: the bias alone
    double refitError = 0.0;  // held out, as a share of the variance of the dense output; the best lambda's
    double biasError = 0.0;   // of FLAP's bias, on the same windows
};

// weight: [out, in] f32; bias: [out] or undefined; kept: int64 indices of the inputs that stay. `fit` and
// `held`: Gram matrices of different windows; lambda is chosen by the error on `held`, and the fit is then
// made on both. Not `anew`: the bias alone.
[[nodiscard]] Refit refitLinear(const at::Tensor& weight, const at::Tensor& bias, const at::Tensor& kept,
                                const InputStatistics& fit, const InputStatistics& held, bool anew = true);

// The source after a width step whose readers are refitted: layers in order, each on what the refitted ones
// below give. Every fifth window is held out. Throws InvalidArgument for fewer than two windows.
[[nodiscard]] std::shared_ptr<LayerSource> refitSource(std::shared_ptr<LayerSource> before, StepEffect effect,
                                                       const StepPass& pass, JobContext& context);

}  // namespace secateur
