// SPDX-License-Identifier: GPL-3.0-or-later
//
// Searches against trying everything, every network run on its own.
#include "core/evaluate/chop_search.h"

#include <numbers>

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "tests/evaluate/fixtures.h"
#include "tests/golden_families.h"

namespace secateur {
namespace {

using fixtures::kRoomy;
using fixtures::Network;
using fixtures::without;

double distanceAlone(Network& net, const Subnetwork& network) {
    const at::Tensor a = net.alone(without(net.layers(), {})).to(at::kDouble);
    const at::Tensor b = net.alone(network).to(at::kDouble);
    const at::Tensor cosine = (a * b).sum(-1) / (a.square().sum(-1).sqrt() * b.square().sum(-1).sqrt());
    return at::acos(cosine.clamp(-1.0, 1.0)).mean().item<double>() / std::numbers::pi;
}

class Families : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Golden, Families, testing::Values("llama-mha", "llama3-gqa", "qwen3"),
                         test::kNameOfFamily);

TEST_P(Families, GreedyRemovesWhatTryingAllLayersWould) {
    Network net(GetParam());
    JobContext context;
    const int count = greedyLimit(net.checkpoint->config(), ChopUnit::Layers);
    EXPECT_EQ(count, net.layers() - 2);
    const ChopSearch search =
        greedySearch(net.weights, net.windows, ChopUnit::Layers, count, kRoomy, context);
    std::vector<int> removed;
    for (const SearchStep& step : search.steps) {
        double lowest = INFINITY;
        int best = -1;
        for (int layer = 1; layer + 1 < net.layers(); ++layer) {
            if (std::count(removed.begin(), removed.end(), layer)) continue;
            std::vector<int> more = removed;
            more.push_back(layer);
            const double perplexity = net.perplexityAlone(without(net.layers(), more));
            if (perplexity < lowest) {
                lowest = perplexity;
                best = layer;
            }
        }
        EXPECT_EQ(step.position, best);
        EXPECT_NEAR(step.value / lowest, 1.0, 1e-5);
        removed.push_back(step.position);
    }
    EXPECT_LT(search.work.layers, search.work.unshared);
}

// BlockPruner over all sublayers, and 2SSP's second stage over those of attention.
TEST_P(Families, GreedySublayersAreThoseThatTryingAllWouldRemove) {
    Network net(GetParam(), 3);
    JobContext context;
    for (const ChopUnit unit : {ChopUnit::Sublayers, ChopUnit::Attention}) {
        Subnetwork removed = without(net.layers(), {});
        const ChopSearch search = greedySearch(net.weights, net.windows, unit, 3, kRoomy, context);
        for (const SearchStep& step : search.steps) {
            double lowest = INFINITY;
            std::pair<int, bool> best{-1, false};
            for (int layer = 0; layer < net.layers(); ++layer)
                for (const bool attention : {true, false}) {
                    if (!attention && unit == ChopUnit::Attention) continue;
                    Subnetwork more = removed;
                    SublayerCut& cut = more[static_cast<std::size_t>(layer)];
                    if (attention ? cut.attention : cut.mlp) continue;
                    (attention ? cut.attention : cut.mlp) = true;
                    const double perplexity = net.perplexityAlone(more);
                    if (perplexity < lowest) {
                        lowest = perplexity;
                        best = {layer, attention};
                    }
                }
            EXPECT_EQ(std::pair(step.position, step.cut.attention), best);
            EXPECT_NE(step.cut.attention, step.cut.mlp);
            EXPECT_NEAR(step.value / lowest, 1.0, 1e-5);
            EXPECT_TRUE(step.windowLoss.defined());
            SublayerCut& cut = removed[static_cast<std::size_t>(step.position)];
            cut = {cut.attention || step.cut.attention, cut.mlp || step.cut.mlp};
        }
        EXPECT_LT(search.work.layers, search.work.unshared);
    }
}

TEST_P(Families, FinerCutRemovesWhatTryingAllSublayersWould) {
    Network net(GetParam(), 3);
    JobContext context;
    const ChopSearch search = sublayerSearch(net.weights, net.windows, 5, kRoomy, context);
    Subnetwork removed = without(net.layers(), {});
    for (const SearchStep& step : search.steps) {
        double lowest = INFINITY;
        std::pair<int, bool> best{-1, false};
        for (int layer = 0; layer < net.layers(); ++layer)
            for (const bool attention : {true, false}) {
                Subnetwork more = removed;
                SublayerCut& cut = more[static_cast<std::size_t>(layer)];
                if (attention ? cut.attention : cut.mlp) continue;
                (attention ? cut.attention : cut.mlp) = true;
                const double distance = distanceAlone(net, more);
                if (distance < lowest) {
                    lowest = distance;
                    best = {layer, attention};
                }
            }
        EXPECT_EQ(std::pair(step.position, step.cut.attention), best);
        EXPECT_NE(step.cut.attention, step.cut.mlp);
        EXPECT_NEAR(step.value, lowest, 1e-5);
        SublayerCut& cut = removed[static_cast<std::size_t>(step.position)];
        cut = {cut.attention || step.cut.attention, cut.mlp || step.cut.mlp};
    }
}

TEST(Searches, ReportEveryStepAndTheirProgress) {
    Network net("llama-mha");
    std::vector<double> fractions;
    JobContext context({}, [&](const Progress& progress) { fractions.push_back(progress.fraction); });
    int steps = 0;
    const ChopSearch search = greedySearch(net.weights, net.windows, ChopUnit::Layers, 3, kRoomy, context,
                                           [&](const SearchStep&) { ++steps; });
    EXPECT_EQ(steps, 3);
    EXPECT_EQ(search.steps.size(), 3U);
    ASSERT_FALSE(fractions.empty());
    EXPECT_TRUE(std::is_sorted(fractions.begin(), fractions.end()));
    EXPECT_NEAR(fractions.back(), 1.0, 1e-6);
}

TEST(Searches, RefuseToRemoveTooMuch) {
    Network net("llama-mha");
    JobContext context;
    EXPECT_THROW((void)greedySearch(net.weights, net.windows, ChopUnit::Layers, 4, kRoomy, context), Error);
    EXPECT_THROW((void)greedySearch(net.weights, net.windows, ChopUnit::Layers, -1, kRoomy, context), Error);
    EXPECT_EQ(unitCount(net.checkpoint->config(), ChopUnit::Sublayers), 10);
    EXPECT_EQ(unitCount(net.checkpoint->config(), ChopUnit::Attention), 5);
    for (const auto& [unit, count] : {std::pair(ChopUnit::Sublayers, 10), std::pair(ChopUnit::Attention, 5),
                                      std::pair(ChopUnit::Attention, -1)})
        EXPECT_THROW((void)greedySearch(net.weights, net.windows, unit, count, kRoomy, context), Error);
    EXPECT_THROW((void)sublayerSearch(net.weights, net.windows, 10, kRoomy, context), Error);
    EXPECT_TRUE(greedySearch(net.weights, net.windows, ChopUnit::Layers, 0, kRoomy, context).steps.empty());
}

}  // namespace
}  // namespace secateur
