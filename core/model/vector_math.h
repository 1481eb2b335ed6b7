// SPDX-License-Identifier: GPL-3.0-or-later
//
// Pieces of loops that are inlined into the vector clones of their callers (core/model/kernels.h).
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

namespace secateur::kernels {

// exp by Cody-Waite reduction and a polynomial of degree 6, within 2 ulp; branchless, so that loops over it
// are vectorised. Saturates at the ends of float32.
inline float exponential(float x) {
    constexpr float kLog2e = 1.44269504F;
    constexpr float kLn2High = 0.693359375F;
    constexpr float kLn2Low = -2.12194440e-4F;
    constexpr float kRound = 12582912.0F;  // 1.5 * 2^23: adding it rounds to an integer
    x = std::min(std::max(x, -87.3F), 88.3F);
    const float n = (x * kLog2e + kRound) - kRound;
    const float r = (x - n * kLn2High) - n * kLn2Low;
    float p = 1.9875691500e-4F;
    p = p * r + 1.3981999507e-3F;
    p = p * r + 8.3334519073e-3F;
    p = p * r + 4.1665795894e-2F;
    p = p * r + 1.6666665459e-1F;
    p = p * r + 5.0000001201e-1F;
    p = p * r * r + r + 1.0F;
    const auto exponent = static_cast<std::int32_t>(n);
    return p * std::bit_cast<float>((exponent + 127) << 23);
}

}  // namespace secateur::kernels
