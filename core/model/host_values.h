// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tensors as the loops of core/model/kernels.h take them.
#pragma once

#include <ATen/ATen.h>

#include "core/model/vector_math.h"

namespace secateur {

// Whether those loops take tensors of this dtype on this device.
[[nodiscard]] inline bool hasHostLoops(const at::Device& device, at::ScalarType dtype) {
    return device.is_cpu() && (dtype == at::kFloat || dtype == at::kBFloat16);
}

[[nodiscard]] inline bool hasHostLoops(const at::Tensor& tensor) {
    return hasHostLoops(tensor.device(), tensor.scalar_type());
}

// Calls `loop` with the values of a contiguous tensor that has such loops, as float* or Bf16*.
template <class Loop>
decltype(auto) withHostValues(const at::Tensor& tensor, const Loop& loop) {
    if (tensor.scalar_type() == at::kBFloat16)
        return loop(reinterpret_cast<kernels::Bf16*>(tensor.data_ptr<at::BFloat16>()));
    return loop(tensor.data_ptr<float>());
}

}  // namespace secateur
