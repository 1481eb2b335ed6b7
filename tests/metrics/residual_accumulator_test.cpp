// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/residual_accumulator.h"

#include <gtest/gtest.h>

namespace secateur {
namespace {

at::Tensor tokens(std::vector<float> values, std::int64_t windows, std::int64_t seq) {
    return at::tensor(values, at::kFloat).view({windows, seq, -1});
}

std::shared_ptr<WorkMemory> roomy() {
    return std::make_shared<WorkMemory>(std::int64_t{1} << 30);
}

TEST(LayerChange, KnowsTheAngleOfOneToken) {
    const LayerChange change = layerChange(tokens({1, 0}, 1, 1), tokens({1, 1}, 1, 1));
    EXPECT_NEAR(1.0 - change.cosine, 0.292893, 1e-6);
    EXPECT_NEAR(change.relativeUpdate, 1.0, 1e-6);
    EXPECT_NEAR(change.norm, 1.414214, 1e-6);
}

TEST(LayerChange, AnUnchangedStreamHasNoInfluence) {
    const at::Tensor x = tokens({3, 4, -1, 2}, 1, 2);
    const LayerChange change = layerChange(x, x.clone());
    EXPECT_NEAR(change.cosine, 1.0, 1e-6);
    EXPECT_NEAR(change.relativeUpdate, 0.0, 1e-3);
}

TEST(LayerChange, AZeroVectorGivesNoNaN) {
    const LayerChange change = layerChange(tokens({0, 0}, 1, 1), tokens({1, 1}, 1, 1));
    EXPECT_EQ(change.cosine, 0.0);
}

TEST(Angular, QuarterOfATurnIsAHalf) {
    AngularAccumulator angular(2, 1, 2, 2, 1 << 20, roomy());
    angular.add(0, tokens({1, 0, 1, 0}, 1, 2));
    angular.add(1, tokens({0, 1, 1, 1}, 1, 2));
    const AngularDistances distances = angular.finish();
    EXPECT_NEAR(distances.last(0, 1), 0.25, 1e-6);
    EXPECT_NEAR(distances.all(0, 1), (0.5 + 0.25) / 2, 1e-6);
    EXPECT_EQ(distances.all(1, 1), 0.0F);
    EXPECT_EQ(distances.all(0, 1), distances.all(1, 0));
}

TEST(Angular, LittleMemoryUsesFewerWindowsButEveryLastToken) {
    at::manual_seed(1);
    const at::Tensor before = at::randn({8, 4, 16}, at::kFloat);
    const at::Tensor after = at::randn({8, 4, 16}, at::kFloat);
    AngularAccumulator small(2, 8, 4, 16, 4 * 16 * 4 * 2 * 3, roomy());
    AngularAccumulator large(2, 8, 4, 16, 1 << 20, std::make_shared<WorkMemory>(0));
    for (AngularAccumulator* angular : {&small, &large}) {
        angular->add(0, before);
        angular->add(1, after);
    }
    EXPECT_EQ(small.finish().windows, 3);
    EXPECT_EQ(large.finish().windows, 8);
    EXPECT_FLOAT_EQ(small.finish().last(0, 1), large.finish().last(0, 1));
}

}  // namespace
}  // namespace secateur
