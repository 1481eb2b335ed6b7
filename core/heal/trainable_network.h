// SPDX-License-Identifier: GPL-3.0-or-later
//
// A checkpoint's network with weights that learn: float32 masters of every tensor, run by the same layers as
// inference. Thread rule: the compute thread alone.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "core/data/heal.h"
#include "core/model/decoder.h"
#include "core/model/weights.h"

namespace secateur {

struct Parameter {
    std::string
        name;  // as in the checkpoint; adapters: "<module>.lora_A.weight", "<module>.lora_B.weight" (PEFT)
    at::Tensor value;  // float32, a leaf of the graph
    bool decays = false;
};

class TrainableNetwork {
public:
    // Copies every tensor. Scratch: normal random weights of deviation 0.02 (output projections of a layer
    // divided by sqrt(2 layers)), norms one, biases zero.
    TrainableNetwork(std::shared_ptr<const Checkpoint> checkpoint, const ComputePlace& place,
                     const HealOptions& options, int seqLen);

    [[nodiscard]] const NetworkConfig& config() const noexcept { return source_.config(); }
    // Everything that learns, in the checkpoint's order.
    [[nodiscard]] const std::vector<Parameter>& parameters() const noexcept { return parameters_; }
    // ids: [batch, seq] int64. The residual stream after the final norm: [batch, seq, D].
    [[nodiscard]] at::Tensor stream(const at::Tensor& ids) const;
    [[nodiscard]] at::Tensor head() const;  // [vocab, D]
    // Mean cross-entropy of the next tokens of ids, without recording.
    [[nodiscard]] double meanLoss(const at::Tensor& ids) const;
    // The layer whose output is the first that is not finite for these ids; -1 when all are.
    [[nodiscard]] int firstNotFinite(const at::Tensor& ids) const;

    // The tensor to write under a name of the checkpoint: adapters merged in float32.
    [[nodiscard]] at::Tensor merged(const std::string& name) const;

private:
    void learn(const std::string& name, at::Tensor& value);
    void addAdapters(const HealOptions& options);
    void randomise(std::uint64_t seed);
    [[nodiscard]] at::Tensor runOne(int position, const at::Tensor& hidden) const;

    std::shared_ptr<const Checkpoint> checkpoint_;
    ComputePlace place_;
    WeightSource source_;
    PassContext pass_;
    bool recompute_ = false;
    at::Tensor embedding_, finalNorm_, head_;  // head_ undefined when tied
    std::vector<LayerWeights> layers_;
    std::map<std::string, at::Tensor> named_;          // by the checkpoint's names
    std::map<std::string, const Adapter*> adapterOf_;  // by the weight's name; owned by its layer
    std::vector<Parameter> parameters_;

    friend class RecomputedLayer;
};

}  // namespace secateur
