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

// gate and up, or their gradients: [rows, width] each, rows `stride` values apart.
template <typename Value>
struct Halves {
    Value* gate = nullptr;
    Value* up = nullptr;
    std::int64_t rows = 0;
    std::int64_t width = 0;
    std::int64_t stride = 0;
};

// out [rows, width] = silu(gate) * up, and the gradients `to` of gate and up from that of out.
void swiGlu(const Halves<const float>& x, float* out);
void swiGluBackward(const Halves<const float>& x, const float* gradient, const Halves<float>& to);

// logits [rows, classes] become `scale` times the gradient of the cross-entropy with respect to them. Returns
// the sum over rows of the cross-entropy, nats.
[[nodiscard]] double crossEntropy(float* logits, const std::int64_t* targets, std::int64_t rows,
                                  std::int64_t classes, float scale);

}  // namespace secateur::kernels
