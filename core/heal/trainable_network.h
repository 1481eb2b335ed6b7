// SPDX-License-Identifier: GPL-3.0-or-later
//
// A checkpoint's network with weights that learn: float32 masters, multiplied in the place's products dtype
// by the same layers as inference. Thread rule: the compute thread alone, but for stream().
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "core/data/heal.h"
#include "core/heal/layer_outputs.h"
#include "core/model/checkpoint_source.h"
#include "core/model/decoder.h"
#include "core/model/layer_weights.h"

namespace secateur {

struct Parameter {
    std::string
        name;  // as in the checkpoint; adapters: "<module>.lora_A.weight", "<module>.lora_B.weight" (PEFT)
    at::Tensor value;  // float32, a leaf of the graph
    bool decays = false;
    at::Tensor keep;  // 0 where the value is zero and stays so; undefined: nowhere
};

// Throws InvalidArgument for frozen layers that are not there.
void requireFrozenLayers(const ModelSummary& model, const HealOptions& options);

class TrainableNetwork {
public:
    // Copies every tensor. Scratch: normal random weights of deviation options.initialDeviation (output
    // projections of a layer divided by sqrt(2 layers)), norms one, biases zero. Throws InvalidArgument for
    // frozen layers that are not there and for a network of which nothing would learn.
    TrainableNetwork(std::shared_ptr<const Checkpoint> checkpoint, const ComputePlace& place,
                     const HealOptions& options, int seqLen);

    [[nodiscard]] const NetworkConfig& config() const { return source_.config(); }
    [[nodiscard]] const ComputePlace& place() const noexcept { return place_; }
    // Everything that learns, in the checkpoint's order.
    [[nodiscard]] const std::vector<Parameter>& parameters() const noexcept { return parameters_; }
    // Linears of which zeros are kept.
    [[nodiscard]] int sparseLinears() const noexcept { return sparseLinears_; }
    // ids: [batch, seq] int64. The residual stream after the final norm: [batch, seq, D], products dtype.
    // `outputs` (may be null) gets what it wants of every layer. `draw`: PassContext::draw. Any thread, and
    // several at once.
    [[nodiscard]] at::Tensor stream(const at::Tensor& ids, LayerOutputs* outputs = nullptr,
                                    const std::optional<std::uint64_t>& draw = {}) const;
    [[nodiscard]] at::Tensor head() const;  // [vocab, D], float32
    // Mean cross-entropy of the next tokens of each window of ids, [batch] f64, and of all; without
    // recording.
    [[nodiscard]] at::Tensor windowLosses(const at::Tensor& ids) const;
    [[nodiscard]] double meanLoss(const at::Tensor& ids) const;
    // The layer whose output is the first that is not finite for these ids; -1 when all are.
    [[nodiscard]] int firstNotFinite(const at::Tensor& ids) const;

    // The tensor to write under a name of the checkpoint: adapters merged in float32.
    [[nodiscard]] at::Tensor merged(const std::string& name) const;

private:
    [[nodiscard]] at::Tensor copied(const std::string& name, at::ScalarType dtype);
    void ownEnds();
    void own(int position, const HealOptions& options);
    static void layOut(LayerWeights& layer);
    [[nodiscard]] at::Tensor keptOf(const at::Tensor& weight);
    void learn(const std::string& name, at::Tensor& value, const at::Tensor& keep = {});
    void ownLinear(const std::string& name, Linear& linear, bool learns, const HealOptions& options);
    void adapt(const std::string& name, Linear& linear, const at::Tensor& keep, const HealOptions& options);
    void randomise(const HealOptions& options);
    [[nodiscard]] at::Tensor runOne(int position, const at::Tensor& hidden,
                                    const std::optional<std::uint64_t>& draw,
                                    at::Tensor* attention = nullptr) const;
    [[nodiscard]] std::vector<at::Tensor> learningIn(int position) const;

    std::shared_ptr<const Checkpoint> checkpoint_;
    ComputePlace place_;
    CheckpointSource source_;
    PassContext pass_;
    bool recompute_ = false;
    bool lora_ = false;
    int sparseLinears_ = 0;
    at::Tensor embedding_, finalNorm_, head_;  // head_ undefined when tied
    std::vector<LayerWeights> layers_;
    std::map<std::string, Adapter> adapterOf_;  // by the weight's name
    at::Generator generator_;                   // of adapters
    std::vector<Parameter> parameters_;

    friend class RecomputedLayer;
};

}  // namespace secateur
