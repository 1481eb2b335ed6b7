// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/merge_search.h"

#include <algorithm>
#include <numeric>

#include "core/base/error.h"
#include "core/data/plan_validate.h"
#include "core/model/forward.h"
#include "core/planning/chop_order.h"
#include "core/planning/planner.h"

namespace secateur {

namespace {

// 0.95, 0.90, ..., 0.05, and last one that keeps every merge.
std::vector<double> thresholds() {
    std::vector<double> values;
    for (int twentieths = 19; twentieths >= 1; --twentieths) values.push_back(twentieths / 20.0);
    values.push_back(-2.0);
    return values;
}

std::string keyOf(const LayerMerge& merge) {
    std::string key = name(merge.rule);
    for (const std::vector<int>& group : merge.groups) {
        key += ';';
        for (const int layer : group) key.append(std::to_string(layer)).push_back(' ');
    }
    return key;
}

Plan planOf(const LayerMerge& merge) {
    ChopStep step;
    step.layers = foldedLayers(merge);
    step.merge = merge;
    Plan plan;
    plan.steps.emplace_back(std::move(step));
    return plan;
}

}  // namespace

MergeSearch::MergeSearch(WeightSource& weights, const TokenWindows& windows, std::int64_t stateBytes,
                         JobContext& context)
    : weights_(weights),
      windows_(windows),
      context_(context),
      pass_(makePassContext(weights.config(), weights.place(), windows.seqLen)) {
    stride_ = streamStride(weights.config(), windows, stateBytes);
    dense_ = finalStates({});
}

at::Tensor MergeSearch::finalStates(const LayerMerge& merge) {
    const NetworkConfig& config = weights_.config();
    const int layers = config.layerCount();
    const Plan plan = planOf(merge);
    const std::vector<LayerShares> shares = layerShares(config, plan);
    const std::vector<int>& gone = std::get<ChopStep>(plan.steps.front()).layers;
    const bool dense = merge.groups.empty();
    int start = 0;
    while (!dense && start < layers && shares[static_cast<std::size_t>(start)].empty()) ++start;
    const int kept = dense ? 0 : start / stride_;
    start = kept * stride_;
    at::Tensor hidden = dense ? embed(weights_, windows_, 0, windows_.count())
                              : streams_[static_cast<std::size_t>(kept)].clone();
    for (int position = start; position < layers; ++position) {
        if (dense && position % stride_ == 0) streams_.push_back(hidden.clone());
        const int number = config.layers[static_cast<std::size_t>(position)].originalLayer;
        if (std::find(gone.begin(), gone.end(), number) != gone.end()) continue;
        runLayerOverWindows(pass_, weights_.layer(position, shares[static_cast<std::size_t>(position)]),
                            position, nullptr, hidden, context_);
        weights_.release(position);
        work_.layers += 1.0;
    }
    work_.unshared += static_cast<double>(layers) - static_cast<double>(gone.size());
    const at::Tensor states = rmsNorm(hidden, weights_.finalNorm(), config.normEps, at::kFloat);
    const at::Tensor rows = states.reshape({windows_.count(), -1});
    return rows / at::linalg_vector_norm(rows, 2, 1, true).clamp_min(1e-30);
}

double MergeSearch::similarity(const LayerMerge& merge) {
    const auto [entry, fresh] = known_.try_emplace(keyOf(merge), 0.0);
    if (fresh) {
        const double layers = static_cast<double>(windows_.ids.size()) * weights_.config().layerCount();
        context_.beginStage("fold layers", layers, "layer tokens");
        entry->second = (finalStates(merge) * dense_).sum(1).mean().item<double>();
    }
    return entry->second;
}

LayerMerge MergeSearch::search(const MergeLimits& limits) {
    const NetworkConfig& config = weights_.config();
    std::vector<int> left(config.layers.size());
    std::iota(left.begin(), left.end(), 0);
    LayerMerge merge{limits.rule, {}};
    int folded = 0;
    for (int size = limits.atOnce; size >= 2; --size) {
        int at = static_cast<int>(left.size()) - size;
        while (at >= 0 && folded < limits.count) {
            const auto first = left.begin() + at;
            const int most = std::min(size - 1, limits.count - folded);
            std::vector<int> group{config.layers[static_cast<std::size_t>(*first)].originalLayer};
            for (auto next = first + 1; next != left.end() && next - first <= most; ++next) {
                if (!sameShape(config.layers[static_cast<std::size_t>(*first)],
                               config.layers[static_cast<std::size_t>(*next)]))
                    break;
                group.push_back(config.layers[static_cast<std::size_t>(*next)].originalLayer);
            }
            const auto more = static_cast<int>(group.size()) - 1;
            --at;
            if (more == 0) continue;
            merge.groups.push_back(group);
            if (similarity(merge) < limits.threshold) {
                merge.groups.pop_back();
                continue;
            }
            left.erase(first + 1, first + 1 + more);
            folded += more;
            at = std::min(at, static_cast<int>(left.size()) - size);
        }
    }
    return merge;
}

LayerMerge MergeSearch::fold(MergeRule rule, int count) {
    for (const double threshold : thresholds()) {
        MergeLimits limits;
        limits.rule = rule;
        limits.count = count;
        limits.threshold = threshold;
        LayerMerge merge = search(limits);
        if (static_cast<int>(foldedLayers(merge).size()) == count) return merge;
    }
    throw Error(
        ErrorCode::InvalidArgument,
        "cannot fold " + std::to_string(count) + " layers into others: only neighbours of one shape can be",
        "chop them instead, or fold fewer");
}

}  // namespace secateur
