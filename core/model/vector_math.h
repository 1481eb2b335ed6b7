// SPDX-License-Identifier: GPL-3.0-or-later
//
// Pieces of loops that are inlined into the vector clones of their callers (core/model/kernels.h).
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>

#define SECATEUR_INLINED inline __attribute__((always_inline))

namespace secateur::kernels {

// bfloat16 as it lies in memory: the upper half of a float32.
struct Bf16 {
    std::uint16_t bits;
};

SECATEUR_INLINED float widen(float x) {
    return x;
}

SECATEUR_INLINED float widen(Bf16 x) {
    return std::bit_cast<float>(std::uint32_t{x.bits} << 16);
}

SECATEUR_INLINED void put(float& to, float x) {
    to = x;
}

// To the nearest, ties to even; NaN stays NaN.
SECATEUR_INLINED void put(Bf16& to, float x) {
    const auto bits = std::bit_cast<std::uint32_t>(x);
    const std::uint32_t rounded = (bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16;
    to.bits = static_cast<std::uint16_t>(x != x ? 0x7FC0U : rounded);
}

// Sums of independent lanes fill vector registers and keep float32 sums over thousands of values exact
// enough.
template <std::size_t Lanes>
SECATEUR_INLINED double sumOf(const std::array<float, Lanes>& partial) {
    double sum = 0.0;
    for (const float one : partial) sum += static_cast<double>(one);
    return sum;
}

template <std::size_t Lanes>
SECATEUR_INLINED double dot(const float* a, const float* b, std::int64_t count) {
    constexpr auto kLanes = static_cast<std::int64_t>(Lanes);
    std::array<float, Lanes> partial{};
    std::int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes)
        for (std::int64_t lane = 0; lane < kLanes; ++lane) partial[lane] += a[i + lane] * b[i + lane];
    double sum = sumOf(partial);
    for (; i < count; ++i) sum += a[i] * b[i];
    return sum;
}

template <class Value>
SECATEUR_INLINED float largestOf(const Value* row, std::int64_t count) {
    constexpr std::int64_t kLanes = 32;
    std::array<float, kLanes> most;
    most.fill(-std::numeric_limits<float>::infinity());
    std::int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes)
        for (std::int64_t lane = 0; lane < kLanes; ++lane) {
            const float x = widen(row[i + lane]);
            most[lane] = x > most[lane] ? x : most[lane];
        }
    float largest = *std::max_element(most.begin(), most.end());
    for (; i < count; ++i) largest = std::max(largest, widen(row[i]));
    return largest;
}

// exp by Cody-Waite reduction and a polynomial of degree 6, within 2 ulp; branchless, so that loops over it
// are vectorised. Saturates at the ends of float32.
SECATEUR_INLINED float exponential(float x) {
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
