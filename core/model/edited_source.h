// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a chop, a merge or a width step leaves of another source, made layer by layer when asked for: layers
// dropped, repeated or folded into others, units sliced away, and the bias that makes up for the mean of what
// is removed: b = W ((1 - mask) * mean), in f32 (FLAP, algorithms.md 1.7).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/data/network_state.h"
#include "core/model/layer_source.h"

namespace secateur {

// Means of the inputs of o_proj and down_proj on the network before the step, f32, one value per channel that
// is left before it; undefined where nothing is compensated.
struct ChannelMeans {
    at::Tensor attention;
    at::Tensor mlp;
};

class EditedSource final : public DerivedSource {
public:
    // `means`: empty, or one entry for each layer before the step. `stepKey` tells this step's changes from
    // another's.
    EditedSource(std::shared_ptr<LayerSource> inner, StepEffect effect, std::vector<ChannelMeans> means,
                 std::string stepKey);

    [[nodiscard]] const NetworkConfig& config() const override { return effect_.after.config; }
    [[nodiscard]] LayerWeights layer(int position) override;
    void release(int position) override;
    [[nodiscard]] std::string key(int position) const override;

private:
    [[nodiscard]] const LayerOrigin& originOf(int position) const {
        return effect_.origins[static_cast<std::size_t>(position)];
    }

    StepEffect effect_;
    std::vector<ChannelMeans> means_;
    std::string stepKey_;
};

// The layer with linears and biases that are sums over layers of `source`, in f32, in the dtype that they are
// stored in; its norms are those of `position`.
[[nodiscard]] LayerWeights blendedLayer(LayerSource& source, int position, const LayerShares& shares);

// Units of one layer that stay: KV groups with their query heads, and channels. Norms of sublayers that lose
// all their units go too; output biases stay.
void keepGroups(LayerWeights& layer, const std::vector<std::int64_t>& groups, const NetworkConfig& network,
                const LayerConfig& before);
void keepChannels(LayerWeights& layer, const std::vector<std::int64_t>& channels);

// Indices of all `width` entries of each unit.
[[nodiscard]] at::Tensor widenedIndex(const std::vector<std::int64_t>& units, std::int64_t width);

}  // namespace secateur
