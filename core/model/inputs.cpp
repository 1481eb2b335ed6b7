// SPDX-License-Identifier: GPL-3.0-or-later
//
// The Gram matrix is symmetric, so only blocks on and above its diagonal are multiplied: little more than
// half of the work of the whole product.
#include "core/model/inputs.h"

#include <algorithm>

#include "core/model/kernels.h"
#include "core/model/tensors.h"

namespace secateur {

namespace {

constexpr std::int64_t kBlock = 256;  // wide enough for the matrix product, narrow enough to skip almost half
// Up to this width sums are float64, which costs little there: factors of nearly singular matrices need the
// digits.
constexpr std::int64_t kExactWidth = 512;

// Writes what is above the diagonal below it too.
void mirrorUpper(const at::Tensor& matrix) {
    if (isHostFloat(matrix)) return kernels::mirrorUpper(matrix.mutable_data_ptr<float>(), matrix.size(0));
    const std::int64_t width = matrix.size(0);
    for (std::int64_t first = 0; first < width; first += kBlock) {
        const std::int64_t some = std::min(kBlock, width - first), after = first + some;
        const at::Tensor block = matrix.narrow(0, first, some).narrow(1, first, some);
        block.copy_(block.triu().add_(block.triu(1).t()));
        if (after < width)
            matrix.narrow(0, after, width - after)
                .narrow(1, first, some)
                .copy_(matrix.narrow(0, first, some).narrow(1, after, width - after).t());
    }
}

// matrix += rows^T rows on and above the diagonal, for columns [first, first + width): each half in the same
// way, and the rectangle of the one by the other, which is large and nearly square.
void addUpper(const at::Tensor& matrix, const at::Tensor& rows, std::int64_t first, std::int64_t width) {
    const auto add = [&](std::int64_t top, std::int64_t high, std::int64_t left, std::int64_t wide) {
        at::Tensor block = matrix.narrow(0, top, high).narrow(1, left, wide);
        block.addmm_(rows.narrow(1, top, high).t(), rows.narrow(1, left, wide));
    };
    if (width <= kBlock) return add(first, width, first, width);
    const std::int64_t half = (width / 2 + kBlock - 1) / kBlock * kBlock;
    addUpper(matrix, rows, first, half);
    add(first, half, first + half, width - half);
    addUpper(matrix, rows, first + half, width - half);
}

}  // namespace

void InputAccumulator::add(const at::Tensor& x) {
    const std::int64_t in = x.size(-1);
    const at::Tensor rows = x.reshape({-1, in}).to(at::kFloat).contiguous();
    if (!sum_.defined()) {
        const auto wide = rows.options().dtype(at::kDouble);
        sum_ = at::zeros({in}, wide);
        squares_ = at::zeros({in}, wide);
        if (watch_ == Watch::Gram) gram_ = at::zeros({in, in}, in <= kExactWidth ? wide : rows.options());
    }
    if (isHostFloat(rows)) {
        kernels::addColumnSums(rows.const_data_ptr<float>(), rows.size(0), in,
                               sum_.mutable_data_ptr<double>(), squares_.mutable_data_ptr<double>());
    } else {
        sum_ += rows.sum(0, false, at::kDouble);
        squares_ += rows.square().sum(0, false, at::kDouble);
    }
    if (watch_ == Watch::Sizes) {
        const at::Tensor sizes = rows.abs();
        const at::Tensor sum = sizes.sum(0, false, at::kDouble), largest = sizes.amax(0);
        sizes_ = sizes_.defined() ? sizes_.add_(sum) : sum;
        largest_ = largest_.defined() ? at::maximum(largest_, largest) : largest;
    }
    windows_ += x.size(0);
    tokens_ += rows.size(0);
    if (watch_ != Watch::Gram) return;
    if (in <= kExactWidth) {
        const at::Tensor exact = rows.to(at::kDouble);
        gram_.addmm_(exact.t(), exact);
        return;
    }
    addUpper(gram_, rows, 0, in);
}

InputStatistics InputAccumulator::finish() const {
    InputStatistics statistics;
    statistics.windows = windows_;
    statistics.tokens = tokens_;
    if (!sum_.defined()) return statistics;
    statistics.mean = sum_.div(static_cast<double>(tokens_)).to(at::kFloat);
    statistics.norm2 = squares_.div(static_cast<double>(windows_)).to(at::kFloat);
    if (sizes_.defined()) {
        statistics.absMean = sizes_.div(static_cast<double>(tokens_)).to(at::kFloat);
        statistics.absMax = largest_;
    }
    if (gram_.defined() && gram_.scalar_type() == at::kFloat) mirrorUpper(gram_);
    statistics.gram = gram_;
    return statistics;
}

}  // namespace secateur
