// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where a session keeps what is larger than a layer: residual streams and layers that a step has made. Up to
// a limit in memory, beyond it in scratch files (core/storage/scratch_file.h), which the system may write out
// and drop; a tensor's values do not depend on where it lies. Thread rule: the compute thread alone, but
// tensors may be freed by any.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include <ATen/ATen.h>

#include "core/model/layer_weights.h"

namespace secateur {

class WorkMemory {
public:
    explicit WorkMemory(std::int64_t residentBytes);

    // Of tensors of a device other than the host only `options` counts: they stay there. Throws OutOfDisk.
    [[nodiscard]] at::Tensor empty(at::IntArrayRef sizes, const at::TensorOptions& options);
    [[nodiscard]] at::Tensor copy(const at::Tensor& tensor);
    // The tensor itself while it fits, else a copy of it on the disk.
    [[nodiscard]] at::Tensor keep(at::Tensor tensor);
    // A layer of which the linears that share no memory with `source` are kept so.
    [[nodiscard]] LayerWeights keep(LayerWeights layer, const LayerWeights& source);

    // Of what was handed out and is still held.
    [[nodiscard]] std::int64_t residentBytes() const noexcept { return *resident_; }
    [[nodiscard]] std::int64_t spilledBytes() const noexcept { return *spilled_; }

private:
    using Counter = std::shared_ptr<std::atomic<std::int64_t>>;
    [[nodiscard]] bool fits(std::int64_t bytes) const noexcept { return *resident_ + bytes <= limit_; }

    std::int64_t limit_;
    Counter resident_, spilled_;
};

}  // namespace secateur
