// SPDX-License-Identifier: GPL-3.0-or-later
//
// Loops of a pass over host memory that LibTorch would do in several. A Value is float or Bf16; arithmetic is
// float32 for both. Results do not depend on the number of threads.
#pragma once

#include <cstdint>
#include <limits>

#include "core/model/vector_math.h"

// Wider vectors where the processor has them, chosen when the program starts.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define SECATEUR_VECTOR_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define SECATEUR_VECTOR_CLONES
#endif

namespace secateur::kernels {

// out[r] = x[r] / sqrt(mean(x[r]^2) + eps) * weight, for rows of `width` values.
template <class Value>
void rmsNorm(const float* x, const float* weight, Value* out, std::int64_t rows, std::int64_t width,
             float eps);

// Turns channel pairs (i, i + headDim / 2) of every head by the angle of its position.
// x: [batch, seq, heads, headDim] in place; cos, sin: [seq, headDim / 2].
template <class Value>
void rotate(Value* x, const float* cos, const float* sin, std::int64_t batch, std::int64_t seq,
            std::int64_t heads, std::int64_t headDim);

// gate and up, or their gradients: [rows, width] each, rows `stride` values apart.
template <class Value>
struct Halves {
    Value* gate = nullptr;
    Value* up = nullptr;
    std::int64_t rows = 0;
    std::int64_t width = 0;
    std::int64_t stride = 0;
};

// out [rows, width] = silu(gate) * up; may be gate itself where rows lie together.
template <class Value>
void swiGlu(const Halves<const Value>& x, Value* out);

// sum[i] += x[i]
template <class Value>
void addTo(float* sum, const Value* x, std::int64_t count);

// What is known of a row of logits while its classes come in blocks.
struct LogitSum {
    float most = -std::numeric_limits<float>::infinity();  // of the logits so far
    double sum = 0.0;                                      // of exp(logit - most)
    float wanted = 0.0F;                                   // the logit of the row's target
    // -log softmax of the target, nats
    [[nodiscard]] double crossEntropy() const;
};

// Adds classes [first, first + classes) of every row. logits: [rows, classes].
template <class Value>
void addLogits(const Value* logits, const std::int64_t* targets, LogitSum* sums, std::int64_t rows,
               std::int64_t first, std::int64_t classes);

// Of rows of `width` values: ab[r] = a[r] . b[r], aa[r] = a[r] . a[r], bb[r] = b[r] . b[r].
void rowProducts(const float* a, const float* b, std::int64_t rows, std::int64_t width, float* ab, float* aa,
                 float* bb);

// out[r] = x[r] / |x[r]|; a row of zeros stays one.
void unitRows(const float* x, float* out, std::int64_t rows, std::int64_t width);

// Adds to sum[c] and squares[c] those of column c of x, [rows, width]. Runs of 64 rows are added up in
// float32, runs in float64.
void addColumnSums(const float* x, std::int64_t rows, std::int64_t width, double* sum, double* squares);

// matrix [width, width]: what is above the diagonal is written below it too.
void mirrorUpper(float* matrix, std::int64_t width);

}  // namespace secateur::kernels
