// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/kernels.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/model/parallel.h"

namespace secateur::kernels {

namespace {

// Independent partial sums: they fill vector registers and keep float32 sums over thousands of values exact
// enough.
constexpr std::int64_t kLanes = 32;

SECATEUR_VECTOR_CLONES
void rmsNormRow(const float* x, const float* weight, float* out, std::int64_t width, float eps) {
    std::array<float, kLanes> partial{};
    std::int64_t i = 0;
    for (; i + kLanes <= width; i += kLanes)
        for (std::int64_t lane = 0; lane < kLanes; ++lane) partial[lane] += x[i + lane] * x[i + lane];
    double sum = 0.0;
    for (float one : partial) sum += one;
    for (; i < width; ++i) sum += x[i] * x[i];
    const float scale = 1.0F / std::sqrt(static_cast<float>(sum / static_cast<double>(width)) + eps);
    for (std::int64_t j = 0; j < width; ++j) out[j] = x[j] * scale * weight[j];
}

SECATEUR_VECTOR_CLONES
void rotateHeads(float* x, const float* cos, const float* sin, std::int64_t heads, std::int64_t half) {
    for (std::int64_t head = 0; head < heads; ++head) {
        float* first = x + head * 2 * half;
        float* second = first + half;
        for (std::int64_t i = 0; i < half; ++i) {
            const float a = first[i];
            const float b = second[i];
            first[i] = a * cos[i] - b * sin[i];
            second[i] = b * cos[i] + a * sin[i];
        }
    }
}

constexpr std::int64_t kColumns = 256;  // whose sums stay in the first-level cache
constexpr std::int64_t kRun = 64;

SECATEUR_VECTOR_CLONES
void addRun(const float* x, std::int64_t rows, std::int64_t stride, std::int64_t width, double* sum,
            double* squares) {
    std::array<float, kColumns> some{}, some2{};
    for (std::int64_t row = 0; row < rows; ++row)
        for (std::int64_t c = 0; c < width; ++c) {
            const float value = x[row * stride + c];
            some[c] += value;
            some2[c] += value * value;
        }
    for (std::int64_t c = 0; c < width; ++c) {
        sum[c] += static_cast<double>(some[c]);
        squares[c] += static_cast<double>(some2[c]);
    }
}

}  // namespace

void rmsNorm(const float* x, const float* weight, float* out, std::int64_t rows, std::int64_t width,
             float eps) {
    inParallel(rows, 16, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row)
            rmsNormRow(x + row * width, weight, out + row * width, width, eps);
    });
}

void rotate(float* x, const float* cos, const float* sin, std::int64_t batch, std::int64_t seq,
            std::int64_t heads, std::int64_t headDim) {
    const std::int64_t half = headDim / 2;
    inParallel(batch * seq, 16, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t token = begin; token < end; ++token) {
            const std::int64_t position = token % seq;
            rotateHeads(x + token * heads * headDim, cos + position * half, sin + position * half, heads,
                        half);
        }
    });
}

void addColumnSums(const float* x, std::int64_t rows, std::int64_t width, double* sum, double* squares) {
    inParallel(width, kColumns, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = 0; row < rows; row += kRun)
            addRun(x + row * width + begin, std::min(kRun, rows - row), width, end - begin, sum + begin,
                   squares + begin);
    });
}

}  // namespace secateur::kernels
