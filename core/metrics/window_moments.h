// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sums of one batch of activations, per window and channel: all that the streaming statistics need.
#pragma once

#include <ATen/ATen.h>

namespace secateur {

// All [windows, channels], f32 on the host.
struct WindowMoments {
    at::Tensor mean;      // over the window's tokens
    at::Tensor centred2;  // sum over tokens of (x - mean)^2; centred so that large means cost no digits
    at::Tensor absMean;   // mean over tokens of |x|
};

// x: [windows, seq, channels], any float dtype and device.
[[nodiscard]] WindowMoments windowMoments(const at::Tensor& x);

}  // namespace secateur
