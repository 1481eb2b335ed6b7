// SPDX-License-Identifier: GPL-3.0-or-later
//
// Guards against NaN and Inf, and the translation of LibTorch's exceptions into ours.
#pragma once

#include <functional>
#include <string>

#include <ATen/ATen.h>

namespace secateur {

// One reduction over the tensor. Throws Corrupt: "<what> holds NaN or Inf".
void requireFinite(const at::Tensor& tensor, const std::string& what);

// Runs `work`, without autograd unless it asks for it; c10::Error and std::bad_alloc become Error
// (OutOfMemory where it is that, else Internal).
enum class Gradients { Off, Recorded };
void guarded(const std::function<void()>& work, Gradients gradients = Gradients::Off);

}  // namespace secateur
