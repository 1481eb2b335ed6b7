// SPDX-License-Identifier: GPL-3.0-or-later
//
// LaCo's search against networks that are folded by hand.
#include "core/evaluate/merge_search.h"

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "tests/evaluate/fixtures.h"
#include "tests/golden_families.h"

namespace secateur {
namespace {

using fixtures::kRoomy;
using fixtures::Network;
using testing::ElementsAre;

// The final hidden states of a network whose layers are given with their weights: [windows, seq * D].
at::Tensor states(Network& net, const std::vector<std::pair<int, LayerWeights>>& layers) {
    const PassContext pass = makePassContext(net.weights.config(), net.weights.place(), net.windows.seqLen);
    at::Tensor hidden = embed(net.weights, net.windows, 0, net.windows.count());
    JobContext context;
    for (const auto& [position, weights] : layers)
        runLayerOverWindows(pass, weights, position, hidden, context);
    return rmsNorm(hidden, net.weights.finalNorm(), net.weights.config().normEps, at::kFloat)
        .reshape({net.windows.count(), -1})
        .to(at::kDouble);
}

double cosine(const at::Tensor& a, const at::Tensor& b) {
    return ((a * b).sum(1) / (a.square().sum(1).sqrt() * b.square().sum(1).sqrt())).mean().item<double>();
}

std::vector<std::pair<int, LayerWeights>> whole(Network& net) {
    std::vector<std::pair<int, LayerWeights>> layers;
    for (int position = 0; position < net.layers(); ++position)
        layers.emplace_back(position, net.weights.layer(position));
    return layers;
}

// Layers 2 and 3 folded into 1, tensor by tensor.
LayerWeights foldedByHand(Network& net, MergeRule rule) {
    const LayerWeights one = net.weights.layer(1), two = net.weights.layer(2), three = net.weights.layer(3);
    LayerWeights sum = one;
    for (const LayerTensor& tensor : layerTensors()) {
        if (tensor.kind == LayerTensor::Kind::Norm || !tensor.in(one).defined()) continue;
        tensor.in(sum) =
            rule == MergeRule::Code ? tensor.in(three) : tensor.in(two) + tensor.in(three)-tensor.in(one);
    }
    return sum;
}

class MergeFamilies : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Golden, MergeFamilies, testing::Values("llama3-gqa", "qwen2", "qwen3"),
                         test::kNameOfFamily);

TEST_P(MergeFamilies, SimilarityIsThatOfTheNetworkFoldedByHand) {
    for (const MergeRule rule : {MergeRule::Paper, MergeRule::Code})
        for (const std::int64_t stateBytes : {kRoomy, std::int64_t{1}}) {
            Network net(GetParam());
            JobContext context;
            MergeSearch search(net.weights, net.windows, stateBytes, context);
            auto layers = whole(net);
            const at::Tensor dense = states(net, layers);
            layers[1].second = foldedByHand(net, rule);
            layers.erase(layers.begin() + 2, layers.begin() + 4);
            EXPECT_NEAR(search.similarity({rule, {{1, 2, 3}}}), cosine(dense, states(net, layers)), 1e-5);
        }
}

TEST_P(MergeFamilies, ThresholdDecidesWhatIsFolded) {
    Network net(GetParam());
    JobContext context;
    MergeSearch search(net.weights, net.windows, kRoomy, context);
    const int layers = net.layers();
    MergeLimits limits;
    limits.count = layers - 1;
    limits.threshold = 1.1;
    EXPECT_TRUE(search.search(limits).groups.empty()) << "nothing is more similar than the network itself";
    limits.threshold = -2.0;
    std::size_t folded = 0;
    const LayerMerge all = search.search(limits);
    for (const std::vector<int>& group : all.groups) folded += group.size() - 1;
    EXPECT_EQ(folded, static_cast<std::size_t>(layers - 1));
    EXPECT_THAT(all.groups.front(), ElementsAre(layers - 3, layers - 2, layers - 1)) << "from the top";
    // Every merge that a threshold keeps passes it, with all that were kept before.
    limits.threshold = 0.5;
    LayerMerge some = search.search(limits);
    while (!some.groups.empty()) {
        EXPECT_GE(search.similarity(some), 0.5);
        some.groups.pop_back();
    }
}

TEST_P(MergeFamilies, FoldsAsManyLayersAsAskedFor) {
    Network net(GetParam());
    JobContext context;
    MergeSearch search(net.weights, net.windows, kRoomy, context);
    for (int count = 1; count < net.layers(); ++count) {
        const LayerMerge merge = search.fold(MergeRule::Code, count);
        std::size_t folded = 0;
        for (const std::vector<int>& group : merge.groups) folded += group.size() - 1;
        EXPECT_EQ(folded, static_cast<std::size_t>(count));
    }
    EXPECT_THROW(static_cast<void>(search.fold(MergeRule::Paper, net.layers())), Error);
}

}  // namespace
}  // namespace secateur
