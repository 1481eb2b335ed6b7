// SPDX-License-Identifier: GPL-3.0-or-later
//
// What inference does in place, in a form that gradients pass through: one forward pass serves both, and
// picks these when recording. Each keeps less for the backward pass than a chain of library operations would.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <vector>

#include <ATen/ATen.h>

#include "core/model/rope.h"

namespace secateur {

// True when gradients are being recorded and one of the tensors takes part in them. Undefined ones do not.
[[nodiscard]] bool records(std::initializer_list<const at::Tensor*> tensors);

// x: [..., D] f32, weight: [D] f32.
[[nodiscard]] at::Tensor recordedRmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps);
// x: [batch, seq, heads, head_dim]; the backward pass turns the other way.
[[nodiscard]] at::Tensor recordedRotate(const at::Tensor& x, const RopeTable& table);
// x W^T for several weights [out, in], in the dtype of x. One product when the weights are consecutive rows
// of one matrix; the results are then its columns.
[[nodiscard]] std::vector<at::Tensor> recordedProducts(const at::Tensor& x, at::TensorList weights);

// Causal attention of q [batch, seq, heads, head_dim] and k, v [batch, seq, kv_heads, head_dim], with q and k
// still to be rotated: [batch, seq, heads * head_dim]. For tensors that canAttend() alone.
[[nodiscard]] bool canAttend(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v);
[[nodiscard]] at::Tensor recordedAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                                           const RopeTable& table, double scale);
// silu(gate) * up
[[nodiscard]] at::Tensor recordedSwiGlu(const at::Tensor& gate, const at::Tensor& up);

// The teacher's side of a distillation loss (algorithms.md 8): either its stream and head, or the k most
// probable tokens of each position, the rest of the vocabulary being one bucket.
struct TeacherSide {
    at::Tensor x;                  // [tokens, D'], after the final norm
    at::Tensor head;               // [vocab, D']
    at::Tensor topIds;             // [tokens, k] int64
    at::Tensor topLogProbability;  // [tokens, k] f32, at the temperature
    double temperature = 1.0;
    double crossEntropyShare =
        0.0;  // lambda: loss = lambda CE + (1 - lambda) temperature^2 KL(teacher || student)
    // The divergence is over the first so many ids, those that teacher and student share; `head` has as many
    // rows. 0: all of the student's.
    std::int64_t vocabulary = 0;
};

struct LossParts {
    double crossEntropy = 0.0;  // mean over tokens, nats
    double divergence = 0.0;    // temperature^2 KL, mean over tokens; 0 without a teacher
};

struct LossSetting {
    const TeacherSide* teacher = nullptr;  // null: cross-entropy alone
    double share = 1.0;                    // what the result, but not its parts, is multiplied by
    std::int64_t logitRows = 0;            // computed at a time; 0: as core/model/forward.h says
};

// Mean loss of predicting `targets` [tokens] (int64) from x [tokens, D] through head [vocab, D] (f32;
// multiplied in the dtype of x): cross-entropy, mixed with the divergence from a teacher when there is one.
// Logits exist for a few rows at a time and their gradients are computed in the same sweep, so that memory
// does not grow with tokens x vocabulary.
[[nodiscard]] at::Tensor recordedLoss(const at::Tensor& x, const at::Tensor& head, const at::Tensor& targets,
                                      const LossSetting& setting, LossParts& parts);

}  // namespace secateur
