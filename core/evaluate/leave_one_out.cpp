// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/leave_one_out.h"

#include "core/evaluate/subnetworks.h"

namespace secateur {

namespace {

// The dense network, then for every layer there is: without it, without its attention, without its MLP.
std::vector<Subnetwork> variants(int layers, LeaveOneOutParts parts) {
    const Subnetwork dense(static_cast<std::size_t>(layers));
    std::vector<Subnetwork> networks{dense};
    const auto add = [&](int position, SublayerCut cut) {
        networks.push_back(dense);
        networks.back()[static_cast<std::size_t>(position)] = cut;
    };
    for (int position = 0; position < layers; ++position) {
        if (parts.layers) add(position, {true, true});
        if (parts.sublayers) {
            add(position, {true, false});
            add(position, {false, true});
        }
    }
    return networks;
}

}  // namespace

LeaveOneOutRun leaveOneOut(WeightSource& weights, const TokenWindows& windows, LeaveOneOutParts parts,
                           std::int64_t stateBytes, JobContext& context) {
    const int layers = weights.config().layerCount();
    const SubnetworkPerplexities measured = subnetworkPerplexities(weights, windows, variants(layers, parts),
                                                                   stateBytes, "leave one out", context);
    LeaveOneOutRun result;
    result.work = measured.work;
    result.values.densePerplexity = measured.perplexity.front();
    std::size_t i = 1;
    const auto next = [&] { return static_cast<float>(measured.perplexity[i++]); };
    for (int layer = 0; layer < layers; ++layer) {
        if (parts.layers) result.values.layer.push_back(next());
        if (parts.sublayers) {
            result.values.attention.push_back(next());
            result.values.mlp.push_back(next());
        }
    }
    return result;
}

}  // namespace secateur
