// SPDX-License-Identifier: GPL-3.0-or-later
//
// The measuring pass gives the same with any number of threads, and whether layers come whole or in parts.
#include "core/metrics/measure.h"

#include <cmath>

#include <gmock/gmock.h>

#include "core/evaluate/perplexity.h"
#include "tests/golden_families.h"
#include "tests/heal/fixtures.h"
#include "tests/threads.h"

namespace secateur {
namespace {

using testing::ElementsAre;
using testing::Pointwise;

constexpr int kWindows = 7;  // no multiple of the threads

class MeasuredFamily : public testing::TestWithParam<const char*> {
protected:
    [[nodiscard]] Analysis measured(WeightSource& weights) const {
        JobContext context;
        const c10::InferenceMode inference;
        return measurePass(weights, windows_, fixtures::kRoomy, context);
    }
    [[nodiscard]] at::Tensor losses(WeightSource& weights) const {
        JobContext context;
        const c10::InferenceMode inference;
        return chunkedLosses(weights, windows_, fixtures::kRoomy, context);
    }

    std::shared_ptr<const Checkpoint> checkpoint_ = fixtures::checkpoint(GetParam());
    TokenWindows windows_ = fixtures::tokens(GetParam(), "evaluation", kWindows);
};
INSTANTIATE_TEST_SUITE_P(Golden, MeasuredFamily, test::goldenFamilies(), test::kNameOfFamily);

MATCHER(IsClose, "") {
    const double one = std::get<0>(arg), other = std::get<1>(arg);
    return std::abs(one - other) <= 1e-6 + 1e-4 * std::abs(other);
}

// Every list of numbers that an analysis holds.
std::vector<std::vector<float>> listsOf(const Analysis& analysis) {
    std::vector<std::vector<float>> lists{analysis.residual.cosine, analysis.residual.relativeUpdate,
                                          analysis.residual.norm, analysis.angular.allTokens,
                                          analysis.angular.lastToken};
    for (const LayerAnalysis& layer : analysis.layers)
        for (const ChannelStatistics* of : {&layer.oProj, &layer.downProj})
            for (const auto* list :
                 {&of->mean, &of->meanReference, &of->fluctuation, &of->fluctuationReference, &of->norm2,
                  &of->weightNorm2, &of->weightAbsMean, &of->absMeanNorm, &of->windowNorm})
                lists.push_back(*list);
    for (const LayerAnalysis& layer : analysis.layers) lists.push_back(layer.downProj.rowPeaks);
    return lists;
}

TEST_P(MeasuredFamily, ThreadsChangeNothing) {
    WeightSource weights(checkpoint_, ComputePlace{});
    std::vector<std::vector<float>> alone, together;
    at::Tensor lossesAlone;
    {
        const test::Threads one(1);
        alone = listsOf(measured(weights));
        lossesAlone = losses(weights);
    }
    const test::Threads several(3);
    together = listsOf(measured(weights));
    ASSERT_EQ(alone.size(), together.size());
    for (std::size_t i = 0; i < alone.size(); ++i) {
        EXPECT_FALSE(alone[i].empty()) << "list " << i;
        EXPECT_THAT(together[i], Pointwise(IsClose(), alone[i])) << "list " << i;
    }
    EXPECT_TRUE(at::allclose(losses(weights), lossesAlone, 1e-4, 1e-5));
}

TEST_P(MeasuredFamily, LargeLayersComeInPartsAndGiveTheSame) {
    const ComputePlace converting{at::kCPU, at::kBFloat16, at::kFloat};
    WeightSource whole(checkpoint_, converting), divided(checkpoint_, converting);
    divided.setLargeLayer(0);
    const test::Threads one(1);
    std::vector<Sublayers> parts;
    divided.layerInParts(0, [&](Sublayers part, const LayerWeights& weights) {
        parts.push_back(part);
        EXPECT_EQ(weights.q.defined(), part == Sublayers::Attention);
        EXPECT_EQ(weights.inputNorm.defined(), part == Sublayers::Attention);
        EXPECT_EQ(weights.down.defined(), part == Sublayers::Mlp);
        EXPECT_EQ(weights.mlpNorm.defined(), part == Sublayers::Mlp);
    });
    EXPECT_THAT(parts, ElementsAre(Sublayers::Attention, Sublayers::Mlp));
    EXPECT_EQ(listsOf(measured(divided)), listsOf(measured(whole)));
    EXPECT_TRUE(at::equal(losses(divided), losses(whole)));
    divided.keepResident(true);
    parts.clear();
    divided.layerInParts(0, [&](Sublayers part, const LayerWeights&) { parts.push_back(part); });
    EXPECT_THAT(parts, ElementsAre(Sublayers::Both));
}

}  // namespace
}  // namespace secateur
