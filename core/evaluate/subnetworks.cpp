// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/subnetworks.h"

#include <algorithm>

#include "core/model/forward.h"

namespace secateur {

namespace {

using Part = Sublayers;

bool lacks(const Subnetwork& network, int position, Part part) {
    const SublayerCut& cut = network[static_cast<std::size_t>(position)];
    return part == Part::Attention ? cut.attention : cut.mlp;
}

bool before(const Subnetwork& a, const Subnetwork& b) {
    return std::lexicographical_compare(
        a.begin(), a.end(), b.begin(), b.end(), [](const SublayerCut& x, const SublayerCut& y) {
            return std::pair(x.attention, x.mlp) < std::pair(y.attention, y.mlp);
        });
}

// Networks [first, last) of the sorted list, which agree on everything below.
struct Branch {
    std::size_t first = 0;
    std::size_t last = 0;
    at::Tensor hidden;
};

// Sorted networks that share a prefix split into those that keep the next sublayer and those that lack it.
std::size_t splitPoint(const std::vector<Subnetwork>& networks, std::size_t first, std::size_t last,
                       int position, Part part) {
    const auto begin = networks.begin();
    const auto keeps = [&](const Subnetwork& network) { return !lacks(network, position, part); };
    return static_cast<std::size_t>(std::partition_point(begin + static_cast<std::ptrdiff_t>(first),
                                                         begin + static_cast<std::ptrdiff_t>(last), keeps) -
                                    begin);
}

// One turn: some windows through networks [root.first, root.last).
class Turn {
public:
    Turn(const std::vector<Subnetwork>& networks, const PassContext& pass, Branch root, WorkMemory& memory,
         JobContext& context)
        : networks_(networks), pass_(pass), memory_(memory), context_(context) {
        branches_.push_back(std::move(root));
    }

    void layer(int position, const LayerWeights& weights) {
        for (const Part part : {Part::Attention, Part::Mlp}) {
            std::vector<Branch> next;
            for (Branch& branch : branches_) divide(branch, position, part, weights, next);
            branches_ = std::move(next);
        }
    }

    [[nodiscard]] const std::vector<Branch>& branches() const noexcept { return branches_; }
    [[nodiscard]] std::int64_t runs() const noexcept { return runs_; }

private:
    void divide(Branch& branch, int position, Part part, const LayerWeights& weights,
                std::vector<Branch>& next) {
        const std::size_t split = splitPoint(networks_, branch.first, branch.last, position, part);
        const bool bothWays = split > branch.first && split < branch.last;
        const at::Tensor without = bothWays ? memory_.copy(branch.hidden) : branch.hidden;
        if (split > branch.first) {
            runPart(position, part, weights, branch.hidden);
            next.push_back({branch.first, split, branch.hidden});
        }
        if (split < branch.last) next.push_back({split, branch.last, without});
    }

    void runPart(int position, Part part, const LayerWeights& weights, at::Tensor& hidden) {
        runLayerOverWindows(pass_, weights, position, hidden, context_, part);
        ++runs_;
    }

    const std::vector<Subnetwork>& networks_;
    const PassContext& pass_;
    WorkMemory& memory_;
    JobContext& context_;
    std::vector<Branch> branches_;
    std::int64_t runs_ = 0;
};

double keptSublayers(const Subnetwork& network) {
    double kept = 0.0;
    for (const SublayerCut& cut : network) kept += (cut.attention ? 0 : 1) + (cut.mlp ? 0 : 1);
    return kept;
}

}  // namespace

SubnetworkTrie::SubnetworkTrie(std::vector<Subnetwork> networks, int layers)
    : layers_(layers), distinct_(std::move(networks)) {
    const std::vector<Subnetwork> asGiven = distinct_;
    for (const Subnetwork& network : asGiven) givenSublayers_ += keptSublayers(network);
    std::sort(distinct_.begin(), distinct_.end(), before);
    distinct_.erase(std::unique(distinct_.begin(), distinct_.end()), distinct_.end());
    for (const Subnetwork& network : asGiven)
        leafOf_.push_back(static_cast<int>(
            std::lower_bound(distinct_.begin(), distinct_.end(), network, before) - distinct_.begin()));
}

double SubnetworkTrie::sublayerRuns() const {
    double runs = 0.0;
    std::vector<std::pair<std::size_t, std::size_t>> branches{{0, distinct_.size()}};
    for (int position = 0; position < layers_; ++position)
        for (const Part part : {Part::Attention, Part::Mlp}) {
            std::vector<std::pair<std::size_t, std::size_t>> next;
            for (const auto& [first, last] : branches) {
                const std::size_t split = splitPoint(distinct_, first, last, position, part);
                if (split > first) {
                    next.emplace_back(first, split);
                    runs += 1.0;
                }
                if (split < last) next.emplace_back(split, last);
            }
            branches = std::move(next);
        }
    return runs;
}

SubnetworkWork SubnetworkTrie::predicted() const {
    return {sublayerRuns() / 2.0, givenSublayers_ / 2.0};
}

SubnetworkWork SubnetworkTrie::run(WeightSource& weights, const TokenWindows& windows,
                                   std::int64_t stateBytes, const Visit& visit, JobContext& context) const {
    if (leafCount() == 0) return {};
    const PassContext pass = makePassContext(weights.config(), weights.place(), windows.seqLen);
    const std::int64_t stream = std::int64_t{windows.seqLen} * weights.config().hiddenSize * 4;
    const std::int64_t fit = stateBytes / std::max<std::int64_t>(stream, 1);
    // One stream more than there are leaves: the one being copied. Where not even one window of all fits,
    // fewer networks share.
    const std::int64_t leaves = leafCount();
    const auto lot = static_cast<std::size_t>(std::clamp<std::int64_t>(fit - 1, 1, leaves));
    const int atOnce = static_cast<int>(std::clamp<std::int64_t>(fit / (leaves + 1), 1, windows.count()));
    double runs = 0.0;  // of sublayers, in windows
    for (int first = 0; first < windows.count(); first += atOnce) {
        const int some = std::min(atOnce, windows.count() - first);
        for (std::size_t from = 0; from < distinct_.size(); from += lot) {
            const std::size_t to = std::min(from + lot, distinct_.size());
            Turn turn(distinct_, pass, {from, to, embed(weights, windows, first, some)}, *weights.memory(),
                      context);
            for (int position = 0; position < layers_; ++position) {
                turn.layer(position, weights.layer(position));
                weights.release(position);
            }
            for (const Branch& leaf : turn.branches())
                visit(static_cast<int>(leaf.first), first, leaf.hidden);
            runs += static_cast<double>(turn.runs()) * some;
        }
    }
    return {runs / windows.count() / 2.0, givenSublayers_ / 2.0};
}

SubnetworkPerplexities subnetworkPerplexities(WeightSource& weights, const TokenWindows& windows,
                                              const std::vector<Subnetwork>& networks,
                                              std::int64_t stateBytes, const std::string& stage,
                                              JobContext& context) {
    const SubnetworkTrie trie(networks, weights.config().layerCount());
    const double heads = trie.leafCount();
    context.beginStage(stage, static_cast<double>(windows.ids.size()) * (trie.predicted().layers + heads),
                       "layer tokens");
    const at::Tensor means = at::zeros({trie.leafCount(), windows.count(), 1}, at::kDouble);
    SubnetworkPerplexities result;
    result.work = trie.run(
        weights, windows, stateBytes,
        [&](int leaf, int first, const at::Tensor& hidden) {
            const at::Tensor losses = tokenLosses(weights, windows, first, hidden, context);
            means[leaf].narrow(0, first, losses.size(0)).copy_(losses.to(at::kDouble).mean(1, true));
        },
        context);
    for (int network = 0; network < static_cast<int>(networks.size()); ++network) {
        result.windowLoss.push_back(means[trie.leafOf(network)]);
        result.perplexity.push_back(perplexityOf(result.windowLoss.back()));
    }
    return result;
}

}  // namespace secateur
