// SPDX-License-Identifier: GPL-3.0-or-later
//
// Chop strategies that look at the network itself: weights, gradients and searches.
#include "core/base/error.h"
#include "core/evaluate/chop_search.h"
#include "core/evaluate/evolution_search.h"
#include "core/evaluate/merge_search.h"
#include "core/metrics/block_weights.h"
#include "core/metrics/gradient_pass.h"
#include "core/model/checks.h"
#include "core/planning/chop_order.h"
#include "core/session/local_session.h"

namespace secateur {

namespace {

void requireText(const ChopStrategy& strategy, const TokenWindows* windows) {
    if (windows == nullptr)
        throw Error(ErrorCode::InvalidArgument,
                    "the chop strategy '" + strategy.name + "' runs the network and needs calibration text",
                    "give --text or --tokens");
}

}  // namespace

RemovalOrder LocalSession::removalOrder(WeightSource& network, const ChopStrategy& strategy, int count,
                                        const TokenWindows* windows, JobContext& context,
                                        SubnetworkWork* work, const OrderCallback& onStep) {
    const std::vector<int> numbers = layerNumbers(network.config());
    if (strategy.needs == ChopNeeds::Weights)
        return orderByScore(strategy.name, blockMagnitudes(network, context), numbers);
    requireText(strategy, windows);
    requireIdsInVocabulary(windows->ids, windows->source);
    if (strategy.look == ChopLook::Gradients) {
        BlockTaylor taylor;
        guarded(
            [&] {
                WeightSource weights(network.source(), gradientPlace(place_), memory_);
                taylor = blockTaylor(weights, *windows, share(0.2), context);
            },
            Gradients::Recorded);
        return orderByScore(strategy.name, taylor.values, numbers);
    }
    considerResident();
    RemovalOrder order{strategy.name, {}, partsOfLayer(strategy.unit)};
    const auto collect = [&](const SearchStep& step) {
        order.parts.push_back(
            {numbers[static_cast<std::size_t>(step.position)], step.cut.attention, step.cut.mlp});
        if (onStep) onStep(order, step);
    };
    const int parts = partsFor(order, count);
    const ChopSearch search =
        strategy.look == ChopLook::Outputs
            ? sublayerSearch(network, *windows, parts, share(0.2), context, collect)
            : greedySearch(network, *windows, strategy.unit, parts, share(0.2), context, collect);
    if (work) *work += search.work;
    return order;
}

RemovalOrder LocalSession::evolvedSet(WeightSource& network, const ChopStrategy& strategy, int count,
                                      const EvolutionWishes& wishes, const TokenWindows* windows,
                                      JobContext& context, SubnetworkWork* work) {
    requireText(strategy, windows);
    requireIdsInVocabulary(windows->ids, windows->source);
    considerResident();
    const EvolutionSearch search =
        evolutionSearch(network, *windows, strategy.unit, count, wishes, share(0.2), context);
    if (work) *work += search.work;
    if (search.stopped)
        context.warn("the search by " + strategy.name + " was stopped after " +
                     std::to_string(search.generations) + " generations; the best so far is taken");
    RemovalOrder order{strategy.name, {}, partsOfLayer(strategy.unit)};
    const std::vector<int> numbers = layerNumbers(network.config());
    for (std::size_t position = 0; position < numbers.size(); ++position) {
        const SublayerCut& cut = search.best[position];
        if (strategy.unit == ChopUnit::Layers && cut.attention) order.parts.push_back({numbers[position]});
        if (strategy.unit == ChopUnit::Layers) continue;
        if (cut.attention) order.parts.push_back({numbers[position], true, false});
        if (cut.mlp) order.parts.push_back({numbers[position], false, true});
    }
    return order;
}

ChopRequest LocalSession::settleChop(WeightSource& network, const ChopRequest& request,
                                     const TokenWindows* windows, JobContext& context) {
    if (request.count <= 0) return request;
    const ChopStrategy& strategy = chopStrategy(request.strategy);
    if (strategy.needs != ChopNeeds::Weights && strategy.needs != ChopNeeds::Text) return request;
    const int layers = network.config().layerCount();
    if (request.count > layers - strategy.keeps)
        throw Error(ErrorCode::InvalidArgument,
                    "cannot chop " + std::to_string(request.count) + " of " + std::to_string(layers) +
                        " layers by " + strategy.name,
                    "chop at most " + std::to_string(std::max(0, layers - strategy.keeps)));
    if (strategy.look == ChopLook::Evolution)
        return settled(request,
                       evolvedSet(network, strategy, request.count, request.evolution, windows, context));
    if (!strategy.merge)
        return settled(request, removalOrder(network, strategy, request.count, windows, context));
    requireText(strategy, windows);
    requireIdsInVocabulary(windows->ids, windows->source);
    considerResident();
    MergeSearch search(network, *windows, share(0.2), context);
    ChopRequest result = chopFromMerge(strategy.name, search.fold(*strategy.merge, request.count));
    result.attention = request.attention;
    result.mlp = request.mlp;
    return result;
}

}  // namespace secateur
