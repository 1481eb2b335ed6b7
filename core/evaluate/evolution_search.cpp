// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/evolution_search.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/data/evolution_scale.h"
#include "core/data/random.h"
#include "core/evaluate/divergence.h"
#include "core/evaluate/final_stream.h"

namespace secateur {

namespace {

constexpr std::size_t kMostFlips = 3;
// Tokens of the first selection, and of a generation's two, of which the first leaves kSurvivors.
constexpr int kFewTokens = 2048;
constexpr int kManyTokens = 32768;
constexpr double kMostSets = 1e6;  // there are at least so many: enough
constexpr int kMostDraws = 100;    // for one more child that is new

double setsOf(int units, int count) {
    double sets = 1.0;
    for (int i = 0; i < count && sets < kMostSets; ++i) sets *= static_cast<double>(units - i) / (i + 1);
    return sets;
}

// A kind of unit: where it can go, and how it is read and written.
struct Kind {
    std::vector<int> positions;
    bool attention = false, mlp = false;

    [[nodiscard]] bool gone(const Subnetwork& network, int position) const {
        const SublayerCut& cut = network[static_cast<std::size_t>(position)];
        return attention ? cut.attention : cut.mlp;
    }
    void set(Subnetwork& network, int position, bool goes) const {
        SublayerCut& cut = network[static_cast<std::size_t>(position)];
        if (attention) cut.attention = goes;
        if (mlp) cut.mlp = goes;
    }
};

std::vector<Kind> kindsOf(const NetworkConfig& network, ChopUnit unit) {
    const bool whole = unit == ChopUnit::Layers;
    std::vector<Kind> kinds;
    kinds.push_back({{}, true, whole});
    if (!whole) kinds.push_back({{}, false, true});
    for (int position = 0; position < network.layerCount(); ++position) {
        const LayerConfig& layer = network.layers[static_cast<std::size_t>(position)];
        if (whole || layer.heads > 0) kinds.front().positions.push_back(position);
        if (!whole && layer.intermediateSize > 0) kinds.back().positions.push_back(position);
    }
    return kinds;
}

class Evolution {
public:
    Evolution(WeightSource& weights, const TokenWindows& windows, std::vector<Kind> kinds, int count,
              const EvolutionWishes& wishes, std::int64_t stateBytes, JobContext& context)
        : weights_(weights),
          windows_(windows),
          kinds_(std::move(kinds)),
          count_(count),
          wishes_(wishes),
          stateBytes_(stateBytes),
          context_(context),
          random_(wishes.seed) {}

    EvolutionSearch run(int generations) {
        const double sets = possibleSets();
        const int children = static_cast<int>(std::min<double>(kChildren, sets - 1.0));
        // A generation runs its children over few tokens, and three networks over many.
        const double first = kFirstSets * few();
        const double each = children * few() + (kSurvivors + 1.0) * many();
        const double all = first + generations * each;
        {
            const ProgressRange range(context_, 0.0, first / all);
            keep(selected(firstSets(static_cast<int>(std::min<double>(kFirstSets, sets))), kFewTokens, 1,
                          "random sets"));
        }
        for (int generation = 0; generation < generations && children > 0; ++generation) {
            const double from = first + generation * each;
            const ProgressRange range(context_, from / all, (from + each) / all);
            try {
                keep(nextParent(children, "generation " + std::to_string(generation + 1) + " of " +
                                              std::to_string(generations) + ", " + passes()));
            } catch (const Error& error) {
                if (error.code() != ErrorCode::Cancelled) throw;
                result_.stopped = true;
                break;
            }
            result_.generations = generation + 1;
        }
        return std::move(result_);
    }

private:
    struct Judged {
        Subnetwork network;
        double fitness = 0.0;
    };

    [[nodiscard]] double few() const { return std::min<double>(kFewTokens, windows_.ids.size()); }
    [[nodiscard]] double many() const { return std::min<double>(kManyTokens, windows_.ids.size()); }

    [[nodiscard]] double possibleSets() const {
        double sets = 1.0;
        for (const Kind& kind : kinds_) sets *= setsOf(static_cast<int>(kind.positions.size()), count_);
        return sets;
    }

    [[nodiscard]] std::string passes() const {
        const double spent = result_.work.layers / std::max(1, weights_.config().layerCount());
        return std::to_string(std::llround(spent)) + " decoder passes";
    }

    void keep(const std::vector<Judged>& judged) {
        result_.best = judged.front().network;
        result_.fitness = judged.front().fitness;
    }

    std::vector<Subnetwork> firstSets(int most) {
        std::vector<Subnetwork> sets;
        for (int draws = 0; static_cast<int>(sets.size()) < most && draws < kMostDraws * most; ++draws) {
            Subnetwork network(static_cast<std::size_t>(weights_.config().layerCount()));
            for (const Kind& kind : kinds_) {
                std::vector<int> positions = kind.positions;
                shuffle(positions, random_);
                for (int i = 0; i < count_; ++i)
                    kind.set(network, positions[static_cast<std::size_t>(i)], true);
            }
            addNew(sets, std::move(network));
        }
        return sets;
    }

    static void addNew(std::vector<Subnetwork>& sets, Subnetwork network) {
        if (std::ranges::find(sets, network) == sets.end()) sets.push_back(std::move(network));
    }

    // A few units that go and stay change places; both kinds are as likely each time.
    Subnetwork mutated(Subnetwork network) {
        const std::size_t flips = 1 + std::min(below(random_, kMostFlips), below(random_, kMostFlips));
        for (std::size_t flip = 0; flip < flips; ++flip) {
            const std::size_t drawn = below(random_, 2);
            if (drawn >= kinds_.size()) continue;  // of whole layers every other draw changes nothing
            const Kind& kind = kinds_[drawn];
            std::vector<int> going, staying;
            for (const int position : kind.positions)
                (kind.gone(network, position) ? going : staying).push_back(position);
            kind.set(network, staying[below(random_, staying.size())], true);
            kind.set(network, going[below(random_, going.size())], false);
        }
        return network;
    }

    std::vector<Judged> nextParent(int children, const std::string& stage) {
        std::vector<Subnetwork> offspring;
        for (int draws = 0; static_cast<int>(offspring.size()) < children && draws < kMostDraws * children;
             ++draws)
            if (Subnetwork child = mutated(result_.best); child != result_.best)
                addNew(offspring, std::move(child));
        std::vector<Subnetwork> last{};
        for (Judged& survivor : selected(offspring, kFewTokens, kSurvivors, stage))
            last.push_back(std::move(survivor.network));
        last.push_back(result_.best);
        return selected(last, kManyTokens, 1, stage);
    }

    // Windows of about so many tokens, drawn anew for every selection.
    TokenWindows drawn(int tokens) {
        const int wanted = std::min(windows_.count(), (tokens + windows_.seqLen - 1) / windows_.seqLen);
        if (wanted == windows_.count()) return windows_;
        std::vector<int> numbers(static_cast<std::size_t>(windows_.count()));
        std::iota(numbers.begin(), numbers.end(), 0);
        shuffle(numbers, random_);
        numbers.resize(static_cast<std::size_t>(wanted));
        std::ranges::sort(numbers);
        TokenWindows some = windows_;
        some.ids.clear();
        for (const int number : numbers) {
            const auto window = windows_.window(number);
            some.ids.insert(some.ids.end(), window.begin(), window.end());
        }
        return some;
    }

    // The fittest of the networks, the first of equals before.
    std::vector<Judged> selected(const std::vector<Subnetwork>& networks, int tokens, std::size_t survivors,
                                 const std::string& stage) {
        const TokenWindows some = drawn(tokens);
        const std::vector<double> fitness = wishes_.fitness == Fitness::Divergence
                                                ? divergences(networks, some, stage)
                                                : perplexities(networks, some, stage);
        std::vector<std::size_t> order(networks.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
            return std::isnan(fitness[b]) ? !std::isnan(fitness[a]) : fitness[a] < fitness[b];
        });
        std::vector<Judged> best;
        for (std::size_t i = 0; i < std::min(survivors, order.size()); ++i)
            best.push_back({networks[order[i]], fitness[order[i]]});
        return best;
    }

    std::vector<double> perplexities(const std::vector<Subnetwork>& networks, const TokenWindows& some,
                                     const std::string& stage) {
        SubnetworkPerplexities measured =
            subnetworkPerplexities(weights_, some, networks, stateBytes_, stage, context_);
        result_.work += measured.work;
        return std::move(measured.perplexity);
    }

    // The dense network is the first leaf of the trie.
    std::vector<double> divergences(const std::vector<Subnetwork>& networks, const TokenWindows& some,
                                    const std::string& stage) {
        const int layers = weights_.config().layerCount();
        std::vector<Subnetwork> all = networks;
        all.insert(all.begin(), Subnetwork(static_cast<std::size_t>(layers)));
        const SubnetworkTrie trie(std::move(all), layers);
        context_.beginStage(stage, static_cast<double>(some.ids.size()) * trie.predicted().layers,
                            "layer tokens");
        std::vector<double> byLeaf(static_cast<std::size_t>(trie.leafCount()), 0.0);
        at::Tensor dense;
        result_.work += trie.run(
            weights_, some, stateBytes_,
            [&](int leaf, int, const at::Tensor& hidden) {
                if (leaf == 0) dense = hidden;
                for (std::int64_t window = 0; leaf > 0 && window < hidden.size(0); ++window) {
                    context_.checkStop();
                    byLeaf[static_cast<std::size_t>(leaf)] +=
                        divergenceSums(weights_, dense[window], weights_, hidden[window]).divergence;
                }
            },
            context_);
        const double predictions = static_cast<double>(some.count()) * (some.seqLen - 1);
        std::vector<double> values;
        for (int i = 0; i < static_cast<int>(networks.size()); ++i)
            values.push_back(byLeaf[static_cast<std::size_t>(trie.leafOf(i + 1))] / predictions);
        return values;
    }

    WeightSource& weights_;
    const TokenWindows& windows_;
    std::vector<Kind> kinds_;
    int count_;
    EvolutionWishes wishes_;
    std::int64_t stateBytes_;
    JobContext& context_;
    SplitMix64 random_;
    EvolutionSearch result_;
};

}  // namespace

EvolutionSearch evolutionSearch(WeightSource& weights, const TokenWindows& windows, ChopUnit unit, int count,
                                const EvolutionWishes& wishes, std::int64_t stateBytes, JobContext& context) {
    requirePredictions(windows);
    std::vector<Kind> kinds = kindsOf(weights.config(), unit);
    for (const Kind& kind : kinds) {
        const int units = static_cast<int>(kind.positions.size());
        if (count < 1 || count >= units)
            throw Error(ErrorCode::InvalidArgument,
                        "the search cannot remove " + std::to_string(count) + " of " + std::to_string(units) +
                            (unit == ChopUnit::Layers ? " layers"
                             : kind.attention         ? " attention sublayers"
                                                      : " MLP sublayers"),
                        "at least one must be left");
    }
    const int generations =
        wishes.generations > 0 ? wishes.generations : usualGenerations(weights.config().layerCount(), count);
    return Evolution(weights, windows, std::move(kinds), count, wishes, stateBytes, context).run(generations);
}

}  // namespace secateur
