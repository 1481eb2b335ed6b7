// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/subnetworks.h"

#include <random>

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/evaluate/leave_one_out.h"
#include "core/model/edited_source.h"
#include "tests/evaluate/fixtures.h"
#include "tests/golden_families.h"

namespace secateur {
namespace {

using fixtures::kRoomy;
using fixtures::Network;
using fixtures::without;

std::vector<Subnetwork> randomNetworks(int layers, int count, unsigned seed) {
    std::mt19937 generator(seed);
    std::bernoulli_distribution gone(0.3);
    std::vector<Subnetwork> networks;
    for (int i = 0; i < count; ++i) {
        Subnetwork network(static_cast<std::size_t>(layers));
        for (SublayerCut& cut : network) {
            cut.attention = gone(generator);
            cut.mlp = gone(generator);
        }
        networks.push_back(network);
    }
    return networks;
}

class EveryNetwork : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Golden, EveryNetwork,
                         testing::Values("llama-mha", "llama3-gqa", "mistral-swa", "qwen2", "qwen3",
                                         "sprout-12"),
                         test::kNameOfFamily);

TEST_P(EveryNetwork, PerplexitiesAreThoseOfEachNetworkAlone) {
    Network net(GetParam());
    std::vector<Subnetwork> networks = randomNetworks(net.layers(), 12, 7);
    networks.push_back(without(net.layers(), {}));
    networks.push_back(networks[3]);
    JobContext context;
    const SubnetworkPerplexities together =
        subnetworkPerplexities(net.weights, net.windows, networks, kRoomy, "test", context);
    ASSERT_EQ(together.perplexity.size(), networks.size());
    for (std::size_t i = 0; i < networks.size(); ++i)
        EXPECT_NEAR(together.perplexity[i] / net.perplexityAlone(networks[i]), 1.0, 1e-5) << i;
    EXPECT_EQ(together.perplexity[3], together.perplexity.back());
}

TEST_P(EveryNetwork, TurnsOfFewWindowsGiveTheSame) {
    Network net(GetParam());
    const std::vector<Subnetwork> networks = randomNetworks(net.layers(), 5, 3);
    JobContext context;
    const auto roomy = subnetworkPerplexities(net.weights, net.windows, networks, kRoomy, "test", context);
    // One window of all streams, of two, of one.
    const std::int64_t stream = std::int64_t{net.windows.seqLen} * net.checkpoint->config().hiddenSize * 4;
    double shared = roomy.work.layers;
    for (const int streams : {6, 3, 1}) {
        const auto narrow =
            subnetworkPerplexities(net.weights, net.windows, networks, stream * streams, "test", context);
        if (streams == 6) {
            EXPECT_DOUBLE_EQ(narrow.work.layers, shared);
        }
        EXPECT_GE(narrow.work.layers, shared);
        shared = narrow.work.layers;
        for (std::size_t i = 0; i < networks.size(); ++i)
            EXPECT_NEAR(roomy.perplexity[i] / narrow.perplexity[i], 1.0, 1e-5);
    }
    // Alone, but equal networks still once.
    EXPECT_GT(shared, roomy.work.layers);
    EXPECT_LE(shared, roomy.work.unshared);
}

TEST(Subnetworks, WorkSpentIsWhatSharingPredicts) {
    Network net("llama3-gqa");
    const std::vector<Subnetwork> networks = randomNetworks(6, 20, 11);
    const SubnetworkTrie trie(networks, 6);
    JobContext context;
    const SubnetworkWork spent = trie.run(
        net.weights, net.windows, kRoomy, [](int, int, const at::Tensor&) {}, context);
    EXPECT_DOUBLE_EQ(spent.layers, trie.predicted().layers);
    double alone = 0.0;
    for (const Subnetwork& network : networks)
        for (const SublayerCut& cut : network) alone += (cut.attention ? 0.0 : 0.5) + (cut.mlp ? 0.0 : 0.5);
    EXPECT_DOUBLE_EQ(spent.unshared, alone);
    EXPECT_LT(spent.layers, alone);
}

// Three layers. Without {2}, without {1, 2} and dense: layer 0 runs once, layer 1 once, layer 2 once.
// Without {0}: layers 1 and 2 again.
TEST(Subnetworks, ATrieCountsByHand) {
    const std::vector<Subnetwork> networks{without(3, {2}), without(3, {1, 2}), without(3, {}),
                                           without(3, {2})};
    EXPECT_EQ(SubnetworkTrie(networks, 3).leafCount(), 3);
    EXPECT_DOUBLE_EQ(SubnetworkTrie(networks, 3).predicted().layers, 3.0);
    EXPECT_DOUBLE_EQ(SubnetworkTrie(networks, 3).predicted().unshared, 2.0 + 1.0 + 3.0 + 2.0);
    std::vector<Subnetwork> more = networks;
    more.push_back(without(3, {0}));
    EXPECT_DOUBLE_EQ(SubnetworkTrie(more, 3).predicted().layers, 5.0);
}

TEST(Subnetworks, StopsWhenAsked) {
    Network net("llama-mha");
    std::stop_source stop;
    stop.request_stop();
    JobContext stopped(stop.get_token(), {});
    EXPECT_THROW(
        (void)subnetworkPerplexities(net.weights, net.windows, {without(5, {1})}, kRoomy, "test", stopped),
        Error);
}

TEST(LeaveOneOut, CostsAtMostAHundredthsOverHalfAPassALayer) {
    Network net("sprout-12");
    JobContext context;
    const LeaveOneOutRun run =
        leaveOneOut(net.weights, net.windows, {.layers = true, .sublayers = false}, kRoomy, context);
    const double layers = net.layers();
    // L (L - 1) / 2 layers above what is left out, and the dense network.
    EXPECT_DOUBLE_EQ(run.work.layers, layers * (layers - 1) / 2 + layers);
    EXPECT_LE(run.work.layers / layers, 0.55 * layers);
    for (int layer = 0; layer < net.layers(); ++layer)
        EXPECT_NEAR(run.values.layer[static_cast<std::size_t>(layer)] /
                        net.perplexityAlone(without(net.layers(), {layer})),
                    1.0, 1e-5);
}

TEST(LeaveOneOut, SublayersShareTheirLayersAttention) {
    Network net("sprout-12");
    JobContext context;
    const LeaveOneOutRun run = leaveOneOut(net.weights, net.windows, {}, kRoomy, context);
    const double layers = net.layers();
    // Three variants a layer; without its attention the layer's MLP runs, without its MLP nothing new does.
    EXPECT_DOUBLE_EQ(run.work.layers, 3 * layers * (layers - 1) / 2 + layers + 0.5 * layers);
}

TEST(LeaveOneOut, WhatIsGoneStaysGone) {
    Network net("llama-mha");
    ChopStep chop;
    chop.layers = {2};
    StepEffect effect = carryOut(chop, stateOf(net.weights.config()), "plan: steps[0]");
    WeightSource left(std::make_shared<EditedSource>(net.weights.source(), std::move(effect),
                                                     std::vector<ChannelMeans>(), ""),
                      net.weights.place());
    JobContext context;
    const LeaveOneOutRun run =
        leaveOneOut(left, net.windows, {.layers = true, .sublayers = false}, kRoomy, context);
    ASSERT_EQ(run.values.layer.size(), 4U);
    EXPECT_NEAR(run.values.densePerplexity / net.perplexityAlone(without(5, {2})), 1.0, 1e-5);
    EXPECT_NEAR(run.values.layer[2] / net.perplexityAlone(without(5, {2, 3})), 1.0, 1e-5);
}

}  // namespace
}  // namespace secateur
