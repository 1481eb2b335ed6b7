// SPDX-License-Identifier: GPL-3.0-or-later
//
// The same for the outputs that a text's inputs give: truncation after whitening.
#include "core/base/error.h"
#include "core/compress/methods/methods.h"
#include "core/compress/numeric/factors.h"
#include "core/compress/numeric/ridge.h"

namespace secateur {

namespace {

constexpr double kRidge = 1e-6;        // of the mean of the diagonal
constexpr int kWhiteningAttempts = 6;  // up to 0.1

void warnOfShortText(const LinearTask& task) {
    const std::int64_t in = task.weight.size(1);
    if (task.inputs->tokens >= 2 * in || !task.warn) return;
    task.warn(task.where + ": " + std::to_string(task.inputs->tokens) + " calibration tokens are few for " +
              std::to_string(in) + " inputs; use at least " + std::to_string(2 * in));
}

// Lower S with S S' = C + ridge mean(diag C) I; the ridge is raised tenfold until there is one. The diagonal
// of `covariance` is changed: a second matrix of its size would cost a gigabyte at 11008 inputs.
at::Tensor whiteningOf(const at::Tensor& covariance, const LinearTask& task) {
    if (const auto factored = factoredWithRidge(covariance, {kRidge, 0.0, kWhiteningAttempts})) {
        if (factored->share > kRidge && task.warn)
            task.warn(task.where + ": the covariance of its inputs is singular; the ridge was raised to " +
                      formatOption(OptionValue(factored->share)));
        return factored->factor;
    }
    throw Error(ErrorCode::InvalidArgument, task.where + ": the covariance of its inputs cannot be factored",
                "use more calibration text, or a method that looks at the weights alone");
}

Compressed compress(LinearTask& task, const OptionValues& values) {
    warnOfShortText(task);
    at::Tensor covariance = task.inputs->gram.to(task.weight.device(), at::kDouble, false, /*copy=*/true)
                                .div_(static_cast<double>(task.inputs->tokens));
    const at::Tensor whitening = whiteningOf(covariance, task);
    covariance.reset();
    const std::int64_t rank = rankOf(values, task.weight.size(0), task.weight.size(1));
    return {at::Tensor(), truncated(task.weight.to(at::kDouble), rank, whitening)};
}

}  // namespace

RecipeMethod svdLlmMethod() {
    RecipeMethod method;
    method.info.name = "svd-llm";
    method.info.label = "SVD-LLM";
    method.info.summary =
        "Replaces each linear by the product of two narrow ones that gives the nearest outputs.";
    method.info.citation =
        "Wang, Zheng, Wan, Zhang: SVD-LLM: Truncation-aware Singular Value Decomposition for Large "
        "Language Model Compression, ICLR 2025, arXiv 2403.07378";
    method.info.formula =
        "C = X'X / tokens + 1e-6 mean(diag) I = S S'; W S = U D V', the rank floor(keep m n / (m + n)) "
        "largest stay, W' = U D V' S^-1; the loss is the sum of the squares that go.";
    method.info.kind = "factorize";
    method.info.triedFirst = true;
    method.info.options = {keepOption()};
    method.watches = Watch::Gram;
    method.compress = compress;
    method.onDense = true;
    return method;
}

}  // namespace secateur
