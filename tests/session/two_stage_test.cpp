// SPDX-License-Identifier: GPL-3.0-or-later
//
// 2SSP through the session: its second stage against trying every attention sublayer.
#include <cmath>

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "tests/golden_families.h"
#include "tests/session/fixtures.h"

namespace secateur {
namespace {

class TwoStagePlans : public testing::TestWithParam<const char*> {
protected:
    Plan planned(const std::vector<std::string>& steps, const Analysis* analysis = nullptr) {
        return session_->plan(analysis, &calibration_, fixtures::stepsRequest(steps), context_).plan;
    }
    double perplexity(const Plan& plan) {
        return session_
            ->preview(plan, nullptr, calibration_, {.perToken = false, .calibration = &calibration_},
                      context_)
            .planPerplexity;
    }
    std::vector<int> withoutAttention(const Plan& plan) {
        std::vector<int> layers;
        for (const LayerConfig& layer : plannedNetwork(session_->summary().config, plan).layers)
            if (layer.heads == 0) layers.push_back(layer.originalLayer);
        return layers;
    }

    JobContext context_;
    std::shared_ptr<Session> session_ = fixtures::open(fixtures::golden(GetParam()));
    TokenWindows calibration_ = fixtures::tokens(*session_, GetParam(), "calibration", 6);
};
INSTANTIATE_TEST_SUITE_P(Golden, TwoStagePlans, testing::Values("llama-mha", "llama3-gqa", "qwen3"),
                         test::kNameOfFamily);

TEST_P(TwoStagePlans, DropsTheAttentionWithoutWhichTheNarrowedNetworkIsBest) {
    const Plan plan = planned({"2ssp ratio=0.4 attention-layers=1"});
    ASSERT_EQ(plan.steps.size(), 1U);
    EXPECT_EQ(std::get<WidthStep>(plan.steps[0]).ratio, 0.4);
    EXPECT_NEAR(plan.accounting->removedFraction, 0.4, 0.03);
    ASSERT_TRUE(plan.calibration.has_value());
    const std::vector<int> dropped = withoutAttention(plan);
    ASSERT_EQ(dropped.size(), 1U);

    Plan narrowed = plan;
    for (LayerKeep& keep : std::get<WidthStep>(narrowed.steps[0]).keep) keep.kvGroups.reset();
    double best = INFINITY;
    int layer = -1;
    for (const LayerConfig& shape : session_->summary().config.layers) {
        Plan one = narrowed;
        one.steps.emplace_back(ChopStep{{}, {shape.originalLayer}, {}});
        if (const double value = perplexity(one); value < best) {
            best = value;
            layer = shape.originalLayer;
        }
    }
    EXPECT_EQ(dropped.front(), layer);
    EXPECT_NEAR(perplexity(plan) / best, 1.0, 1e-5);
}

TEST_P(TwoStagePlans, AllMlpsHaveOneWidthAndOtherAttentionIsWhole) {
    const NetworkConfig dense = session_->summary().config;
    const NetworkConfig left = plannedNetwork(dense, planned({"2ssp ratio=0.5"}));
    for (const LayerConfig& layer : left.layers) {
        EXPECT_EQ(layer.intermediateSize, left.layers[0].intermediateSize);
        EXPECT_LT(layer.intermediateSize, dense.layers[0].intermediateSize);
        if (layer.heads > 0) {
            EXPECT_EQ(layer.kvHeads, dense.layers[0].kvHeads);
        }
    }
}

TEST_P(TwoStagePlans, AMeasuredAnalysisPlansTheSame) {
    const auto analysis = session_->measure(calibration_, {}, context_);
    EXPECT_EQ(planned({"2ssp ratio=0.4"}, analysis.get()).steps, planned({"2ssp ratio=0.4"}).steps);
}

TEST_P(TwoStagePlans, GoesOnAfterOtherStepsAndNeedsAText) {
    const Plan plan = planned(
        {"chop layers=1", "minitron ratio=0.1", "2ssp ratio=0.4 attention-layers=1", "rtn bits=8 group=0"});
    EXPECT_EQ(plan.steps.size(), 4U);
    EXPECT_FALSE(withoutAttention(plan).empty());
    EXPECT_TRUE(std::isfinite(perplexity(plan)));
    const PlanRequest request = fixtures::stepsRequest({"2ssp ratio=0.3"});
    EXPECT_THROW((void)session_->plan(nullptr, nullptr, request, context_), Error);
}

}  // namespace
}  // namespace secateur
