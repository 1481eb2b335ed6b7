// SPDX-License-Identifier: GPL-3.0-or-later
//
// Rotary position embedding in HF's half-split form: channel i of a head turns with channel i + head_dim / 2.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/ATen.h>

#include "core/data/network_config.h"

namespace secateur {

// Angular frequencies of the head_dim / 2 channel pairs, radians per position. They depend on the length of
// the sequence for rope_type dynamic alone.
[[nodiscard]] std::vector<float> ropeFrequencies(const RopeConfig& rope, int headDim, int seqLen = 0);

struct RopeTable {
    at::Tensor cos;  // [seq, head_dim / 2], times the attention factor; f32 where loops of ours read it
    at::Tensor sin;  // the same
    // For devices without a loop of ours: [cos, cos] and [-sin, sin], [seq, 1, head_dim]; undefined
    // elsewhere.
    at::Tensor wideCos, wideSin;

    // Of `count` positions from `first` on.
    [[nodiscard]] RopeTable positions(std::int64_t first, std::int64_t count) const;
    // Of these positions, int64 [count].
    [[nodiscard]] RopeTable positions(const at::Tensor& which) const;
};
// `dtype`: of what is turned.
[[nodiscard]] RopeTable ropeTable(const NetworkConfig& config, int seqLen, at::ScalarType dtype,
                                  const at::Device& device);

// x: [batch, seq, heads, head_dim], contiguous; turned, in place where that is faster.
void rotate(at::Tensor& x, const RopeTable& table);

// x turned into new memory; `back`: by the same angles the other way, which is the gradient.
[[nodiscard]] at::Tensor rotated(const at::Tensor& x, const RopeTable& table, bool back = false);

}  // namespace secateur
