// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/chop_search.h"

#include <algorithm>
#include <numbers>

#include "core/base/error.h"
#include "core/model/forward.h"

namespace secateur {

namespace {

struct Candidate {
    int position = 0;
    SublayerCut cut;
};

Subnetwork with(Subnetwork network, const Candidate& candidate) {
    SublayerCut& cut = network[static_cast<std::size_t>(candidate.position)];
    cut.attention = cut.attention || candidate.cut.attention;
    cut.mlp = cut.mlp || candidate.cut.mlp;
    return network;
}

std::vector<Subnetwork> variants(const Subnetwork& base, const std::vector<Candidate>& candidates) {
    std::vector<Subnetwork> networks;
    for (const Candidate& candidate : candidates) networks.push_back(with(base, candidate));
    return networks;
}

// Steps cost about the square of what is left; their share of the whole search.
double fractionAfter(int steps, int count, int candidates) {
    const auto cost = [&](int n) {
        double sum = 0.0;
        for (int i = 0; i < n; ++i) sum += static_cast<double>(candidates - i) * (candidates - i);
        return sum;
    };
    return cost(steps) / std::max(cost(count), 1.0);
}

std::string stepName(const char* what, int step, int count) {
    return std::string(what) + " " + std::to_string(step + 1) + " of " + std::to_string(count);
}

// Sum over tokens of the angle between two streams, in units of pi. [windows, seq, D] each.
double angleSum(const at::Tensor& a, const at::Tensor& b, int windowsAtOnce) {
    double sum = 0.0;
    for (std::int64_t first = 0; first < a.size(0); first += windowsAtOnce) {
        const std::int64_t some = std::min<std::int64_t>(windowsAtOnce, a.size(0) - first);
        const at::Tensor cosine =
            at::cosine_similarity(a.narrow(0, first, some), b.narrow(0, first, some), -1, 1e-12)
                .to(at::kDouble);
        sum += at::acos(cosine.clamp(-1.0, 1.0)).sum().item<double>();
    }
    return sum / std::numbers::pi;
}

// A search in which `measure` gives every candidate's value.
class Search {
public:
    struct Measured {
        std::vector<double> values;  // of each candidate
        std::vector<at::Tensor> windowLoss{};
    };
    using Measure =
        std::function<Measured(const Subnetwork& base, const std::vector<Candidate>& candidates, int step)>;
    Search(int layers, std::vector<Candidate> candidates)
        : removed_(static_cast<std::size_t>(layers)), candidates_(std::move(candidates)) {}

    std::vector<SearchStep> run(int count, const Measure& measure, const SearchCallback& onStep) {
        std::vector<SearchStep> steps;
        for (int step = 0; step < count; ++step) {
            const auto [values, windowLoss] = measure(removed_, candidates_, step);
            const auto best = std::min_element(values.begin(), values.end()) - values.begin();
            const Candidate chosen = candidates_[static_cast<std::size_t>(best)];
            removed_ = with(std::move(removed_), chosen);
            candidates_.erase(candidates_.begin() + best);
            const auto at = static_cast<std::size_t>(best);
            steps.push_back({chosen.position, chosen.cut, values[at],
                             windowLoss.empty() ? at::Tensor() : windowLoss[at]});
            if (onStep) onStep(steps.back());
        }
        return steps;
    }

private:
    Subnetwork removed_;
    std::vector<Candidate> candidates_;  // ascending
};

// All units of the kind, ascending; of whole layers without the first and the last.
std::vector<Candidate> candidatesOf(const NetworkConfig& network, ChopUnit unit) {
    std::vector<Candidate> candidates;
    const int layers = network.layerCount();
    for (int position = 0; position < layers; ++position) {
        const LayerConfig& layer = network.layers[static_cast<std::size_t>(position)];
        if (unit == ChopUnit::Layers) {
            if (position > 0 && position + 1 < layers) candidates.push_back({position, {true, true}});
            continue;
        }
        if (layer.heads > 0) candidates.push_back({position, {true, false}});
        if (layer.intermediateSize > 0 && unit == ChopUnit::Sublayers)
            candidates.push_back({position, {false, true}});
    }
    return candidates;
}

const char* unitName(ChopUnit unit) {
    switch (unit) {
        case ChopUnit::Layers:
            return "layer";
        case ChopUnit::Sublayers:
            return "sublayer";
        case ChopUnit::Attention:
            return "attention sublayer";
    }
    return "layer";
}

void checkCount(const NetworkConfig& network, ChopUnit unit, int count) {
    const int most = greedyLimit(network, unit);
    if (count >= 0 && count <= most) return;
    const std::string all = std::to_string(unitCount(network, unit)) + " " + unitName(unit) + "s";
    throw Error(ErrorCode::InvalidArgument,
                "the search cannot remove " + std::to_string(count) + " of " + all +
                    (unit == ChopUnit::Layers ? ": it keeps the first and the last layer"
                                              : ": at least one must be left"),
                "remove at most " + std::to_string(most));
}

// Distances of the candidates' outputs from the original network's, which is the trie's first leaf.
std::vector<double> outputDistances(WeightSource& weights, const TokenWindows& windows,
                                    const SubnetworkTrie& trie, int candidates, std::int64_t stateBytes,
                                    JobContext& context, SubnetworkWork& work) {
    const int batch = windowsPerBatch(weights.place(), windows.seqLen);
    std::vector<double> byLeaf(static_cast<std::size_t>(trie.leafCount()), 0.0);
    at::Tensor original;
    work += trie.run(
        weights, windows, stateBytes,
        [&](int leaf, int, const at::Tensor& hidden) {
            if (leaf == 0) original = hidden;
            byLeaf[static_cast<std::size_t>(leaf)] += angleSum(original, hidden, batch);
        },
        context);
    std::vector<double> values;
    for (int i = 0; i < candidates; ++i)
        values.push_back(byLeaf[static_cast<std::size_t>(trie.leafOf(i + 1))] /
                         static_cast<double>(windows.ids.size()));
    return values;
}

}  // namespace

int unitCount(const NetworkConfig& network, ChopUnit unit) {
    if (unit == ChopUnit::Layers) return network.layerCount();
    return static_cast<int>(candidatesOf(network, unit).size());
}

int greedyLimit(const NetworkConfig& network, ChopUnit unit) {
    return std::max(0, unitCount(network, unit) - (unit == ChopUnit::Layers ? 2 : 1));
}

ChopSearch greedySearch(WeightSource& weights, const TokenWindows& windows, ChopUnit unit, int count,
                        std::int64_t stateBytes, JobContext& context, const SearchCallback& onStep) {
    checkCount(weights.config(), unit, count);
    std::vector<Candidate> candidates = candidatesOf(weights.config(), unit);
    const int choices = static_cast<int>(candidates.size());
    ChopSearch result;
    const auto measure = [&](const Subnetwork& base, const std::vector<Candidate>& left, int step) {
        const ProgressRange range(context, fractionAfter(step, count, choices),
                                  fractionAfter(step + 1, count, choices));
        SubnetworkPerplexities measured =
            subnetworkPerplexities(weights, windows, variants(base, left), stateBytes,
                                   stepName(unitName(unit), step, count), context);
        result.work += measured.work;
        return Search::Measured{std::move(measured.perplexity), std::move(measured.windowLoss)};
    };
    result.steps = Search(weights.config().layerCount(), std::move(candidates)).run(count, measure, onStep);
    return result;
}

ChopSearch sublayerSearch(WeightSource& weights, const TokenWindows& windows, int count,
                          std::int64_t stateBytes, JobContext& context, const SearchCallback& onStep) {
    const int layers = weights.config().layerCount();
    checkCount(weights.config(), ChopUnit::Sublayers, count);
    std::vector<Candidate> candidates = candidatesOf(weights.config(), ChopUnit::Sublayers);
    const int choices = static_cast<int>(candidates.size());
    ChopSearch result;
    const auto measure = [&](const Subnetwork& base, const std::vector<Candidate>& left, int step) {
        const ProgressRange range(context, fractionAfter(step, count, choices),
                                  fractionAfter(step + 1, count, choices));
        std::vector<Subnetwork> networks = variants(base, left);
        networks.insert(networks.begin(), Subnetwork(static_cast<std::size_t>(layers)));
        const SubnetworkTrie trie(std::move(networks), layers);
        context.beginStage(stepName("sublayer", step, count),
                           static_cast<double>(windows.ids.size()) * trie.predicted().layers, "layer tokens");
        return Search::Measured{outputDistances(weights, windows, trie, static_cast<int>(left.size()),
                                                stateBytes, context, result.work)};
    };
    result.steps = Search(layers, std::move(candidates)).run(count, measure, onStep);
    return result;
}

}  // namespace secateur
