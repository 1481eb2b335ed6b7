// SPDX-License-Identifier: GPL-3.0-or-later
//
// A network as a source of layers: a checkpoint, or what a step leaves of another source. Everything that
// runs, measures, writes or trains a network takes one. Tensors are as stored (dtype of the checkpoint, on
// the host); WeightSource brings them to where they are multiplied. Thread rule: used by the compute thread
// alone.
#pragma once

#include <memory>
#include <string>

#include <ATen/ATen.h>

#include "core/model/layer_weights.h"

namespace secateur {

class LayerSource {
public:
    virtual ~LayerSource() = default;
    [[nodiscard]] virtual const NetworkConfig& config() const = 0;
    // `position` counts the layers of config(). Tensors stay valid until release(position). Throws Corrupt
    // naming the tensor for NaN or Inf.
    [[nodiscard]] virtual LayerWeights layer(int position) = 0;
    // Drops mapped pages of the layer, so that streaming stays small.
    virtual void release(int position) = 0;
    // Equal keys, equal layers, for sources over one checkpoint.
    [[nodiscard]] virtual std::string key(int position) const = 0;
    [[nodiscard]] virtual at::Tensor embedding() = 0;        // [vocab, D]
    [[nodiscard]] virtual at::Tensor finalNorm() = 0;        // [D]
    [[nodiscard]] virtual at::Tensor outputHead() = 0;       // [vocab, D]; the embedding when tied
    [[nodiscard]] virtual at::ScalarType dtype() const = 0;  // that linears are stored in
};

// A source that changes layers alone: its ends are those of another source.
class DerivedSource : public LayerSource {
public:
    explicit DerivedSource(std::shared_ptr<LayerSource> inner) : inner_(std::move(inner)) {}
    [[nodiscard]] at::Tensor embedding() override { return inner_->embedding(); }
    [[nodiscard]] at::Tensor finalNorm() override { return inner_->finalNorm(); }
    [[nodiscard]] at::Tensor outputHead() override { return inner_->outputHead(); }
    [[nodiscard]] at::ScalarType dtype() const override { return inner_->dtype(); }

protected:
    [[nodiscard]] LayerSource& inner() const noexcept { return *inner_; }

private:
    std::shared_ptr<LayerSource> inner_;
};

}  // namespace secateur
