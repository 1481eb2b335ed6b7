// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the layers of a network gave during a pass, for a distillation that compares more than logits.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/ATen.h>

namespace secateur {

struct LayerOutputs {
    bool wantsStreams = false;
    bool wantsAttention = false;
    // The residual stream after every layer, and what its attention added to the stream (with the output
    // bias): [batch, seq, D], f32. Empty where not wanted; undefined for the attention of a layer without
    // heads.
    std::vector<at::Tensor> streams;
    std::vector<at::Tensor> attention;

    [[nodiscard]] bool wanted() const noexcept { return wantsStreams || wantsAttention; }
    // Those of some windows.
    [[nodiscard]] LayerOutputs windows(std::int64_t first, std::int64_t count) const;
};

// Mean over layers of the squared distance in units of the taught one's mean square `sizes`, so that deep
// layers, whose streams are longer, weigh no more than shallow ones. Layers that one of both lacks are left
// out; 0 when nothing is left.
[[nodiscard]] at::Tensor meanDistance(const std::vector<at::Tensor>& learnt,
                                      const std::vector<at::Tensor>& taught,
                                      const std::vector<at::Tensor>& sizes);
// The mean squares; undefined where the tensor is.
[[nodiscard]] std::vector<at::Tensor> meanSquares(const std::vector<at::Tensor>& tensors);

}  // namespace secateur
