// SPDX-License-Identifier: GPL-3.0-or-later
//
// One optimizer step after another: loss, gradients, clipping, AdamW with decoupled weight decay (Loshchilov
// and Hutter 1711.05101; LibTorch's fused kernel). Thread rule: the compute thread alone.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/ATen.h>

#include "core/data/heal.h"
#include "core/heal/teacher.h"
#include "core/heal/trainable_network.h"
#include "core/model/recorded_ops.h"

namespace secateur {

class Trainer {
public:
    // `teacher` may be null unless the method is Distill. Throws InvalidArgument when hidden states are to be
    // matched and the teacher lacks the layer a student's layer comes from, or has another hidden size.
    Trainer(TrainableNetwork& network, Teacher* teacher, const HealOptions& options);

    // Trains on ids [batch, seq] at the learning rate `rate`; `which` are their windows' numbers, for the
    // teacher's cache (may be empty). Fills step, loss, crossEntropy, divergence, hiddenDistance, rate and
    // gradientNorm. Throws Corrupt naming step and layer when loss or gradients are not finite; the weights
    // are then those before the step.
    HealPoint step(const at::Tensor& ids, double rate, const std::vector<int>& which = {});

    // What AdamW remembers, beside the parameters, in their order.
    [[nodiscard]] const std::vector<at::Tensor>& firstMoments() const noexcept { return first_; }
    [[nodiscard]] const std::vector<at::Tensor>& secondMoments() const noexcept { return second_; }
    void resumeAt(std::int64_t step);

private:
    struct Parts {
        LossParts loss;
        double hidden = 0.0;
    };
    Parts accumulate(const at::Tensor& ids, const std::vector<int>& which, double share);
    [[nodiscard]] at::Tensor hiddenDistance(const std::vector<at::Tensor>& student,
                                            const std::vector<at::Tensor>& teacher) const;
    [[nodiscard]] std::vector<at::Tensor> gradients() const;  // of the parameters that have one
    [[nodiscard]] double gradientNorm() const;
    void requireFinite(const HealPoint& point, const at::Tensor& ids) const;
    void clip(double norm) const;
    void update(double rate);

    TrainableNetwork& network_;
    Teacher* teacher_;
    HealOptions options_;
    std::vector<int> matched_;  // the teacher's layer for each of the student's; empty: not matched
    std::int64_t done_ = 0;
    std::vector<at::Tensor> first_, second_;  // moments of the gradients
    at::Tensor count_;                        // of updates, where the parameters are
};

}  // namespace secateur
