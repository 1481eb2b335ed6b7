// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sparsify steps whose layers do not all lose the same, from a plan to the zeros of a checkpoint.
#include <algorithm>
#include <numeric>
#include <span>

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/storage/checkpoint.h"
#include "tests/session/fixtures.h"

namespace secateur {
namespace {

class AllocationSteps : public testing::Test, protected fixtures::SteppedSession {
protected:
    AllocationSteps() : SteppedSession("llama-mha") {}
    // The share of zeros in the linears of each layer that the plan leaves.
    std::vector<double> zeros(const Plan& plan, const std::string& name) {
        static_cast<void>(session_->apply(plan, nullptr, &calibration_, scratch_ / name, {}, context_));
        const auto written = Checkpoint::open(scratch_ / name);
        std::vector<double> shares;
        for (int layer = 0; layer < written->config().layerCount(); ++layer) {
            double zero = 0.0, all = 0.0;
            for (const LinearName linear : kAllLinears) {
                const bool mlp = siteOf(linear) == Site::MlpIn || siteOf(linear) == Site::MlpMid;
                const std::string part = mlp ? ".mlp." : ".self_attn.";
                const TensorView& view = written->tensor("model.layers." + std::to_string(layer) + part +
                                                         secateur::name(linear) + ".weight");
                EXPECT_EQ(view.dtype, Dtype::F32);
                const std::span values(reinterpret_cast<const float*>(view.bytes.data()),
                                       view.bytes.size() / sizeof(float));
                zero += static_cast<double>(std::ranges::count(values, 0.0F));
                all += static_cast<double>(values.size());
            }
            shares.push_back(zero / all);
        }
        return shares;
    }
    static double mean(const std::vector<double>& values) {
        return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    }
};

TEST_F(AllocationSteps, LayersDifferByAtMostTwiceLambdaAndKeepTheMean) {
    const Plan plan = planned({"wanda sparsity=0.5 allocation=owl outliers-above=3 owl-lambda=0.1"});
    const std::vector<double> shares = zeros(plan, "owl");
    const auto [least, most] = std::ranges::minmax(shares);
    EXPECT_NEAR(most - least, 0.2, 0.02);
    EXPECT_NEAR(mean(shares), 0.5, 0.01);
    const auto written = fixtures::open(scratch_ / "owl");
    EXPECT_NEAR(written->perplexity(fixtures::tokens(*written, family_, "evaluation"), context_).perplexity /
                    previewed(plan),
                1.0, 1e-5);
}

TEST_F(AllocationSteps, AlphaPruningNeedsNoText) {
    const Plan plan = planned({"magnitude sparsity=0.4 allocation=alphapruning"}, nullptr);
    EXPECT_FALSE(needsCalibrationText(plan));
    const std::vector<double> shares = zeros(plan, "alpha");
    const auto [least, most] = std::ranges::minmax(shares);
    EXPECT_NEAR(most / least, 1.3 / 0.7, 0.05);
    EXPECT_NEAR(mean(shares), 0.4, 0.01);
}

TEST_F(AllocationSteps, OwlMakesADataFreeMethodNeedItsText) {
    const Plan plan = planned({"magnitude sparsity=0.5 allocation=owl outliers-above=3"});
    EXPECT_TRUE(needsCalibrationText(plan));
    EXPECT_THROW(static_cast<void>(session_->preview(plan, nullptr, evaluation_, {}, context_)), Error);
    EXPECT_GT(previewed(plan), 0.0);
}

TEST_F(AllocationSteps, OtherLayersOfAPlanChangeTheSharesOfTheSame) {
    // The same last step after a step that changes one layer alone: nothing that was kept may be taken again.
    const double first = previewed(planned({"magnitude sparsity=0.4 allocation=alphapruning"}));
    const Plan plan =
        planned({"svd keep=0.3 layers=4", "magnitude sparsity=0.4 allocation=alphapruning layers=0-3"});
    const double second = previewed(plan);
    EXPECT_NE(first, second);
    const auto fresh = fixtures::open(fixtures::golden(family_));
    EXPECT_NEAR(fresh->preview(plan, nullptr, evaluation_, {.perToken = false, .calibration = &calibration_},
                               context_)
                        .planPerplexity /
                    second,
                1.0, 1e-6);
}

TEST_F(AllocationSteps, PatternsLeaveNothingToShareOut) {
    EXPECT_THROW(static_cast<void>(planned({"wanda pattern=2:4 allocation=owl"})), Error);
}

}  // namespace
}  // namespace secateur
