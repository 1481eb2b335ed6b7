// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/kernels.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/model/parallel.h"

namespace secateur::kernels {

namespace {

constexpr std::int64_t kLanes = 32;

// Each loop is written once, and cloned for wider vectors once for each type of value.

template <class Value>
SECATEUR_INLINED void rmsNormRowOf(const float* x, const float* weight, Value* out, std::int64_t width,
                                   float eps) {
    const auto mean = static_cast<float>(dot<kLanes>(x, x, width) / static_cast<double>(width));
    const float scale = 1.0F / std::sqrt(mean + eps);
    for (std::int64_t j = 0; j < width; ++j) put(out[j], x[j] * scale * weight[j]);
}

SECATEUR_VECTOR_CLONES
void rmsNormRow(const float* x, const float* weight, float* out, std::int64_t width, float eps) {
    rmsNormRowOf(x, weight, out, width, eps);
}

SECATEUR_VECTOR_CLONES
void rmsNormRow(const float* x, const float* weight, Bf16* out, std::int64_t width, float eps) {
    rmsNormRowOf(x, weight, out, width, eps);
}

template <class Value>
SECATEUR_INLINED void rotateHeadsOf(Value* x, const float* cos, const float* sin, std::int64_t heads,
                                    std::int64_t half) {
    for (std::int64_t head = 0; head < heads; ++head) {
        Value* first = x + head * 2 * half;
        Value* second = first + half;
        for (std::int64_t i = 0; i < half; ++i) {
            const float a = widen(first[i]);
            const float b = widen(second[i]);
            put(first[i], a * cos[i] - b * sin[i]);
            put(second[i], b * cos[i] + a * sin[i]);
        }
    }
}

SECATEUR_VECTOR_CLONES
void rotateHeads(float* x, const float* cos, const float* sin, std::int64_t heads, std::int64_t half) {
    rotateHeadsOf(x, cos, sin, heads, half);
}

SECATEUR_VECTOR_CLONES
void rotateHeads(Bf16* x, const float* cos, const float* sin, std::int64_t heads, std::int64_t half) {
    rotateHeadsOf(x, cos, sin, heads, half);
}

template <class Value>
SECATEUR_INLINED void swiGluValue(Value gate, Value up, Value& out) {
    const float x = widen(gate);
    put(out, x / (1.0F + exponential(-x)) * widen(up));
}

// Two loops, for what lies in the memory of its own input looks like an overlap to the compiler's vectors.
template <class Value>
SECATEUR_INLINED void swiGluValuesOf(const Value* gate, const Value* up, Value* out, std::int64_t count) {
    if (out == gate) {
        for (std::int64_t i = 0; i < count; ++i) swiGluValue(out[i], up[i], out[i]);
    } else {
        for (std::int64_t i = 0; i < count; ++i) swiGluValue(gate[i], up[i], out[i]);
    }
}

SECATEUR_VECTOR_CLONES
void swiGluValues(const float* gate, const float* up, float* out, std::int64_t count) {
    swiGluValuesOf(gate, up, out, count);
}

SECATEUR_VECTOR_CLONES
void swiGluValues(const Bf16* gate, const Bf16* up, Bf16* out, std::int64_t count) {
    swiGluValuesOf(gate, up, out, count);
}

SECATEUR_VECTOR_CLONES
void addValues(float* sum, const float* x, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) sum[i] += x[i];
}

SECATEUR_VECTOR_CLONES
void addValues(float* sum, const Bf16* x, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) sum[i] += widen(x[i]);
}

template <class Value>
SECATEUR_INLINED double exponentialsOf(const Value* row, std::int64_t classes, float most) {
    std::array<float, kLanes> partial{};
    std::int64_t i = 0;
    for (; i + kLanes <= classes; i += kLanes)
        for (std::int64_t lane = 0; lane < kLanes; ++lane)
            partial[lane] += exponential(widen(row[i + lane]) - most);
    double sum = sumOf(partial);
    for (; i < classes; ++i) sum += static_cast<double>(exponential(widen(row[i]) - most));
    return sum;
}

template <class Value>
SECATEUR_INLINED void addLogitsOf(const Value* row, std::int64_t classes, LogitSum& sum) {
    const float most = std::max(sum.most, largestOf(row, classes));
    const double before = sum.sum > 0.0 ? sum.sum * static_cast<double>(exponential(sum.most - most)) : 0.0;
    sum.sum = before + exponentialsOf(row, classes, most);
    sum.most = most;
}

SECATEUR_VECTOR_CLONES
void addRowLogits(const float* row, std::int64_t classes, LogitSum& sum) {
    addLogitsOf(row, classes, sum);
}

SECATEUR_VECTOR_CLONES
void addRowLogits(const Bf16* row, std::int64_t classes, LogitSum& sum) {
    addLogitsOf(row, classes, sum);
}

SECATEUR_VECTOR_CLONES
std::array<float, 3> productsOf(const float* a, const float* b, std::int64_t width) {
    std::array<float, kLanes> both{}, first{}, second{};
    std::int64_t i = 0;
    for (; i + kLanes <= width; i += kLanes)
        for (std::int64_t lane = 0; lane < kLanes; ++lane) {
            both[lane] += a[i + lane] * b[i + lane];
            first[lane] += a[i + lane] * a[i + lane];
            second[lane] += b[i + lane] * b[i + lane];
        }
    std::array<double, 3> sums{sumOf(both), sumOf(first), sumOf(second)};
    for (; i < width; ++i) {
        sums[0] += a[i] * b[i];
        sums[1] += a[i] * a[i];
        sums[2] += b[i] * b[i];
    }
    return {static_cast<float>(sums[0]), static_cast<float>(sums[1]), static_cast<float>(sums[2])};
}

SECATEUR_VECTOR_CLONES
void unitRow(const float* x, float* out, std::int64_t width) {
    const float length = std::sqrt(static_cast<float>(dot<kLanes>(x, x, width)));
    const float factor = length > 0.0F ? 1.0F / length : 0.0F;
    for (std::int64_t i = 0; i < width; ++i) out[i] = x[i] * factor;
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

template <class Value>
void rmsNorm(const float* x, const float* weight, Value* out, std::int64_t rows, std::int64_t width,
             float eps) {
    inParallel(rows, 16, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row)
            rmsNormRow(x + row * width, weight, out + row * width, width, eps);
    });
}

template <class Value>
void rotate(Value* x, const float* cos, const float* sin, std::int64_t batch, std::int64_t seq,
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

template <class Value>
void swiGlu(const Halves<const Value>& x, Value* out) {
    inParallel(x.rows, rowsTogether(x.width), [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row)
            swiGluValues(x.gate + row * x.stride, x.up + row * x.stride, out + row * x.width, x.width);
    });
}

template <class Value>
void addTo(float* sum, const Value* x, std::int64_t count) {
    inParallel(count, kValuesTogether,
               [&](std::int64_t begin, std::int64_t end) { addValues(sum + begin, x + begin, end - begin); });
}

double LogitSum::crossEntropy() const {
    return std::log(sum) + static_cast<double>(most) - static_cast<double>(wanted);
}

template <class Value>
void addLogits(const Value* logits, const std::int64_t* targets, LogitSum* sums, std::int64_t rows,
               std::int64_t first, std::int64_t classes) {
    inParallel(rows, 4, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t index = begin; index < end; ++index) {
            const Value* row = logits + index * classes;
            addRowLogits(row, classes, sums[index]);
            const std::int64_t wanted = targets[index] - first;
            if (wanted >= 0 && wanted < classes) sums[index].wanted = widen(row[wanted]);
        }
    });
}

template void rmsNorm(const float*, const float*, float*, std::int64_t, std::int64_t, float);
template void rmsNorm(const float*, const float*, Bf16*, std::int64_t, std::int64_t, float);
template void rotate(float*, const float*, const float*, std::int64_t, std::int64_t, std::int64_t,
                     std::int64_t);
template void rotate(Bf16*, const float*, const float*, std::int64_t, std::int64_t, std::int64_t,
                     std::int64_t);
template void swiGlu(const Halves<const float>&, float*);
template void swiGlu(const Halves<const Bf16>&, Bf16*);
template void addTo(float*, const float*, std::int64_t);
template void addTo(float*, const Bf16*, std::int64_t);
template void addLogits(const float*, const std::int64_t*, LogitSum*, std::int64_t, std::int64_t,
                        std::int64_t);
template void addLogits(const Bf16*, const std::int64_t*, LogitSum*, std::int64_t, std::int64_t,
                        std::int64_t);

void rowProducts(const float* a, const float* b, std::int64_t rows, std::int64_t width, float* ab, float* aa,
                 float* bb) {
    inParallel(rows, 16, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row) {
            const std::array<float, 3> some = productsOf(a + row * width, b + row * width, width);
            ab[row] = some[0];
            aa[row] = some[1];
            bb[row] = some[2];
        }
    });
}

void unitRows(const float* x, float* out, std::int64_t rows, std::int64_t width) {
    inParallel(rows, 16, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row) unitRow(x + row * width, out + row * width, width);
    });
}

void addColumnSums(const float* x, std::int64_t rows, std::int64_t width, double* sum, double* squares) {
    inParallel(width, kColumns, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = 0; row < rows; row += kRun)
            addRun(x + row * width + begin, std::min(kRun, rows - row), width, end - begin, sum + begin,
                   squares + begin);
    });
}

void mirrorUpper(float* matrix, std::int64_t width) {
    constexpr std::int64_t kSide = 64;  // of a tile, whose rows and columns stay in the first-level cache
    const std::int64_t tiles = (width + kSide - 1) / kSide;
    const auto turn = [&](std::int64_t top, std::int64_t left) {
        for (std::int64_t column = left; column < std::min(width, left + kSide); ++column)
            for (std::int64_t row = top; row < std::min({width, top + kSide, column}); ++row)
                matrix[column * width + row] = matrix[row * width + column];
    };
    inParallel(tiles, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t left = begin * kSide; left < end * kSide; left += kSide)
            for (std::int64_t top = 0; top <= left; top += kSide) turn(top, left);
    });
}

}  // namespace secateur::kernels
