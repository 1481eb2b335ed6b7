// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/plan_validate.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/error.h"

namespace secateur {

namespace {

std::string number(int value) {
    return std::to_string(value);
}

// Replays the steps on what is left of every layer.
class PlanChecker {
public:
    PlanChecker(const NetworkConfig& network, const std::string& origin)
        : network_(network), origin_(origin), left_(originalLayerCount(network)) {
        for (const LayerConfig& layer : network.layers)
            left_[layer.originalLayer] = {true, layer.kvHeads > 0, layer.intermediateSize > 0,
                                          UnitMask(layer.kvHeads, 1), UnitMask(layer.intermediateSize, 1)};
    }

    void check(const Plan& plan) {
        if (plan.model.layers != static_cast<int>(left_.size()))
            fail("model.layers", "the plan is for " + number(plan.model.layers) + " layers, the model has " +
                                     number(static_cast<int>(left_.size())));
        if (!plan.model.architecture.empty() && plan.model.architecture != name(network_.architecture))
            fail("model.architecture", "the plan is for '" + plan.model.architecture + "', the model is '" +
                                           name(network_.architecture) + "'");
        for (std::size_t i = 0; i < plan.steps.size(); ++i) {
            const std::string path = "steps[" + std::to_string(i) + "]";
            if (const auto* chop = std::get_if<ChopStep>(&plan.steps[i])) checkChop(*chop, path);
            if (const auto* width = std::get_if<WidthStep>(&plan.steps[i])) checkWidth(*width, path);
            if (empty())
                throw Error(ErrorCode::InvalidArgument,
                            origin_ + ": " + path + ": nothing would be left of the network",
                            "remove less: at least one layer must keep a KV group or a channel");
        }
    }

private:
    struct LayerLeft {
        bool layer = false;
        bool attention = false;
        bool mlp = false;
        UnitMask groups;
        UnitMask channels;
    };

    [[noreturn]] void fail(const std::string& path, const std::string& what) const {
        throw Error(ErrorCode::InvalidArgument, origin_ + ": " + path + ": " + what,
                    "layer and unit numbers are those of the original checkpoint, from 0");
    }

    [[nodiscard]] bool empty() const {
        return std::none_of(left_.begin(), left_.end(), [](const LayerLeft& layer) {
            return layer.layer && ((layer.attention && countKept(layer.groups) > 0) ||
                                   (layer.mlp && countKept(layer.channels) > 0));
        });
    }

    LayerLeft& present(int layer, const std::string& path) {
        if (layer < 0 || layer >= static_cast<int>(left_.size()))
            fail(path, "layer " + number(layer) + " is out of range, the model has " +
                           number(static_cast<int>(left_.size())) + " layers");
        if (!findLayer(network_, layer)) fail(path, "layer " + number(layer) + " is not in this checkpoint");
        if (!left_[layer].layer) fail(path, "layer " + number(layer) + " is chopped");
        return left_[layer];
    }

    void checkChop(const ChopStep& step, const std::string& path) {
        if (step.merge) checkMerge(step, path + ".merge");
        std::set<int> chopped;
        for (std::size_t i = 0; i < step.layers.size(); ++i) {
            const std::string at = path + ".layers[" + std::to_string(i) + "]";
            if (!chopped.insert(step.layers[i]).second)
                fail(at, "layer " + number(step.layers[i]) + " appears twice");
            present(step.layers[i], at).layer = false;
        }
        checkSublayers(step.attention, path + ".attention", "attention", &LayerLeft::attention);
        checkSublayers(step.mlp, path + ".mlp", "MLP", &LayerLeft::mlp);
    }

    [[nodiscard]] bool whole(int layer) const {
        const LayerConfig& shape = *findLayer(network_, layer);
        const LayerLeft& left = left_[layer];
        return left.attention == (shape.kvHeads > 0) && left.mlp == (shape.intermediateSize > 0) &&
               countKept(left.groups) == shape.kvHeads && countKept(left.channels) == shape.intermediateSize;
    }

    // The layer that follows `layer` among those that are left and not folded; -1: none.
    [[nodiscard]] int following(int layer, const std::set<int>& folded) const {
        for (const LayerConfig& next : network_.layers)
            if (next.originalLayer > layer && left_[next.originalLayer].layer &&
                folded.count(next.originalLayer) == 0)
                return next.originalLayer;
        return -1;
    }

    void checkMerge(const ChopStep& step, const std::string& path) {
        std::set<int> folded;
        for (std::size_t i = 0; i < step.merge->groups.size(); ++i) {
            const std::vector<int>& group = step.merge->groups[i];
            const std::string at = path + ".groups[" + std::to_string(i) + "]";
            if (group.size() < 2) fail(at, "a group is a layer and at least one that is folded into it");
            if (folded.count(group.front()) > 0)
                fail(at, "layer " + number(group.front()) + " was folded into another one before");
            for (const int layer : group) {
                (void)present(layer, at);
                if (!whole(layer))
                    fail(at, "layer " + number(layer) + " lost a part in an earlier step; merge first");
                if (!sameShape(*findLayer(network_, group.front()), *findLayer(network_, layer)))
                    fail(at, "layers " + number(group.front()) + " and " + number(layer) +
                                 " have different shapes");
            }
            for (std::size_t k = 1; k < group.size(); ++k) {
                if (following(group.front(), folded) != group[k])
                    fail(at, "layer " + number(group[k]) + " does not follow layer " + number(group[k - 1]) +
                                 " in what is left");
                folded.insert(group[k]);
            }
        }
        if (folded != std::set<int>(step.layers.begin(), step.layers.end()))
            fail(path, "the layers that are folded must be those that the step removes");
    }

    void checkSublayers(const std::vector<int>& layers, const std::string& path, const char* what,
                        bool LayerLeft::*sublayer) {
        std::set<int> seen;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            const std::string at = path + "[" + std::to_string(i) + "]";
            if (!seen.insert(layers[i]).second) fail(at, "layer " + number(layers[i]) + " appears twice");
            LayerLeft& layer = present(layers[i], at);
            if (!(layer.*sublayer)) fail(at, "layer " + number(layers[i]) + " has no " + what + " to remove");
            layer.*sublayer = false;
        }
    }

    void checkWidth(const WidthStep& step, const std::string& path) {
        if (!(step.ratio >= 0.0 && step.ratio < 1.0))
            fail(path + ".ratio", "the ratio must be at least 0 and below 1");
        checkProtect(step.protect, path + ".protect");
        std::set<int> seen;
        for (std::size_t i = 0; i < step.keep.size(); ++i) {
            const LayerKeep& keep = step.keep[i];
            const std::string at = path + ".keep[" + std::to_string(i) + "]";
            LayerLeft& layer = present(keep.layer, at + ".layer");
            if (!seen.insert(keep.layer).second)
                fail(at + ".layer", "layer " + number(keep.layer) + " appears twice");
            if (keep.kvGroups)
                narrow(layer.groups, *keep.kvGroups, layer.attention, at + ".kv_groups", "attention");
            if (keep.channels) narrow(layer.channels, *keep.channels, layer.mlp, at + ".channels", "MLP");
        }
    }

    void checkProtect(const std::vector<int>& layers, const std::string& path) const {
        std::set<int> seen;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            const std::string at = path + "[" + std::to_string(i) + "]";
            if (!findLayer(network_, layers[i])) fail(at, "the model has no layer " + number(layers[i]));
            if (!seen.insert(layers[i]).second) fail(at, "layer " + number(layers[i]) + " appears twice");
        }
    }

    void narrow(UnitMask& left, const UnitMask& keep, bool there, const std::string& path,
                const char* what) const {
        if (!there) fail(path, std::string("the layer has no ") + what + " left");
        if (keep.size() != left.size())
            fail(path, std::to_string(keep.size()) + " units are listed, the layer has " +
                           std::to_string(left.size()));
        for (std::size_t unit = 0; unit < left.size(); ++unit) left[unit] = left[unit] && keep[unit];
    }

    const NetworkConfig& network_;
    const std::string& origin_;
    std::vector<LayerLeft> left_;
};

}  // namespace

int originalLayerCount(const NetworkConfig& network) {
    int count = network.originalLayers;
    for (const LayerConfig& layer : network.layers) count = std::max(count, layer.originalLayer + 1);
    return count;
}

const LayerConfig* findLayer(const NetworkConfig& network, int originalLayer) {
    const auto found =
        std::find_if(network.layers.begin(), network.layers.end(),
                     [&](const LayerConfig& layer) { return layer.originalLayer == originalLayer; });
    return found == network.layers.end() ? nullptr : &*found;
}

bool sameShape(const LayerConfig& one, LayerConfig other) {
    other.originalLayer = one.originalLayer;
    return one == other;
}

void checkPlan(const Plan& plan, const NetworkConfig& network, const std::string& origin) {
    PlanChecker(network, origin).check(plan);
}

}  // namespace secateur
