// SPDX-License-Identifier: GPL-3.0-or-later
//
// The layers of a checkpoint on disk: memory-mapped, nothing is copied.
#pragma once

#include <memory>
#include <string>
#include <unordered_set>

#include "core/model/layer_source.h"
#include "core/storage/checkpoint.h"

namespace secateur {

class CheckpointSource final : public LayerSource {
public:
    explicit CheckpointSource(std::shared_ptr<const Checkpoint> checkpoint);

    [[nodiscard]] const NetworkConfig& config() const override { return checkpoint_->config(); }
    [[nodiscard]] LayerWeights layer(int position) override;
    void release(int position) override;
    [[nodiscard]] std::string key(int position) const override { return std::to_string(position); }
    [[nodiscard]] at::Tensor embedding() override;
    [[nodiscard]] at::Tensor finalNorm() override;
    [[nodiscard]] at::Tensor outputHead() override;
    [[nodiscard]] at::ScalarType dtype() const override;

    // Any tensor of the checkpoint, seen to be finite.
    [[nodiscard]] at::Tensor stored(const std::string& name);

private:
    std::shared_ptr<const Checkpoint> checkpoint_;
    std::unordered_set<std::string> checked_;  // tensors already seen to be finite
};

}  // namespace secateur
