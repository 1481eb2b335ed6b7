// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where and in which dtype a network computes. One build serves CPU and GPU: the CUDA library is loaded when
// first asked for.
#pragma once

#include <string>

#include <ATen/ATen.h>

namespace secateur {

struct ComputePlace {
    at::Device device{at::kCPU};
    // What weights are rounded to: f32, bf16 or f16.
    at::ScalarType weights = at::kFloat;
    // Operands of matrix products. On CPUs that multiply 16-bit numbers no faster, 16-bit weights are widened
    // to f32 layer by layer, which is up to several times faster there and at least as accurate.
    // The residual stream is always f32.
    at::ScalarType products = at::kFloat;
};

// `device`: "auto", "cpu", "cuda", "cuda:N"; `dtype`: "auto", "f32", "bf16", "f16". Throws InvalidArgument
// for words it does not know and Unsupported for a GPU that is not there.
[[nodiscard]] ComputePlace choosePlace(const std::string& device, const std::string& dtype);

// Waits until the device has done what it was asked for; on the CPU it has.
void waitFor(const at::Device& device);

[[nodiscard]] std::string describe(const at::Device& device);  // "cpu", "cuda:0"
[[nodiscard]] const char* dtypeName(at::ScalarType dtype);     // "float32", "bfloat16", "float16"
// Whether bfloat16 products are faster than float32 ones: with Intel's matrix units (AMX) about five times,
// with AMD's vectors about twice. Intel's vectors (AVX512-BF16 alone) do as many of either.
[[nodiscard]] bool cpuGainsFromBf16();

}  // namespace secateur
