// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/chop_forecast.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "core/base/error.h"
#include "core/data/evolution_scale.h"
#include "core/planning/chop_strategies.h"

namespace secateur {

namespace {

constexpr std::size_t kLots = 4;
constexpr double kSharedPart = 0.6;  // of the layers of networks that share prefixes with others, roughly
// Networks of a generation of an evolution, on a text of the few tokens that most of them run over.
constexpr double kNetworksOfGeneration = kChildren + static_cast<double>(kSurvivors) + 1.0;
constexpr double kMeasuring = 1.3;  // of a layer that collects statistics, in plain ones

// Layers of all distinct networks, where those that agree on the first layers run them once.
double sharedLayers(const std::set<std::vector<bool>>& networks) {
    double layers = 0.0;
    const std::vector<bool>* before = nullptr;
    for (const std::vector<bool>& network : networks) {
        auto from = network.begin();
        if (before) from = std::mismatch(network.begin(), network.end(), before->begin()).first;
        layers += static_cast<double>(std::count(from, network.end(), false));
        before = &network;
    }
    return layers;
}

// What goes of each position; empty where that is not known before the strategy has looked at the network.
std::vector<bool> goneOf(const ChopStrategy& strategy, int count, const std::vector<int>& numbers,
                         const Analysis* analysis) {
    if (strategy.needs == ChopNeeds::Weights || strategy.needs == ChopNeeds::Text) return {};
    if (strategy.needs == ChopNeeds::Analysis && analysis == nullptr) return {};
    try {
        const std::vector<int> gone = chooseAmong(strategy.name, numbers, count, analysis);
        std::vector<bool> positions;
        for (const int number : numbers)
            positions.push_back(std::find(gone.begin(), gone.end(), number) != gone.end());
        return positions;
    } catch (const Error&) {
        return {};  // the analysis lacks what it chooses by
    }
}

double squares(double from, int n) {
    double sum = 0.0;
    for (int i = 0; i < n; ++i) sum += (from - i) * (from - i);
    return sum;
}

double choosingPasses(const ChopStrategy& strategy, double layers, const Analysis* analysis, bool& measured) {
    if (searchesChops(strategy)) return 0.0;
    if (strategy.needs == ChopNeeds::Weights) return 1.0;
    if (strategy.look == ChopLook::Gradients) return 4.0 * layers;
    if (strategy.needs != ChopNeeds::Analysis) return 0.0;
    // Every network without one layer, behind what it shares with the dense one, and all their heads.
    if (strategy.look == ChopLook::LeaveOneOut)
        return analysis && analysis->leaveOneOut ? 0.0 : layers + layers * (layers - 1) / 2 + layers + 1;
    return std::exchange(measured, true) ? 0.0 : kMeasuring * layers;
}

double searchingPasses(const ChopStrategy& strategy, const std::vector<int>& counts, int layers) {
    if (counts.empty() || !searchesChops(strategy)) return 0.0;
    const double l = layers;
    const auto each = static_cast<double>(counts.size());
    if (strategy.merge) return each * (l * l / 4 + l + 1);
    if (strategy.look == ChopLook::Evolution) {
        double passes = 0.0;
        for (const int count : counts) {
            const double networks = kFirstSets + kNetworksOfGeneration * usualGenerations(layers, count);
            passes += networks * (kSharedPart * (l - count) + 2.0);
        }
        return passes;
    }
    // Steps over candidates of which each runs half of the network behind what it shares, and its own head.
    const bool halves = strategy.unit == ChopUnit::Sublayers;
    const double choices = strategy.unit == ChopUnit::Layers ? l - 2 : halves ? 2 * l : l;
    const int steps = std::min(counts.back() * partsOfLayer(strategy.unit), static_cast<int>(choices));
    if (strategy.look == ChopLook::Outputs)
        return squares(2 * l, steps) / 4 + each * (kSharedPart * l / 2 + 1);
    double heads = 0.0;
    for (int step = 0; step < steps; ++step) heads += choices - step;
    return (halves ? squares(2 * l, steps) / 4 : squares(l, steps) / 2) + heads;
}

}  // namespace

double ChopForecast::total() const {
    double sum = 0.0;
    for (const auto* part : {&choosing, &lots, &searching})
        sum = std::accumulate(part->begin(), part->end(), sum);
    return sum;
}

std::vector<std::vector<int>> chopLots(const std::vector<int>& counts, bool growing) {
    if (!growing) return {counts};
    std::vector<std::vector<int>> lots;
    const std::size_t each = std::max<std::size_t>(1, (counts.size() + kLots - 1) / kLots);
    for (std::size_t from = 0; from < counts.size(); from += each)
        lots.emplace_back(counts.begin() + static_cast<std::ptrdiff_t>(from),
                          counts.begin() + static_cast<std::ptrdiff_t>(std::min(from + each, counts.size())));
    return lots;
}

std::vector<int> allChopCounts(int layers) {
    std::vector<int> counts(static_cast<std::size_t>(std::max(0, layers - 1)));
    std::iota(counts.begin(), counts.end(), 1);
    return counts;
}

std::vector<int> chopCounts(const ChopStrategy& strategy, const std::vector<int>& counts, int layers) {
    std::vector<int> possible = counts;
    std::erase_if(possible, [&](int count) { return count > layers - strategy.keeps; });
    return possible;
}

bool searchesChops(const ChopStrategy& strategy) {
    return strategy.look == ChopLook::Search || strategy.look == ChopLook::Outputs ||
           strategy.look == ChopLook::Evolution || strategy.merge;
}

ChopForecast forecastChops(const std::vector<ChopStrategy>& strategies,
                           const std::vector<std::vector<int>>& lots, const std::vector<int>& numbers,
                           const Analysis* analysis) {
    ChopForecast forecast;
    std::vector<int> counts;
    for (const std::vector<int>& lot : lots) counts.insert(counts.end(), lot.begin(), lot.end());
    const auto layers = static_cast<int>(numbers.size());
    bool measured = analysis != nullptr;
    for (const ChopStrategy& strategy : strategies) {
        const std::vector<int> possible = chopCounts(strategy, counts, layers);
        forecast.networks += static_cast<int>(possible.size());
        forecast.choosing.push_back(choosingPasses(strategy, layers, analysis, measured));
        forecast.searching.push_back(searchingPasses(strategy, possible, layers));
    }
    bool first = true;
    for (const std::vector<int>& lot : lots) {
        double passes = 0.0;
        std::set<std::vector<bool>> known;
        if (std::exchange(first, false)) known.insert(std::vector<bool>(numbers.size(), false));
        for (const ChopStrategy& strategy : strategies) {
            if (searchesChops(strategy)) continue;
            for (const int count : chopCounts(strategy, lot, layers)) {
                const std::vector<bool> gone = goneOf(strategy, count, numbers, analysis);
                if (gone.empty())
                    passes += kSharedPart * (layers - count) + 1.0;
                else
                    known.insert(gone);
            }
        }
        forecast.lots.push_back(passes + sharedLayers(known) + static_cast<double>(known.size()));
    }
    return forecast;
}

}  // namespace secateur
