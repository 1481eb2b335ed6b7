// SPDX-License-Identifier: GPL-3.0-or-later
//
// Loops of the training step over float32 host memory that LibTorch would do in several passes. Results do
// not depend on the number of threads.
#pragma once

#include <cstdint>

namespace secateur::kernels {

// Gradients of rmsNorm (core/model/kernels.h): toX [rows, width], toWeight [width] (null: not wanted).
void rmsNormBackward(const float* x, const float* weight, const float* gradient, float* toX, float* toWeight,
                     std::int64_t rows, std::int64_t width, float eps);

// out = silu(gate) * up, and its gradients; all of `count` values.
void swiGlu(const float* gate, const float* up, float* out, std::int64_t count);
void swiGluBackward(const float* gate, const float* up, const float* gradient, float* toGate, float* toUp,
                    std::int64_t count);

// logits [rows, classes] become `scale` times the gradient of the cross-entropy with respect to them. Returns
// the sum over rows of the cross-entropy, nats.
[[nodiscard]] double crossEntropy(float* logits, const std::int64_t* targets, std::int64_t rows,
                                  std::int64_t classes, float scale);

}  // namespace secateur::kernels
