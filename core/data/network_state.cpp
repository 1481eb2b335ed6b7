// SPDX-License-Identifier: GPL-3.0-or-later
//
// Carries out the steps of a plan on shapes: what is left of every layer, and where it comes from.
#include "core/data/network_state.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>

#include "core/base/error.h"
#include "core/data/heal.h"
#include "core/data/linear_form.h"
#include "core/data/plan_validate.h"

namespace secateur {

namespace {

std::string number(int value) {
    return std::to_string(value);
}

// One step's work on the network before it.
class Carrier {
public:
    Carrier(const NetworkState& before, const std::string& where) : before_(before), where_(where) {
        effect_.after = before;
        for (std::size_t i = 0; i < before.layers.size(); ++i)
            effect_.origins.push_back({static_cast<int>(i), {}, false, false, {}, {}});
    }

    StepEffect finish() {
        const auto& layers = effect_.after.config.layers;
        const bool empty = std::ranges::none_of(
            layers, [](const LayerConfig& layer) { return layer.kvHeads > 0 || layer.intermediateSize > 0; });
        if (empty)
            throw Error(ErrorCode::InvalidArgument, where_ + ": nothing would be left of the network",
                        "remove less: at least one layer must keep a KV group or a channel");
        return std::move(effect_);
    }

    void operator()(const ChopStep& step) {
        if (!step.keep.empty()) return reorder(step);
        if (step.merge) merge(step);
        std::set<int> chopped;
        for (std::size_t i = 0; i < step.layers.size(); ++i) {
            const std::string at = entry("layers", i);
            require(step.layers[i], at, chopped);
            if (!chopped.insert(step.layers[i]).second)
                fail(at, "layer " + number(step.layers[i]) + " appears twice");
        }
        if (step.replace) replace(step, chopped);
        dropSublayers(step, chopped);
        select([&](const LayerConfig& layer) { return chopped.count(layer.originalLayer) == 0; });
    }

    void operator()(const WidthStep& step) {
        if (!(step.ratio >= 0.0 && step.ratio < 1.0))
            fail("ratio", "the ratio must be at least 0 and below 1");
        checkProtect(step.protect);
        std::set<int> seen;
        for (std::size_t i = 0; i < step.keep.size(); ++i) {
            const LayerKeep& keep = step.keep[i];
            const std::string at = entry("keep", i);
            require(keep.layer, at + ".layer", {});
            if (!seen.insert(keep.layer).second)
                fail(at + ".layer", "layer " + number(keep.layer) + " appears twice");
            for (std::size_t position : positionsOf(keep.layer)) narrow(keep, position, step, at);
        }
    }

    void operator()(const RecipeStep& step) {
        for (std::size_t i = 0; i < step.layers.size(); ++i) require(step.layers[i], entry("layers", i), {});
        for (std::size_t i = 0; i < effect_.after.layers.size(); ++i) {
            const LayerConfig& layer = effect_.after.config.layers[i];
            for (const LinearName linear : kAllLinears) {
                if (!selects(step, layer.originalLayer, linear)) continue;
                const LinearShape shape = shapeOf(effect_.after.config, layer, linear);
                if (shape.out == 0 || shape.in == 0) continue;
                LinearForm& form = effect_.after.layers[i].forms[static_cast<std::size_t>(linear)];
                form = formAfter(form, step, shape.out, shape.in);
                setRank(i, linear, form.rank);
            }
        }
    }

    // Training all weights would undo their quantization; adapters are merged into the matrices, which are
    // stored as any others then.
    void operator()(const HealStep& step) {
        const HealOptions options = trainingOptions(step.options, where_, Idle::Accepted);
        for (LayerState& layer : effect_.after.layers)
            for (const LinearName linear : kAllLinears) {
                LinearForm& form = layer.forms[static_cast<std::size_t>(linear)];
                if (form.bits == 0.0) continue;
                if (options.method != HealMethod::Lora)
                    throw Error(
                        ErrorCode::InvalidArgument,
                        where_ + ": training all weights would undo the quantization of the steps before",
                        "use method=lora, or put the heal step before the quantize step");
                if (linearAdapts(options, name(linear)))
                    form = {.density = form.density, .averaged = form.averaged, .rank = form.rank};
            }
    }

private:
    [[noreturn]] void fail(const std::string& path, const std::string& what) const {
        throw Error(ErrorCode::InvalidArgument, where_ + "." + path + ": " + what,
                    "layer and unit numbers are those of the original checkpoint, from 0");
    }

    static std::string entry(const char* list, std::size_t index) {
        return std::string(list) + "[" + std::to_string(index) + "]";
    }

    [[nodiscard]] std::vector<std::size_t> positionsOf(int layer) const {
        std::vector<std::size_t> positions;
        const auto& layers = before_.config.layers;
        for (std::size_t i = 0; i < layers.size(); ++i)
            if (layers[i].originalLayer == layer) positions.push_back(i);
        return positions;
    }

    void require(int layer, const std::string& path, const std::set<int>& gone) const {
        const int count = originalLayerCount(*before_.opened);
        if (layer < 0 || layer >= count)
            fail(path,
                 "layer " + number(layer) + " is out of range, the model has " + number(count) + " layers");
        if (!findLayer(*before_.opened, layer))
            fail(path, "layer " + number(layer) + " is not in this checkpoint");
        if (gone.count(layer) == 0 && positionsOf(layer).empty())
            fail(path, "layer " + number(layer) + " is chopped");
    }

    template <class Keeps>
    void select(const Keeps& keeps) {
        StepEffect left{{effect_.after.opened, effect_.after.config, {}}, {}};
        left.after.config.layers.clear();
        for (std::size_t i = 0; i < effect_.origins.size(); ++i) {
            if (!keeps(effect_.after.config.layers[i])) continue;
            left.after.config.layers.push_back(effect_.after.config.layers[i]);
            left.after.layers.push_back(std::move(effect_.after.layers[i]));
            left.origins.push_back(std::move(effect_.origins[i]));
        }
        effect_ = std::move(left);
    }

    void setRank(std::size_t position, LinearName linear, std::int64_t rank) {
        effect_.after.layers[position].forms[static_cast<std::size_t>(linear)].rank = rank;
        effect_.after.config.layers[position].ranks[static_cast<std::size_t>(linear)] =
            static_cast<int>(rank);
    }

    // Linears that are gone, or that became one matrix in the dtype of the checkpoint.
    void resetForms(std::size_t position, std::span<const LinearName> linears) {
        for (const LinearName linear : linears) {
            effect_.after.layers[position].forms[static_cast<std::size_t>(linear)] = {};
            setRank(position, linear, 0);
        }
    }

    void reorder(const ChopStep& step) {
        if (!step.layers.empty() || step.merge || step.replace)
            fail("keep", "a list of layers that stay and a list of layers that go exclude each other");
        for (std::size_t i = 0; i < step.keep.size(); ++i) require(step.keep[i], entry("keep", i), {});
        std::set<int> kept(step.keep.begin(), step.keep.end());
        std::set<int> gone;
        for (const LayerConfig& layer : before_.config.layers)
            if (kept.count(layer.originalLayer) == 0) gone.insert(layer.originalLayer);
        dropSublayers(step, gone);
        const StepEffect all = effect_;
        effect_.after.config.layers.clear();
        effect_.after.layers.clear();
        effect_.origins.clear();
        for (const int layer : step.keep) {
            const std::size_t from = positionsOf(layer).front();
            effect_.after.config.layers.push_back(all.after.config.layers[from]);
            effect_.after.layers.push_back(all.after.layers[from]);
            effect_.origins.push_back(all.origins[from]);
        }
    }

    // The MLP before each block becomes another matrix.
    void replace(const ChopStep& step, const std::set<int>& chopped) {
        if (step.merge || !step.attention.empty() || !step.mlp.empty())
            fail("replace", "only whole layers that are not folded into others can be stood for");
        const auto& layers = effect_.after.config.layers;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            if (chopped.count(layers[i].originalLayer) == 0) continue;
            if (i > 0 && chopped.count(layers[i - 1].originalLayer) > 0) continue;
            if (i == 0)
                fail("replace",
                     "no layer is left before layer " + number(layers[i].originalLayer) + " to stand for it");
            if (layers[i - 1].intermediateSize == 0)
                fail("replace", "layer " + number(layers[i - 1].originalLayer) +
                                    " has no MLP to stand for layer " + number(layers[i].originalLayer));
            resetForms(i - 1, std::array{LinearName::Down});
        }
    }

    void dropSublayers(const ChopStep& step, const std::set<int>& chopped) {
        dropOne(step.attention, "attention", "attention", chopped,
                [this](std::size_t position, LayerConfig& layer, LayerState& state, LayerOrigin& origin) {
                    if (layer.kvHeads == 0 && !layer.oBias) return false;
                    layer.heads = layer.kvHeads = 0;
                    layer.oBias = false;
                    state.kvGroups.clear();
                    origin.dropsAttention = true;
                    resetForms(position, kAttentionLinears);
                    return true;
                });
        dropOne(step.mlp, "mlp", "MLP", chopped,
                [this](std::size_t position, LayerConfig& layer, LayerState& state, LayerOrigin& origin) {
                    if (layer.intermediateSize == 0 && !layer.downBias) return false;
                    layer.intermediateSize = 0;
                    layer.downBias = false;
                    state.channels.clear();
                    origin.dropsMlp = true;
                    resetForms(position, kMlpLinears);
                    return true;
                });
    }

    template <class Drop>
    void dropOne(const std::vector<int>& layers, const char* key, const char* what,
                 const std::set<int>& chopped, const Drop& drop) {
        std::set<int> seen;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            const std::string at = entry(key, i);
            if (!seen.insert(layers[i]).second) fail(at, "layer " + number(layers[i]) + " appears twice");
            require(layers[i], at, {});
            if (chopped.count(layers[i]) > 0) fail(at, "layer " + number(layers[i]) + " is chopped");
            for (const std::size_t p : positionsOf(layers[i]))
                if (!drop(p, effect_.after.config.layers[p], effect_.after.layers[p], effect_.origins[p]))
                    fail(at, "layer " + number(layers[i]) + " has no " + what + " to remove");
        }
    }

    void checkProtect(const std::vector<int>& layers) const {
        std::set<int> seen;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            const std::string at = entry("protect", i);
            if (!findLayer(*before_.opened, layers[i]))
                fail(at, "the model has no layer " + number(layers[i]));
            if (!seen.insert(layers[i]).second) fail(at, "layer " + number(layers[i]) + " appears twice");
        }
    }

    void narrow(const LayerKeep& keep, std::size_t position, const WidthStep& step, const std::string& at) {
        const bool compensated = step.bias || step.refit;
        LayerConfig& layer = effect_.after.config.layers[position];
        LayerState& state = effect_.after.layers[position];
        LayerOrigin& origin = effect_.origins[position];
        if (keep.kvGroups) {
            const int perGroup = layer.kvHeads > 0 ? layer.heads / layer.kvHeads : 0;
            if (reduce(state.kvGroups, *keep.kvGroups, origin.groups, at + ".kv_groups", "attention")) {
                layer.kvHeads = countKept(state.kvGroups);
                layer.heads = layer.kvHeads * perGroup;
                layer.oBias = layer.oBias || compensated;
                if (step.refit) resetForms(position, std::array{LinearName::O});
                if (layer.kvHeads == 0) resetForms(position, kAttentionLinears);
            }
        }
        if (keep.channels &&
            reduce(state.channels, *keep.channels, origin.channels, at + ".channels", "MLP")) {
            layer.intermediateSize = countKept(state.channels);
            layer.downBias = layer.downBias || compensated;
            if (step.refit) resetForms(position, std::array{LinearName::Down});
            if (layer.intermediateSize == 0) resetForms(position, kMlpLinears);
        }
    }

    // True when this removed something.
    bool reduce(UnitMask& left, const UnitMask& keep, std::optional<UnitMask>& staying,
                const std::string& path, const char* what) const {
        if (left.empty()) fail(path, std::string("the layer has no ") + what + " left");
        if (keep.size() != left.size())
            fail(path, std::to_string(keep.size()) + " units are listed, the layer has " +
                           std::to_string(left.size()));
        // Without branches: what stays is as good as random, and there are millions of units.
        UnitMask stay(left.size());
        std::size_t among = 0;
        std::size_t gone = 0;
        for (std::size_t unit = 0; unit < left.size(); ++unit) {
            const auto before = static_cast<std::uint8_t>(left[unit] != 0);
            const auto after = static_cast<std::uint8_t>(before & static_cast<std::uint8_t>(keep[unit] != 0));
            stay[among] = after;
            left[unit] = after;
            among += before;
            gone += before - after;
        }
        if (gone == 0) return false;
        stay.resize(among);
        staying = std::move(stay);
        return true;
    }

    [[nodiscard]] bool whole(std::size_t position) const {
        const LayerState& state = before_.layers[position];
        const LayerConfig& shape = before_.opened->layers[static_cast<std::size_t>(state.position)];
        return countKept(state.kvGroups) == shape.kvHeads &&
               countKept(state.channels) == shape.intermediateSize;
    }

    void merge(const ChopStep& step) {
        const std::size_t count = before_.layers.size();
        std::vector<std::vector<double>> rows(count, std::vector<double>(count, 0.0));
        for (std::size_t i = 0; i < count; ++i) rows[i][i] = 1.0;
        std::set<int> folded;
        for (std::size_t i = 0; i < step.merge->groups.size(); ++i) {
            const std::vector<int>& group = step.merge->groups[i];
            checkGroup(group, folded, "merge." + entry("groups", i));
            fold(step.merge->rule, group, rows);
        }
        if (folded != std::set<int>(step.layers.begin(), step.layers.end()))
            fail("merge", "the layers that are folded must be those that the step removes");
    }

    void checkGroup(const std::vector<int>& group, std::set<int>& folded, const std::string& at) const {
        if (group.size() < 2) fail(at, "a group is a layer and at least one that is folded into it");
        if (folded.count(group.front()) > 0)
            fail(at, "layer " + number(group.front()) + " was folded into another one before");
        for (const int layer : group) {
            require(layer, at, {});
            if (positionsOf(layer).size() > 1) fail(at, "layer " + number(layer) + " is repeated");
            if (!whole(positionsOf(layer).front()))
                fail(at, "layer " + number(layer) + " lost a part in an earlier step; merge first");
            if (!sameShape(*findLayer(before_.config, group.front()), *findLayer(before_.config, layer)))
                fail(at,
                     "layers " + number(group.front()) + " and " + number(layer) + " have different shapes");
        }
        for (std::size_t k = 1; k < group.size(); ++k) {
            if (following(group.front(), folded) != group[k])
                fail(at, "layer " + number(group[k]) + " does not follow layer " + number(group[k - 1]) +
                             " in what is left");
            folded.insert(group[k]);
        }
    }

    // The layer that follows `layer` among those that are not folded; -1: none.
    [[nodiscard]] int following(int layer, const std::set<int>& folded) const {
        const auto& layers = before_.config.layers;
        for (std::size_t i = positionsOf(layer).front() + 1; i < layers.size(); ++i)
            if (folded.count(layers[i].originalLayer) == 0) return layers[i].originalLayer;
        return -1;
    }

    // LaCo (algorithms.md 5.6). rows: what each layer is the sum of, so far.
    void fold(MergeRule rule, const std::vector<int>& group, std::vector<std::vector<double>>& rows) {
        const std::size_t into = positionsOf(group.front()).front();
        const auto rowOf = [&](int layer) -> const std::vector<double>& {
            return rows[positionsOf(layer).front()];
        };
        std::vector<double> sum = rowOf(group.back());
        if (rule == MergeRule::Paper) {
            const double left = 2.0 - static_cast<double>(group.size());  // 1 - m
            for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = left * rows[into][i];
            for (std::size_t k = 1; k < group.size(); ++k)
                for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += rowOf(group[k])[i];
        }
        rows[into] = std::move(sum);
        LayerShares& shares = effect_.origins[into].shares;
        shares.clear();
        for (std::size_t i = 0; i < rows[into].size(); ++i)
            if (rows[into][i] != 0.0) shares.push_back({static_cast<int>(i), rows[into][i]});
        resetForms(into, kAttentionLinears);  // a sum is dense
        resetForms(into, kMlpLinears);
    }

    const NetworkState& before_;
    const std::string& where_;
    StepEffect effect_;
};

}  // namespace

NetworkState stateOf(const NetworkConfig& opened) {
    NetworkState state{std::make_shared<const NetworkConfig>(opened), opened, {}};
    state.config.originalLayers = originalLayerCount(opened);
    for (std::size_t i = 0; i < opened.layers.size(); ++i) {
        const LayerConfig& layer = opened.layers[i];
        LayerState opens;
        opens.position = static_cast<int>(i);
        opens.kvGroups.assign(static_cast<std::size_t>(layer.kvHeads), 1);
        opens.channels.assign(static_cast<std::size_t>(layer.intermediateSize), 1);
        for (const LinearName linear : kAllLinears)
            opens.forms[static_cast<std::size_t>(linear)].rank = layer.rank(linear);
        state.layers.push_back(std::move(opens));
    }
    return state;
}

StepEffect carryOut(const PlanStep& step, const NetworkState& before, const std::string& where) {
    Carrier carrier(before, where);
    std::visit([&](const auto& value) { carrier(value); }, step);
    return carrier.finish();
}

NetworkState stateAfter(const NetworkConfig& opened, const Plan& plan, std::size_t steps,
                        const std::string& origin) {
    NetworkState state = stateOf(opened);
    for (std::size_t i = 0; i < std::min(steps, plan.steps.size()); ++i)
        state = carryOut(plan.steps[i], state, origin + ": steps[" + std::to_string(i) + "]").after;
    return state;
}

}  // namespace secateur
