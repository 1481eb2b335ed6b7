// SPDX-License-Identifier: GPL-3.0-or-later
//
// EvoPress where all sets can be tried, and what it keeps when it is stopped.
#include "core/evaluate/evolution_search.h"

#include <cmath>

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/data/evolution_scale.h"
#include "core/evaluate/divergence.h"
#include "tests/evaluate/fixtures.h"
#include "tests/golden_families.h"

namespace secateur {
namespace {

using fixtures::kRoomy;
using fixtures::Network;
using fixtures::without;
using testing::StartsWith;

// What goes of attention and of the MLP.
std::pair<int, int> removedOf(const Subnetwork& network) {
    std::pair<int, int> removed{0, 0};
    for (const SublayerCut& cut : network) {
        removed.first += cut.attention ? 1 : 0;
        removed.second += cut.mlp ? 1 : 0;
    }
    return removed;
}

double divergenceAlone(Network& net, const Subnetwork& network) {
    const at::Tensor dense = net.alone(without(net.layers(), {})), cut = net.alone(network);
    double sum = 0.0;
    for (std::int64_t window = 0; window < cut.size(0); ++window)
        sum += divergenceSums(net.weights, dense[window], net.weights, cut[window]).divergence;
    return sum / (static_cast<double>(cut.size(0)) * (net.windows.seqLen - 1));
}

class EvolvedFamilies : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Golden, EvolvedFamilies, testing::Values("llama-mha", "llama3-gqa", "qwen3"),
                         test::kNameOfFamily);

// Of five layers there are 25 sets of one attention and one MLP: all are among the first.
TEST_P(EvolvedFamilies, EvolutionFindsTheNearestOfAllSets) {
    Network net(GetParam(), 3);
    JobContext context;
    const EvolutionSearch search =
        evolutionSearch(net.weights, net.windows, ChopUnit::Sublayers, 1, {}, kRoomy, context);
    double nearest = INFINITY;
    Subnetwork best;
    for (int attention = 0; attention < net.layers(); ++attention)
        for (int mlp = 0; mlp < net.layers(); ++mlp) {
            Subnetwork network = without(net.layers(), {});
            network[static_cast<std::size_t>(attention)].attention = true;
            network[static_cast<std::size_t>(mlp)].mlp = true;
            if (const double value = divergenceAlone(net, network); value < nearest) {
                nearest = value;
                best = network;
            }
        }
    EXPECT_EQ(search.best, best);
    EXPECT_NEAR(search.fitness / nearest, 1.0, 1e-6);
    EXPECT_EQ(search.generations, usualGenerations(net.layers(), 1));
    EXPECT_FALSE(search.stopped);
    EXPECT_LT(search.work.layers, search.work.unshared);
}

TEST_P(EvolvedFamilies, EvolutionOfWholeLayersByPerplexity) {
    Network net(GetParam(), 3);
    JobContext context;
    EvolutionWishes wishes;
    wishes.fitness = Fitness::Perplexity;
    wishes.seed = 3;
    const EvolutionSearch search =
        evolutionSearch(net.weights, net.windows, ChopUnit::Layers, 2, wishes, kRoomy, context);
    double lowest = INFINITY;
    Subnetwork best;
    for (int one = 0; one < net.layers(); ++one)
        for (int other = one + 1; other < net.layers(); ++other) {
            const Subnetwork network = without(net.layers(), {one, other});
            if (const double value = net.perplexityAlone(network); value < lowest) {
                lowest = value;
                best = network;
            }
        }
    EXPECT_EQ(search.best, best);
    EXPECT_NEAR(search.fitness / lowest, 1.0, 1e-5);
}

TEST(Evolution, KeepsTheNumbersOfBothKindsAndRepeatsItself) {
    Network net("sprout-12", 1, 16);
    EvolutionWishes wishes;
    wishes.seed = 11;
    wishes.generations = 2;
    const auto search = [&] {
        JobContext context;
        return evolutionSearch(net.weights, net.windows, ChopUnit::Sublayers, 4, wishes, kRoomy, context);
    };
    const EvolutionSearch first = search(), again = search();
    EXPECT_EQ(removedOf(first.best), std::pair(4, 4));
    EXPECT_EQ(first.best, again.best);
    EXPECT_EQ(first.fitness, again.fitness);
    EXPECT_EQ(first.generations, 2);
    wishes.generations = 1;
    EXPECT_GE(search().fitness, first.fitness) << "the text is small, so that all rounds are over all of it";
}

TEST(Evolution, AStopKeepsTheBestSoFar) {
    Network net("sprout-12", 1, 16);
    std::stop_source stop;
    JobContext context(stop.get_token(), [&](const Progress& progress) {
        if (progress.stage.starts_with("generation")) {
            EXPECT_THAT(progress.stage, testing::HasSubstr("decoder passes"));
            stop.request_stop();
        }
    });
    EvolutionWishes wishes;
    wishes.generations = 100000;
    const EvolutionSearch search =
        evolutionSearch(net.weights, net.windows, ChopUnit::Sublayers, 3, wishes, kRoomy, context);
    EXPECT_TRUE(search.stopped);
    EXPECT_LT(search.generations, 100000);
    EXPECT_EQ(removedOf(search.best), std::pair(3, 3));

    stop = std::stop_source();
    stop.request_stop();
    JobContext stopped(stop.get_token(), {});
    EXPECT_THROW(
        (void)evolutionSearch(net.weights, net.windows, ChopUnit::Sublayers, 3, wishes, kRoomy, stopped),
        Error);
}

TEST(Evolution, RefusesWhatWouldLeaveNothing) {
    Network net("llama-mha");
    JobContext context;
    for (const int count : {0, 5, -1})
        for (const ChopUnit unit : {ChopUnit::Layers, ChopUnit::Sublayers})
            EXPECT_THROW((void)evolutionSearch(net.weights, net.windows, unit, count, {}, kRoomy, context),
                         Error);
    EXPECT_EQ(usualGenerations(32, 8), 128);
    EXPECT_EQ(usualGenerations(5, 1), 3);
    EXPECT_EQ(usualGenerations(2, 1), 1);
}

}  // namespace
}  // namespace secateur
