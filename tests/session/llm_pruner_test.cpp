// SPDX-License-Identifier: GPL-3.0-or-later
//
// LLM-Pruner from gradients to a checkpoint.
#include <gmock/gmock.h>

#include "core/base/error.h"
#include "tests/golden_families.h"
#include "tests/session/fixtures.h"

namespace secateur {
namespace {

using testing::HasSubstr;

class LlmPrunerOfFamily : public testing::TestWithParam<const char*>, protected fixtures::SteppedSession {
protected:
    LlmPrunerOfFamily() : SteppedSession(GetParam()) {}
};
INSTANTIATE_TEST_SUITE_P(Families, LlmPrunerOfFamily, test::goldenFamilies(), test::kNameOfFamily);

TEST_P(LlmPrunerOfFamily, IsWrittenAsItIsPreviewed) {
    const Plan plan = planned({"chop layers=1", "llm-pruner ratio=0.3 saliency=vectorize"});
    EXPECT_FALSE(std::get<WidthStep>(plan.steps.back()).keep.empty());
    EXPECT_LT(plan.accounting->parametersAfter, planned({"chop layers=1"}).accounting->parametersAfter);
    EXPECT_NEAR(applied(plan, scratch_ / "out") / previewed(plan), 1.0, 1e-5);
}

TEST_P(LlmPrunerOfFamily, PlansAlikeWithAnAnalysisThatHoldsGradients) {
    const auto analysis =
        session_->measure(calibration_, {.leaveOneOut = false, .gradients = true}, context_);
    ASSERT_TRUE(analysis->gradients.has_value());
    for (const char* step :
         {"llm-pruner ratio=0.3", "llm-pruner ratio=0.3 saliency=param_mix reduction=max"}) {
        const Plan ofText = planned({step});
        const Plan ofAnalysis =
            session_->plan(analysis.get(), nullptr, fixtures::stepsRequest({step}), context_).plan;
        EXPECT_EQ(ofText.steps, ofAnalysis.steps) << step;
        EXPECT_EQ(ofText.calibration->source, ofAnalysis.calibration->source);
    }
}

TEST_P(LlmPrunerOfFamily, LooksAtWhatEarlierStepsLeave) {
    const auto keepOf = [&](const std::vector<std::string>& steps) {
        return std::get<WidthStep>(planned(steps).steps.back()).keep;
    };
    const auto alone = keepOf({"llm-pruner ratio=0.3"});
    const auto after = keepOf({"rtn bits=2 group=0", "llm-pruner ratio=0.3"});
    EXPECT_NE(alone, after) << "the gradients are those of the coarse weights";
}

TEST_P(LlmPrunerOfFamily, NeedsTextOrGradients) {
    const auto analysis = session_->measure(calibration_, {}, context_);
    try {
        static_cast<void>(session_->plan(analysis.get(), nullptr,
                                         fixtures::stepsRequest({"llm-pruner ratio=0.2"}), context_));
        FAIL() << "planned without gradients";
    } catch (const Error& error) {
        EXPECT_THAT(error.message(), HasSubstr("llm-pruner needs gradients"));
        EXPECT_THAT(error.hint(), HasSubstr("measure --gradients"));
    }
}

}  // namespace
}  // namespace secateur
