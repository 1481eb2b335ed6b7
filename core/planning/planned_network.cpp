// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/data/plan_validate.h"
#include "core/planning/planner.h"

namespace secateur {

namespace {

// What the plan's steps, one after the other, leave of every layer.
class PlanReplay {
public:
    PlanReplay(const NetworkConfig& original, const Plan& plan) {
        checkPlan(plan, original, "plan");
        const int count = originalLayerCount(original);
        layers_.resize(count);
        kept_.layer.assign(count, false);
        kept_.kvGroups.resize(count);
        kept_.channels.resize(count);
        for (const LayerConfig& layer : original.layers) {
            layers_[layer.originalLayer] = layer;
            kept_.layer[layer.originalLayer] = true;
            kept_.kvGroups[layer.originalLayer].assign(layer.kvHeads, 1);
            kept_.channels[layer.originalLayer].assign(layer.intermediateSize, 1);
        }
        for (const PlanStep& step : plan.steps) {
            if (const auto* chop = std::get_if<ChopStep>(&step)) apply(*chop);
            if (const auto* width = std::get_if<WidthStep>(&step)) apply(*width);
        }
    }

    [[nodiscard]] const KeptUnits& kept() const noexcept { return kept_; }
    [[nodiscard]] const LayerConfig& layer(int originalLayer) const { return layers_[originalLayer]; }

private:
    void apply(const ChopStep& step) {
        for (const int layer : step.layers) {
            kept_.layer[layer] = false;
            kept_.kvGroups[layer].clear();
            kept_.channels[layer].clear();
        }
        for (const int layer : step.attention) {
            kept_.kvGroups[layer].clear();
            layers_[layer].heads = layers_[layer].kvHeads = 0;
            layers_[layer].oBias = false;
        }
        for (const int layer : step.mlp) {
            kept_.channels[layer].clear();
            layers_[layer].intermediateSize = 0;
            layers_[layer].downBias = false;
        }
    }

    void apply(const WidthStep& step) {
        for (const LayerKeep& keep : step.keep) {
            LayerConfig& layer = layers_[keep.layer];
            if (keep.kvGroups && narrow(kept_.kvGroups[keep.layer], *keep.kvGroups)) {
                const int groupSize = layer.kvHeads > 0 ? layer.heads / layer.kvHeads : 0;
                layer.kvHeads = countKept(kept_.kvGroups[keep.layer]);
                layer.heads = layer.kvHeads * groupSize;
                layer.oBias = layer.oBias || step.bias;
            }
            if (keep.channels && narrow(kept_.channels[keep.layer], *keep.channels)) {
                layer.intermediateSize = countKept(kept_.channels[keep.layer]);
                layer.downBias = layer.downBias || step.bias;
            }
        }
    }

    // True when this removed something.
    static bool narrow(UnitMask& mask, const UnitMask& keep) {
        bool removed = false;
        for (std::size_t unit = 0; unit < mask.size(); ++unit) {
            removed = removed || (mask[unit] && !keep[unit]);
            mask[unit] = mask[unit] && keep[unit];
        }
        return removed;
    }

    std::vector<LayerConfig> layers_;
    KeptUnits kept_;
};

}  // namespace

NetworkConfig plannedNetwork(const NetworkConfig& original, const Plan& plan) {
    const PlanReplay replay(original, plan);
    NetworkConfig network = original;
    network.originalLayers = originalLayerCount(original);
    network.layers.clear();
    for (const LayerConfig& layer : original.layers)
        if (replay.kept().layer[layer.originalLayer])
            network.layers.push_back(replay.layer(layer.originalLayer));
    return network;
}

std::vector<LayerShares> layerShares(const NetworkConfig& original, const Plan& plan) {
    const std::size_t count = original.layers.size();
    const auto positionOf = [&](int layer) {
        return static_cast<std::size_t>(findLayer(original, layer) - original.layers.data());
    };
    std::vector<std::vector<double>> rows(count, std::vector<double>(count, 0.0));
    for (std::size_t i = 0; i < count; ++i) rows[i][i] = 1.0;
    std::vector<LayerShares> result(count);
    const auto fold = [&](MergeRule rule, const std::vector<int>& group) {
        const std::size_t into = positionOf(group.front());
        std::vector<double> sum = rows[positionOf(group.back())];
        if (rule == MergeRule::Paper) {
            const double left = 2.0 - static_cast<double>(group.size());  // 1 - m
            for (std::size_t i = 0; i < count; ++i) sum[i] = left * rows[into][i];
            for (std::size_t k = 1; k < group.size(); ++k)
                for (std::size_t i = 0; i < count; ++i) sum[i] += rows[positionOf(group[k])][i];
        }
        rows[into] = std::move(sum);
        result[into].clear();
        for (std::size_t i = 0; i < count; ++i)
            if (rows[into][i] != 0.0) result[into].push_back({static_cast<int>(i), rows[into][i]});
    };
    for (const PlanStep& step : plan.steps)
        if (const auto* chop = std::get_if<ChopStep>(&step); chop && chop->merge)
            for (const std::vector<int>& group : chop->merge->groups) fold(chop->merge->rule, group);
    return result;
}

KeptUnits keptUnits(const NetworkConfig& original, const Plan& plan) {
    return PlanReplay(original, plan).kept();
}

}  // namespace secateur
