// SPDX-License-Identifier: GPL-3.0-or-later
//
// The best approximation of the weights alone by a product of two matrices.
#include "core/compress/methods/methods.h"
#include "core/compress/numeric/factors.h"

namespace secateur {

namespace {

Compressed compress(LinearTask& task, const OptionValues& values) {
    const std::int64_t rank = rankOf(values, task.weight.size(0), task.weight.size(1));
    return {at::Tensor(), truncated(task.weight.to(at::kDouble), rank, {})};
}

}  // namespace

RecipeMethod svdMethod() {
    RecipeMethod method;
    method.info.name = "svd";
    method.info.label = "SVD";
    method.info.summary =
        "Replaces each linear by the product of two narrow ones that is nearest to it; needs no data.";
    method.info.citation = "Baseline of Wang, Zheng, Wan, Zhang: SVD-LLM, ICLR 2025, arXiv 2403.07378";
    method.info.formula = "W = U S V', the rank floor(keep m n / (m + n)) largest singular values stay.";
    method.info.kind = "factorize";
    method.info.options = {keepOption()};
    method.compress = compress;
    return method;
}

}  // namespace secateur
