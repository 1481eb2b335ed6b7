// SPDX-License-Identifier: GPL-3.0-or-later
//
// One optimizer step after another: loss, gradients, clipping, AdamW with decoupled weight decay (Loshchilov
// and Hutter 1711.05101; LibTorch's fused kernel). On a CPU every thread runs its share of the windows from
// the embedding to the gradients, and their gradients are added in the windows' order: a run repeats to the
// bit with the same number of threads. Thread rule: the compute thread alone.
#pragma once

#include <cstdint>
#include <exception>
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
    // Windows that run at once, and what the teacher says of them.
    struct Batch {
        at::Tensor ids;  // [windows, seq]
        TeacherSide side;
        std::vector<at::Tensor> taught;  // outputs of the matched layers
        std::vector<at::Tensor> sizes;   // their mean squares, over all windows that run at once
        double share = 1.0;              // of the step's loss
        std::uint64_t draw = 0;          // of its first window

        [[nodiscard]] Batch windows(std::int64_t first, std::int64_t count) const;
    };
    // What one thread makes of its windows.
    struct Lane {
        Parts parts;
        std::vector<at::Tensor> gradients;  // of the parameters, undefined where there is none
        std::exception_ptr problem;
    };
    [[nodiscard]] Lane runLane(const Batch& batch, int lanes) const;
    Parts accumulate(const Batch& batch, int lanes);
    [[nodiscard]] static at::Tensor hiddenDistance(const std::vector<at::Tensor>& student,
                                                   const Batch& batch);
    [[nodiscard]] std::vector<at::Tensor> gradients() const;  // that there are
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
    std::vector<at::Tensor> gradients_;       // of the parameters, while a step is under way
    at::Tensor count_;                        // of updates, where the parameters are
};

}  // namespace secateur
