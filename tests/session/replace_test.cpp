// SPDX-License-Identifier: GPL-3.0-or-later
//
// Chops whose blocks are stood for by the MLP before them (ReplaceMe), from a step to a checkpoint.
#include <gmock/gmock.h>

#include "core/base/error.h"
#include "tests/golden_families.h"
#include "tests/session/fixtures.h"

namespace secateur {
namespace {

using testing::HasSubstr;

class ReplacedBlocks : public testing::TestWithParam<const char*>, protected fixtures::SteppedSession {
protected:
    ReplacedBlocks() : SteppedSession(GetParam()) {}
    std::string refusal(const std::string& step) {
        try {
            static_cast<void>(planned({step}));
        } catch (const Error& error) {
            return error.message();
        }
        return {};
    }
};

INSTANTIATE_TEST_SUITE_P(Families, ReplacedBlocks, testing::Values("llama-mha", "llama3-gqa", "qwen2"),
                         test::kNameOfFamily);

TEST_P(ReplacedBlocks, AreWrittenAsTheyArePreviewed) {
    const Plan plan = planned({"chop layers=2-3 replace=true", "flap ratio=0.1"});
    EXPECT_TRUE(needsCalibrationText(plan));
    ASSERT_TRUE(plan.calibration.has_value());
    const double preview = previewed(plan);
    EXPECT_NEAR(applied(plan, scratch_ / "out") / preview, 1.0, 1e-5);
    EXPECT_NE(preview, previewed(planned({"chop layers=2-3", "flap ratio=0.1"})));
}

TEST_P(ReplacedBlocks, AddNoParameters) {
    EXPECT_EQ(planned({"chop layers=2-3 replace=true"}).accounting->parametersAfter,
              planned({"chop layers=2-3"}).accounting->parametersAfter);
}

TEST_P(ReplacedBlocks, SayHowMuchOfTheBlockIsUndone) {
    std::vector<std::string> warnings;
    context_ = JobContext({}, {}, [&](const std::string& text) { warnings.push_back(text); });
    static_cast<void>(previewed(planned({"chop layers=1,3 replace=true"})));
    EXPECT_THAT(warnings,
                testing::Contains(HasSubstr("replace: the MLP of layer 0 stands for layer 1 and leaves ")));
    EXPECT_THAT(warnings, testing::Contains(HasSubstr("the MLP of layer 2 stands for layer 3")));
}

TEST_P(ReplacedBlocks, TheLastLayersCanBeStoodForToo) {
    const int last = session_->summary().config.layerCount() - 1;
    const double perplexity = previewed(planned({"chop layers=" + std::to_string(last) + " replace=true"}));
    EXPECT_GT(perplexity, 0.0);
    EXPECT_LT(perplexity, 1e6);
}

TEST_P(ReplacedBlocks, MakeAQuantizedMlpOneMatrixAgain) {
    const Plan plan = planned({"rtn bits=4 group=0", "chop layers=2 replace=true"});
    EXPECT_GT(plan.accounting->bytesAfter,
              planned({"rtn bits=4 group=0", "chop layers=2"}).accounting->bytesAfter);
    EXPECT_GT(previewed(plan), 0.0);
}

TEST_P(ReplacedBlocks, WhatCannotBeStoodForIsRefused) {
    EXPECT_THAT(refusal("chop layers=0,1 replace=true"), HasSubstr("no layer is left before layer 0"));
    EXPECT_NE(refusal("chop layers=2 attention=3 replace=true"), "");
    EXPECT_NE(refusal("chop keep=0,1,2 replace=true"), "");
    EXPECT_THROW(static_cast<void>(session_->preview(planned({"chop layers=2 replace=true"}), nullptr,
                                                     evaluation_, {}, context_)),
                 Error);
}

}  // namespace
}  // namespace secateur
