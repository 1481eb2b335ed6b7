// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/chop_order.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "core/base/error.h"

namespace secateur {

namespace {

void unite(std::vector<int>& into, const std::vector<int>& more) {
    into.insert(into.end(), more.begin(), more.end());
    std::sort(into.begin(), into.end());
    into.erase(std::unique(into.begin(), into.end()), into.end());
}

}  // namespace

RemovalOrder orderByScore(const std::string& strategy, const std::vector<float>& scores,
                          const std::vector<int>& numbers) {
    for (std::size_t i = 0; i < scores.size(); ++i)
        if (std::isnan(scores[i]))
            throw Error(
                ErrorCode::InvalidArgument,
                "the " + strategy + " score of layer " + std::to_string(numbers[i]) + " is not a number",
                "try --dtype f32; if it stays, the weights are damaged");
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
    RemovalOrder result{strategy, {}};
    for (const std::size_t i : order) result.parts.push_back({numbers[i], true, true});
    return result;
}

std::vector<int> layerNumbers(const NetworkConfig& network) {
    std::vector<int> numbers;
    for (const LayerConfig& layer : network.layers) numbers.push_back(layer.originalLayer);
    return numbers;
}

int partsFor(const RemovalOrder& order, int count) {
    return order.partsOfLayer * count;
}

ChopRequest chopFromOrder(const RemovalOrder& order, int count) {
    const int parts = partsFor(order, count);
    if (count < 0 || parts > static_cast<int>(order.parts.size()))
        throw Error(ErrorCode::InvalidArgument,
                    "the strategy '" + order.strategy + "' cannot chop " + std::to_string(count) + " layers",
                    "chop fewer");
    std::map<int, RemovedPart> gone;
    for (int i = 0; i < parts; ++i) {
        const RemovedPart& part = order.parts[static_cast<std::size_t>(i)];
        RemovedPart& layer =
            gone.try_emplace(part.layer, RemovedPart{part.layer, false, false}).first->second;
        layer.attention = layer.attention || part.attention;
        layer.mlp = layer.mlp || part.mlp;
    }
    ChopRequest chop;
    for (const auto& [number, layer] : gone)
        (layer.attention && layer.mlp ? chop.layers
         : layer.attention            ? chop.attention
                                      : chop.mlp)
            .push_back(number);
    if (count > 0) chop.chosenBy = ChosenBy{order.strategy, count};
    return chop;
}

ChopRequest settled(const ChopRequest& request, const RemovalOrder& order) {
    ChopRequest chop = chopFromOrder(order, request.count);
    unite(chop.attention, request.attention);
    unite(chop.mlp, request.mlp);
    return chop;
}

std::vector<int> foldedLayers(const LayerMerge& merge) {
    std::vector<int> layers;
    for (const std::vector<int>& group : merge.groups)
        layers.insert(layers.end(), group.begin() + 1, group.end());
    std::sort(layers.begin(), layers.end());
    return layers;
}

ChopRequest chopFromMerge(const std::string& strategy, LayerMerge merge) {
    ChopRequest chop;
    chop.layers = foldedLayers(merge);
    chop.chosenBy = ChosenBy{strategy, static_cast<int>(chop.layers.size())};
    chop.merge = std::move(merge);
    return chop;
}

}  // namespace secateur
