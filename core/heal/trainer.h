// SPDX-License-Identifier: GPL-3.0-or-later
//
// One optimizer step after another: loss, gradients, clipping, AdamW with decoupled weight decay (Loshchilov
// and Hutter 1711.05101; LibTorch's fused kernel). On a CPU every thread runs its share of the windows from
// the embedding to the gradients, and their gradients are added in the windows' order: a run repeats to the
// bit with the same number of threads. Thread rule: the compute thread alone.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "core/data/heal.h"
#include "core/heal/teacher.h"
#include "core/heal/trainable_network.h"
#include "core/model/recorded_ops.h"

namespace secateur {

// What AdamW remembers from before the first step: both moments of a parameter (float32, its shape), by its
// name, and after how many updates.
struct Moments {
    struct Pair {
        at::Tensor first, second;
    };
    std::map<std::string, Pair> of;
    std::int64_t updates = 0;
};

class Trainer {
public:
    // `teacher` may be null unless the method is Distill. `filled` is taken over; parameters that it does not
    // name begin with moments of zero. Throws InvalidArgument when layers are to be matched and
    // matchedLayers() cannot, and when the embedding table is and its width differs.
    Trainer(TrainableNetwork& network, Teacher* teacher, const HealOptions& options, Moments filled = {});

    // Trains on ids [batch, seq] at the learning rate `rate`; `which` are their windows' numbers, for the
    // teacher's cache (may be empty). Fills step, loss and its parts, rate and gradientNorm. Throws Corrupt
    // naming step and layer when loss or gradients are not finite; the weights are then those before the
    // step.
    HealPoint step(const at::Tensor& ids, double rate, const std::vector<int>& which = {});

    // What AdamW remembers, beside the parameters, in their order.
    [[nodiscard]] const std::vector<at::Tensor>& firstMoments() const noexcept { return first_; }
    [[nodiscard]] const std::vector<at::Tensor>& secondMoments() const noexcept { return second_; }
    void resumeAt(std::int64_t step);

private:
    struct Parts {
        LossParts loss;
        double hidden = 0.0, attention = 0.0, embedding = 0.0;  // distances

        void add(const Parts& other, double share);
    };
    // Windows that run at once, and what the teacher says of them.
    struct Batch {
        at::Tensor ids;  // [windows, seq]
        TeacherSide side;
        LayerOutputs taught;  // of the matched layers
        // Their mean squares, over all windows that run at once.
        std::vector<at::Tensor> streamSizes, attentionSizes;
        double share = 1.0;      // of the step's loss
        std::uint64_t draw = 0;  // of its first window

        [[nodiscard]] Batch windows(std::int64_t first, std::int64_t count) const;
    };
    // What one thread makes of its windows.
    struct Lane {
        Parts parts;
        std::vector<at::Tensor> gradients;  // of the parameters, undefined where there is none
    };
    [[nodiscard]] Lane runLane(const Batch& batch, int lanes) const;
    Parts accumulate(const Batch& batch, int lanes);
    [[nodiscard]] LayerOutputs wishes() const;
    [[nodiscard]] Batch batchOf(const at::Tensor& ids, const std::vector<int>& which, std::int64_t first,
                                std::int64_t count) const;
    // Adds the gradient of the embedding tables' distance, times the share, and returns the distance.
    [[nodiscard]] double pullEmbedding();
    void measureEmbedding();
    [[nodiscard]] HealPoint pointOf(const Parts& parts, double rate) const;
    [[nodiscard]] std::vector<at::Tensor> gradients() const;  // that there are
    [[nodiscard]] double gradientNorm() const;
    void requireFinite(const HealPoint& point, const at::Tensor& ids) const;
    void clip(double norm) const;
    void update(double rate);

    TrainableNetwork& network_;
    Teacher* teacher_;
    HealOptions options_;
    std::vector<int> matched_;  // the teacher's layer for each of the student's; empty: not matched
    // Where the embedding tables are compared: the parameter, the rows that both have, and the mean square of
    // the teacher's.
    std::optional<std::size_t> embedding_;
    std::int64_t embeddingRows_ = 0;
    double embeddingSize_ = 1.0;
    std::int64_t filled_ = 0;  // updates before the first step
    std::int64_t done_ = 0;
    std::vector<at::Tensor> first_, second_;  // moments of the gradients
    std::vector<at::Tensor> gradients_;       // of the parameters, while a step is under way
    at::Tensor count_;                        // of updates, where the parameters are
};

}  // namespace secateur
