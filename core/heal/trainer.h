// SPDX-License-Identifier: GPL-3.0-or-later
//
// One optimizer step after another: loss, gradients, clipping, AdamW with decoupled weight decay (Loshchilov
// and Hutter 1711.05101; LibTorch's fused kernel). Thread rule: the compute thread alone.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <ATen/ATen.h>

#include "core/data/heal.h"
#include "core/data/tokens.h"
#include "core/heal/trainable_network.h"
#include "core/model/recorded_ops.h"

namespace secateur {

// The uncompressed network that a student learns from; nothing of it learns.
class Teacher {
public:
    Teacher(std::shared_ptr<const Checkpoint> checkpoint, const ComputePlace& place, int seqLen);
    [[nodiscard]] const NetworkConfig& config() const noexcept { return weights_.config(); }
    // After the final norm: [batch, seq, D'].
    [[nodiscard]] at::Tensor stream(const at::Tensor& ids);
    [[nodiscard]] at::Tensor head() { return weights_.outputHead(); }

private:
    std::shared_ptr<const Checkpoint> checkpoint_;
    ComputePlace place_;
    WeightSource weights_;
    PassContext pass_;
};

class Trainer {
public:
    // `teacher` may be null unless the method is Distill.
    Trainer(TrainableNetwork& network, Teacher* teacher, const HealOptions& options);

    // Trains on ids [batch, seq] at the learning rate `rate`. Fills loss, crossEntropy, divergence, rate and
    // gradientNorm. Throws Corrupt naming step and layer when loss or gradients are not finite; the weights
    // are then those before the step.
    HealPoint step(const at::Tensor& ids, double rate);

    // What AdamW remembers, beside the parameters, in their order.
    [[nodiscard]] const std::vector<at::Tensor>& firstMoments() const noexcept { return first_; }
    [[nodiscard]] const std::vector<at::Tensor>& secondMoments() const noexcept { return second_; }
    void resumeAt(std::int64_t step);

private:
    LossParts accumulate(const at::Tensor& ids, double share);
    [[nodiscard]] double gradientNorm() const;
    void update(double rate);

    TrainableNetwork& network_;
    Teacher* teacher_;
    HealOptions options_;
    std::int64_t done_ = 0;
    std::vector<at::Tensor> first_, second_, counts_;
};

// ids of some windows as [count, seq] int64 on the device.
[[nodiscard]] at::Tensor idsOf(const TokenWindows& windows, const std::vector<int>& which,
                               const at::Device& device);

}  // namespace secateur
