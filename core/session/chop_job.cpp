// SPDX-License-Identifier: GPL-3.0-or-later
//
// Chop strategies that look at the network itself: weights, gradients and searches.
#include "core/base/error.h"
#include "core/evaluate/chop_search.h"
#include "core/evaluate/merge_search.h"
#include "core/metrics/block_weights.h"
#include "core/model/checks.h"
#include "core/planning/chop_order.h"
#include "core/session/local_session.h"

namespace secateur {

namespace {

// Products in float32 whatever the session's are: gradients are sums of small numbers.
ComputePlace gradientPlace(const ComputePlace& place) {
    return {place.device, place.weights, at::kFloat};
}

void requireText(const ChopStrategy& strategy, const TokenWindows* windows) {
    if (windows == nullptr)
        throw Error(ErrorCode::InvalidArgument,
                    "the chop strategy '" + strategy.name + "' runs the network and needs calibration text",
                    "give --text or --tokens");
}

}  // namespace

std::vector<int> LocalSession::layerNumbers() const {
    std::vector<int> numbers;
    for (const LayerConfig& layer : config().layers) numbers.push_back(layer.originalLayer);
    return numbers;
}

RemovalOrder LocalSession::removalOrder(const ChopStrategy& strategy, int count, const TokenWindows* windows,
                                        JobContext& context, SubnetworkWork* work,
                                        const OrderCallback& onStep) {
    const std::vector<int> numbers = layerNumbers();
    if (strategy.name == "magnitude")
        return orderByScore(strategy.name, blockMagnitudes(weights_, context), numbers);
    requireText(strategy, windows);
    requireIdsInVocabulary(windows->ids, windows->source);
    if (strategy.name == "taylor") {
        BlockTaylor taylor;
        guarded(
            [&] {
                WeightSource weights(checkpoint_, gradientPlace(place_));
                taylor = blockTaylor(weights, *windows, share(0.2), context);
            },
            Gradients::Recorded);
        return orderByScore(strategy.name, taylor.values, numbers);
    }
    considerResident();
    RemovalOrder order{strategy.name, {}};
    const auto collect = [&](const SearchStep& step) {
        order.parts.push_back(
            {numbers[static_cast<std::size_t>(step.position)], step.cut.attention, step.cut.mlp});
        if (onStep) onStep(order, step.value);
    };
    const ChopSearch search =
        strategy.sublayers ? sublayerSearch(weights_, *windows, 2 * count, share(0.2), context, collect)
                           : greedySearch(weights_, *windows, count, share(0.2), context, collect);
    if (work) *work += search.work;
    return order;
}

PlanRequest LocalSession::settleChop(const PlanRequest& request, const TokenWindows* windows,
                                     JobContext& context) {
    if (request.chop.count <= 0) return request;
    const ChopStrategy& strategy = chopStrategy(request.chop.strategy);
    if (strategy.needs != ChopNeeds::Weights && strategy.needs != ChopNeeds::Text) return request;
    const int layers = config().layerCount();
    if (request.chop.count > layers - strategy.keeps)
        throw Error(ErrorCode::InvalidArgument,
                    "cannot chop " + std::to_string(request.chop.count) + " of " + std::to_string(layers) +
                        " layers by " + strategy.name,
                    "chop at most " + std::to_string(std::max(0, layers - strategy.keeps)));
    PlanRequest result = request;
    if (strategy.merge) {
        requireText(strategy, windows);
        requireIdsInVocabulary(windows->ids, windows->source);
        considerResident();
        MergeSearch search(weights_, *windows, share(0.2), context);
        result.chop = chopFromMerge(strategy.name, search.fold(*strategy.merge, request.chop.count));
        result.chop.attention = request.chop.attention;
        result.chop.mlp = request.chop.mlp;
        return result;
    }
    result.chop = settled(request.chop, removalOrder(strategy, request.chop.count, windows, context));
    return result;
}

}  // namespace secateur
