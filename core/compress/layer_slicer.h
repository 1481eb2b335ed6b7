// SPDX-License-Identifier: GPL-3.0-or-later
//
// The tensors that a plan leaves of one layer, as they are written: sliced to the kept units, or of full
// shape with the removed inputs of o_proj and down_proj zero. Weights keep their bits but where
// layers are merged; biases are computed (b_old + compensation, in f32).
#pragma once

#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "core/model/plan_edits.h"
#include "core/storage/checkpoint.h"

namespace secateur {

enum class SliceForm { Sliced, Masked };

struct OutputTensor {
    std::string name;
    at::Tensor tensor;  // host, contiguous, dtype as stored
};

class LayerSlicer {
public:
    LayerSlicer(const Checkpoint& checkpoint, const PlanEdits& edits, SliceForm form);

    // Tensors of layer `position` under their new number. `target` is the layer as the written config has it:
    // every tensor its flags ask for is there (missing biases as zeros), and no other.
    [[nodiscard]] std::vector<OutputTensor> slice(int position, int newPosition,
                                                  const LayerConfig& target) const;

private:
    // One sublayer: linears that read the stream, cut by rows, and the one that writes to it, cut by columns.
    struct Branch;
    void add(const Branch& branch, std::vector<OutputTensor>& out) const;
    [[nodiscard]] Branch attention(int position, const LayerConfig& target) const;
    [[nodiscard]] Branch mlp(int position, const LayerConfig& target) const;
    [[nodiscard]] at::Tensor stored(const std::string& name) const;  // undefined when absent
    // As the plan's merges make them; undefined when absent.
    using TensorName = std::string (*)(int position, const std::string& module);
    [[nodiscard]] at::Tensor merged(int position, const char* module, TensorName name) const;
    [[nodiscard]] at::Tensor weight(int position, const char* module) const;
    [[nodiscard]] at::Tensor bias(int position, const char* module, const at::Tensor& compensation,
                                  std::int64_t size, at::ScalarType dtype) const;

    const Checkpoint& checkpoint_;
    const PlanEdits& edits_;
    SliceForm form_;
};

}  // namespace secateur
