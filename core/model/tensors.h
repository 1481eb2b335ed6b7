// SPDX-License-Identifier: GPL-3.0-or-later
//
// Checkpoint bytes as tensors and back.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/ATen.h>

#include "core/storage/checkpoint.h"

namespace secateur {

[[nodiscard]] at::ScalarType torchDtype(Dtype dtype);
[[nodiscard]] Dtype storedDtype(
    at::ScalarType dtype);  // throws Internal for dtypes that checkpoints do not hold

// A tensor over the mapped bytes, without a copy; valid as long as the file is open. Unaligned data is
// copied.
[[nodiscard]] at::Tensor viewOf(const TensorView& view);
// Whether the loops over float32 host memory (kernels.h, training_kernels.h) can take it, once contiguous.
[[nodiscard]] bool isHostFloat(const at::Tensor& tensor);
// Random numbers of one's own, apart from LibTorch's global generator.
[[nodiscard]] at::Generator seededGenerator(const at::Device& device, std::uint64_t seed);
// The values, wherever they are, as f32.
[[nodiscard]] std::vector<float> floatsOf(const at::Tensor& tensor);
// The bytes of a contiguous CPU tensor.
[[nodiscard]] std::span<const std::byte> bytesOf(const at::Tensor& tensor);

}  // namespace secateur
