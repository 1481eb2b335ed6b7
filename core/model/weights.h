// SPDX-License-Identifier: GPL-3.0-or-later
//
// Weights of a checkpoint, ready to multiply: memory-mapped, converted one layer at a time, and kept only
// when asked to. Thread rule: used by the compute thread alone.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include <ATen/ATen.h>

#include "core/data/layer_merge.h"
#include "core/model/device.h"
#include "core/model/linear.h"
#include "core/storage/checkpoint.h"

namespace secateur {

struct LayerAdapters {
    std::optional<Adapter> q, k, v, o, gate, up, down;
};

// Undefined where the layer has no such tensor. Linear weights are [out, in], in the place's products dtype;
// norms and biases are f32 and products dtype respectively.
struct LayerWeights {
    at::Tensor inputNorm;  // [D]
    at::Tensor q, k, v, o;
    at::Tensor qBias, kBias, vBias, oBias;
    at::Tensor qNorm, kNorm;  // [head_dim]
    at::Tensor mlpNorm;       // [D]
    at::Tensor gate, up, down;
    at::Tensor gateBias, upBias, downBias;
    std::shared_ptr<const LayerAdapters> adapters;  // null: none
};

// Sum of share * tensor over the entries, in f32, in the dtype of the tensors. `tensorAt`: position ->
// tensor.
[[nodiscard]] at::Tensor blended(const LayerShares& shares,
                                 const std::function<at::Tensor(int position)>& tensorAt);

class WeightSource {
public:
    WeightSource(std::shared_ptr<const Checkpoint> checkpoint, ComputePlace place);

    [[nodiscard]] const NetworkConfig& config() const noexcept { return checkpoint_->config(); }
    [[nodiscard]] const ComputePlace& place() const noexcept { return place_; }

    // `position` counts from 0 in this checkpoint. Throws Corrupt naming the tensor for NaN or Inf.
    [[nodiscard]] LayerWeights layer(int position);
    // Linears and their biases summed over other positions, in f32, and rounded to the dtype that they are
    // stored in; the norms are those of `position`. No shares: the layer itself.
    [[nodiscard]] LayerWeights layer(int position, const LayerShares& shares);
    [[nodiscard]] at::Tensor
    embedding();  // [vocab, D], as stored, on the host: rows are gathered, not multiplied
    [[nodiscard]] at::Tensor finalNorm();   // [D], f32
    [[nodiscard]] at::Tensor outputHead();  // [vocab, D]; the embedding when tied

    // Any tensor of the checkpoint as stored, on the host, seen to be finite.
    [[nodiscard]] at::Tensor stored(const std::string& name);

    // Drops the mapped pages of a layer that is not kept, so that streaming stays small.
    void release(int position) const;

    // From now on layers stay in memory after their first use (`true`), or are converted anew each time and
    // dropped.
    void keepResident(bool keep);
    [[nodiscard]] bool resident() const noexcept { return resident_; }
    // Bytes that all weights take when resident.
    [[nodiscard]] std::int64_t residentBytes() const;

private:
    [[nodiscard]] at::Tensor load(const std::string& name, at::ScalarType dtype);
    [[nodiscard]] at::Tensor placed(at::Tensor values, at::ScalarType dtype) const;
    [[nodiscard]] LayerWeights convert(int position);

    std::shared_ptr<const Checkpoint> checkpoint_;
    ComputePlace place_;
    bool resident_ = false;
    std::vector<std::unique_ptr<LayerWeights>> kept_;
    at::Tensor keptHead_;
    std::unordered_set<std::string> checked_;  // tensors already seen to be finite
};

}  // namespace secateur
