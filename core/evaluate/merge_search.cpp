// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/merge_search.h"

#include <algorithm>
#include <memory>
#include <numeric>

#include "core/base/error.h"
#include "core/data/network_state.h"
#include "core/data/plan_validate.h"
#include "core/model/edited_source.h"
#include "core/model/forward.h"
#include "core/model/layer_pass.h"
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

// The network with the merges, over what it is searched in.
std::shared_ptr<LayerSource> mergedSource(const WeightSource& weights, const LayerMerge& merge) {
    ChopStep step;
    step.layers = foldedLayers(merge);
    step.merge = merge;
    StepEffect effect = carryOut(step, stateOf(weights.config()), "merge");
    return std::make_shared<EditedSource>(weights.source(), std::move(effect), std::vector<ChannelMeans>(),
                                          "");
}

}  // namespace

MergeSearch::MergeSearch(WeightSource& weights, const TokenWindows& windows, std::int64_t stateBytes,
                         JobContext& context)
    : weights_(weights), windows_(windows), context_(context) {
    stride_ = streamStride(weights.config(), windows, stateBytes);
    dense_ = finalStates({});
}

at::Tensor MergeSearch::finalStates(const LayerMerge& merge) {
    const bool dense = merge.groups.empty();
    WeightSource merged(dense ? weights_.source() : mergedSource(weights_, merge), weights_.place(),
                        weights_.memory());
    merged.shareWith(&weights_);
    WeightSource& network = dense ? weights_ : merged;
    const int layers = network.config().layerCount();
    int start = 0;
    while (!dense && start < layers && network.source()->key(start) == weights_.source()->key(start)) ++start;
    const int kept = dense ? 0 : std::min<int>(start / stride_, static_cast<int>(streams_.size()) - 1);
    start = kept * stride_;
    at::Tensor hidden = dense ? embed(weights_, windows_, 0, windows_.count())
                              : weights_.memory()->copy(streams_[static_cast<std::size_t>(kept)]);
    StreamKeeper keeper(dense ? stride_ : 0, streams_, *weights_.memory());
    const PassContext pass = makePassContext(network.config(), network.place(), windows_.seqLen);
    runLayers(network, pass, hidden, keeper, context_, start);
    work_.layers += static_cast<double>(layers - start);
    work_.unshared += static_cast<double>(layers);
    const at::Tensor states = rmsNorm(hidden, weights_.finalNorm(), weights_.config().normEps, at::kFloat);
    const at::Tensor rows = states.reshape({windows_.count(), -1});
    return rows / at::linalg_vector_norm(rows, 2, 1, true).clamp_min(1e-30);
}

double MergeSearch::similarity(const LayerMerge& merge) {
    const auto [entry, fresh] = known_.try_emplace(keyOf(merge), 0.0);
    if (fresh) {
        beginTrial();
        entry->second = (finalStates(merge) * dense_).sum(1).mean().item<double>();
    }
    return entry->second;
}

// How many trials a fold takes is not known before: each covers a part of what is left.
void MergeSearch::beginTrial() {
    const double layers = weights_.config().layerCount();
    const auto share = [layers](double trials) { return trials / (trials + layers); };
    context_.beginStage("fold layers", static_cast<double>(windows_.ids.size()) * layers, "layer tokens",
                        share(trials_), share(trials_ + 1.0));
    ++trials_;
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
    trials_ = 0.0;
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
