// SPDX-License-Identifier: GPL-3.0-or-later
//
// The weights of a layer source, ready to multiply: converted one layer at a time, and kept only when asked
// to. Thread rule: used by the compute thread alone.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "core/model/device.h"
#include "core/model/layer_source.h"
#include "core/model/work_memory.h"
#include "core/storage/checkpoint.h"

namespace secateur {

class WeightSource {
public:
    // `memory`: where passes through this network keep their streams; null: in memory, without a limit.
    WeightSource(std::shared_ptr<LayerSource> source, ComputePlace place,
                 std::shared_ptr<WorkMemory> memory = nullptr);
    WeightSource(std::shared_ptr<const Checkpoint> checkpoint, ComputePlace place,
                 std::shared_ptr<WorkMemory> memory = nullptr);

    [[nodiscard]] const NetworkConfig& config() const { return source_->config(); }
    [[nodiscard]] const ComputePlace& place() const noexcept { return place_; }
    [[nodiscard]] const std::shared_ptr<LayerSource>& source() const noexcept { return source_; }
    [[nodiscard]] const std::shared_ptr<WorkMemory>& memory() const noexcept { return memory_; }

    // `position` counts from 0 in this network. Throws Corrupt naming the tensor for NaN or Inf.
    [[nodiscard]] LayerWeights layer(int position);
    [[nodiscard]] at::Tensor
    embedding();  // [vocab, D], as stored, on the host: rows are gathered, not multiplied
    [[nodiscard]] at::Tensor finalNorm();   // [D], f32
    [[nodiscard]] at::Tensor outputHead();  // [vocab, D]; the embedding when tied
    // A layer of the source, or one made of its layers, as it is multiplied here.
    [[nodiscard]] LayerWeights placed(const LayerWeights& layer) const;

    // Drops the mapped pages of a layer that is not kept, so that streaming stays small.
    void release(int position) const;

    // From now on layers stay in memory after their first use (`true`), or are converted anew each time and
    // dropped.
    void keepResident(bool keep);
    [[nodiscard]] bool resident() const noexcept { return resident_; }
    // Bytes that all weights take when resident.
    [[nodiscard]] std::int64_t residentBytes() const;
    // Layers and ends that equal those of `other` are taken from there while it keeps them. `other` must
    // outlive this.
    void shareWith(WeightSource* other) noexcept { other_ = other; }

private:
    [[nodiscard]] at::Tensor placed(at::Tensor values, at::ScalarType dtype) const;
    // The position of an equal layer in other_, or -1.
    [[nodiscard]] int inOther(int position) const;

    std::shared_ptr<LayerSource> source_;
    ComputePlace place_;
    std::shared_ptr<WorkMemory> memory_;
    bool resident_ = false;
    WeightSource* other_ = nullptr;
    std::vector<std::unique_ptr<LayerWeights>> kept_;
    at::Tensor keptHead_;
};

}  // namespace secateur
