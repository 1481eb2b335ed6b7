// SPDX-License-Identifier: GPL-3.0-or-later
//
// Causal attention of a training step over float32 host memory: rotation, grouped heads and softmax in one
// sweep, so that neither rotated nor repeated heads nor probabilities are ever stored. Results do not depend
// on the number of threads.
#pragma once

#include <cstdint>

namespace secateur::kernels {

struct AttentionShape {
    std::int64_t batch = 0;
    std::int64_t seq = 0;
    std::int64_t heads = 0;    // of queries; a multiple of kvHeads
    std::int64_t kvHeads = 0;  // each serves heads / kvHeads contiguous query heads
    std::int64_t headDim = 0;  // a multiple of kAttentionWidth
    float scale = 1.0F;        // of the scores
};
constexpr std::int64_t kAttentionWidth = 16;

// [batch, seq, heads, headDim] of which a token's heads lie together, tokens `stride` values apart.
template <typename Value>
struct TokenHeads {
    Value* data = nullptr;
    std::int64_t stride = 0;
};

// Half-split rotation by the angles of the positions (core/model/rope.h): [seq, headDim / 2] each.
struct Rotation {
    const float* cos = nullptr;
    const float* sin = nullptr;
};

// q and k before rotation. out: [batch, seq, heads, headDim], contiguous. logSums [batch, heads, seq]: of the
// exponentials of a row's scores, for the way back.
void attention(const AttentionShape& shape, TokenHeads<const float> q, TokenHeads<const float> k,
               TokenHeads<const float> v, const Rotation& rotation, float* out, float* logSums);

// The gradients of q, k and v before rotation, from that of `out` (contiguous).
void attentionBackward(const AttentionShape& shape, TokenHeads<const float> q, TokenHeads<const float> k,
                       TokenHeads<const float> v, const Rotation& rotation, const float* out,
                       const float* logSums, const float* toOut, TokenHeads<float> toQ, TokenHeads<float> toK,
                       TokenHeads<float> toV);

}  // namespace secateur::kernels
