// SPDX-License-Identifier: GPL-3.0-or-later
//
// The weights of a layer source, ready to multiply: converted one layer at a time, and kept only when asked
// to. Thread rule: used by the compute thread alone.
#pragma once

#include <cstdint>
#include <functional>
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
    // The same in parts: a large layer that is not kept comes as its attention and then its MLP, of which one
    // exists at a time, any other as a whole. What does not belong to a part is undefined in it.
    using PartCallback = std::function<void(Sublayers part, const LayerWeights& weights)>;
    void layerInParts(int position, const PartCallback& run);
    // A layer is large from more than so many bytes that its conversion takes; 256 MiB at first.
    void setLargeLayer(std::int64_t bytes) noexcept { largeLayer_ = bytes; }
    [[nodiscard]] at::Tensor
    embedding();  // [vocab, D], as stored, on the host: rows are gathered, not multiplied
    [[nodiscard]] at::Tensor finalNorm();   // [D], f32
    [[nodiscard]] at::Tensor outputHead();  // [vocab, D]; the embedding when tied
    // A layer of the source, or one made of its layers, as it is multiplied here.
    [[nodiscard]] LayerWeights placed(const LayerWeights& layer, Sublayers part = Sublayers::Both) const;

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
    [[nodiscard]] LayerWeights converted(int position, const LayerWeights& stored) const;
    // What conversion takes of the host's memory.
    [[nodiscard]] std::int64_t convertedBytes(const LayerWeights& stored) const;
    // The position of an equal layer in other_, or -1.
    [[nodiscard]] int inOther(int position) const;

    std::shared_ptr<LayerSource> source_;
    ComputePlace place_;
    std::shared_ptr<WorkMemory> memory_;
    bool resident_ = false;
    std::int64_t largeLayer_ = std::int64_t{256} << 20;
    WeightSource* other_ = nullptr;
    std::vector<std::unique_ptr<LayerWeights>> kept_;
    at::Tensor keptHead_;
};

}  // namespace secateur
