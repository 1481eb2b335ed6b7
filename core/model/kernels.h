// SPDX-License-Identifier: GPL-3.0-or-later
//
// Loops over float32 host memory that LibTorch would do in several passes. Results do not depend on the
// number of threads.
#pragma once

#include <cstdint>

// Wider vectors where the processor has them, chosen when the program starts.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define SECATEUR_VECTOR_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define SECATEUR_VECTOR_CLONES
#endif

namespace secateur::kernels {

// out[r] = x[r] / sqrt(mean(x[r]^2) + eps) * weight, for rows of `width` values.
void rmsNorm(const float* x, const float* weight, float* out, std::int64_t rows, std::int64_t width,
             float eps);

// Turns channel pairs (i, i + headDim / 2) of every head by the angle of its position.
// x: [batch, seq, heads, headDim] in place; cos, sin: [seq, headDim / 2].
void rotate(float* x, const float* cos, const float* sin, std::int64_t batch, std::int64_t seq,
            std::int64_t heads, std::int64_t headDim);

// Adds to sum[c] and squares[c] those of column c of x, [rows, width]. Runs of 64 rows are added up in
// float32, runs in float64.
void addColumnSums(const float* x, std::int64_t rows, std::int64_t width, double* sum, double* squares);

}  // namespace secateur::kernels
