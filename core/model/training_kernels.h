// SPDX-License-Identifier: GPL-3.0-or-later
//
// Loops of the training step over float32 host memory that LibTorch would do in several passes. Results do
// not depend on the number of threads.
#pragma once

#include <cstdint>

#include "core/model/kernels.h"

namespace secateur::kernels {

// Gradients of rmsNorm (core/model/kernels.h): toX [rows, width], toWeight [width] (null: not wanted).
void rmsNormBackward(const float* x, const float* weight, const float* gradient, float* toX, float* toWeight,
                     std::int64_t rows, std::int64_t width, float eps);

// The gradients `to` of gate and up from that of swiGlu (core/model/kernels.h).
void swiGluBackward(const Halves<const float>& x, const float* gradient, const Halves<float>& to);

// logits [rows, classes] become `scale` times the gradient of the cross-entropy with respect to them. Returns
// the sum over rows of the cross-entropy, nats.
[[nodiscard]] double crossEntropy(float* logits, const std::int64_t* targets, std::int64_t rows,
                                  std::int64_t classes, float scale);

}  // namespace secateur::kernels
