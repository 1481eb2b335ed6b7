// SPDX-License-Identifier: GPL-3.0-or-later
//
// A plan as edits of a running network: which layers and sublayers are skipped, which units are masked, and
// the bias that makes up for the mean of what is removed: b = W ((1 - mask) * mean), in f32 (FLAP,
// algorithms.md 1.7).
#pragma once

#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "core/data/analysis.h"
#include "core/data/plan.h"
#include "core/model/decoder.h"
#include "core/planning/planner.h"

namespace secateur {

// True when carrying out the plan needs the channel means of an analysis.
[[nodiscard]] bool needsMeans(const Plan& plan);

class PlanEdits {
public:
    // `network` is the ORIGINAL one. `analysis` may be null when !needsMeans(plan); otherwise throws
    // InvalidArgument when it is null or lacks a layer that is narrowed.
    PlanEdits(const NetworkConfig& network, const Plan& plan, const Analysis* analysis);

    [[nodiscard]] bool skipsLayer(int position) const;
    // True when the layer runs as in the dense network.
    [[nodiscard]] bool untouched(int position) const;
    // Equal keys mean equal edits; the empty key means untouched.
    [[nodiscard]] const std::string& key(int position) const {
        return keys_[static_cast<std::size_t>(position)];
    }
    // What the layer's weights are made of; empty: of its own.
    [[nodiscard]] const LayerShares& shares(int position) const {
        return shares_[static_cast<std::size_t>(position)];
    }
    // `weights`: those of WeightSource::layer(position, shares(position)).
    [[nodiscard]] LayerEdit edit(int position, const LayerWeights& weights, const ComputePlace& place) const;

    // Bias to add to o_proj and down_proj, f32 [D]; undefined when nothing is removed or the plan wants none.
    // `weight`: [D, channels].
    [[nodiscard]] at::Tensor oBias(int position, const at::Tensor& weight) const;
    [[nodiscard]] at::Tensor downBias(int position, const at::Tensor& weight) const;

    [[nodiscard]] const KeptUnits& kept() const noexcept { return kept_; }
    [[nodiscard]] bool dropsAttention(int position) const {
        return dropAttention_[static_cast<std::size_t>(position)];
    }
    [[nodiscard]] bool dropsMlp(int position) const { return dropMlp_[static_cast<std::size_t>(position)]; }
    // Kept input channels of o_proj: the mask over KV groups widened to heads * head_dim.
    [[nodiscard]] UnitMask attentionChannels(int position) const;

private:
    [[nodiscard]] at::Tensor compensation(const UnitMask& mask, const std::vector<float>& mean,
                                          const at::Tensor& weight) const;

    NetworkConfig network_;
    KeptUnits kept_;
    Statistics statistics_ = Statistics::Exact;
    bool bias_ = false;
    std::vector<bool> dropAttention_, dropMlp_;
    std::vector<const LayerAnalysis*> means_;  // per position; null when not needed
    std::vector<LayerShares> shares_;
    std::vector<std::string> keys_;
    std::vector<LayerAnalysis> copies_;  // keeps means_ alive
};

}  // namespace secateur
