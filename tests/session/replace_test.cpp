// SPDX-License-Identifier: GPL-3.0-or-later
//
// Chops whose blocks are stood for by the MLP before them (ReplaceMe), from a step to a checkpoint.
#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/planning/requests.h"
#include "core/planning/step_text.h"
#include "tests/session/fixtures.h"

namespace secateur {
namespace {

using fixtures::Scratch;
using testing::HasSubstr;

class ReplacedBlocks : public testing::TestWithParam<const char*> {
protected:
    Plan planned(const std::vector<std::string>& steps) {
        PlanRequest request;
        for (const std::string& step : steps)
            request.steps.push_back(stepRequest(parseStepText(step, allMethods(), step), step));
        return session_->plan(nullptr, &calibration_, request, context_).plan;
    }
    PreviewReport previewed(const Plan& plan) {
        return session_->preview(plan, nullptr, evaluation_,
                                 {.perToken = false, .calibration = &calibration_}, context_);
    }
    std::string refusal(const std::string& step) {
        try {
            static_cast<void>(planned({step}));
        } catch (const Error& error) {
            return error.message();
        }
        return {};
    }

    JobContext context_;
    std::shared_ptr<Session> session_ = fixtures::open(fixtures::golden(GetParam()));
    TokenWindows calibration_ = fixtures::tokens(*session_, GetParam(), "calibration");
    TokenWindows evaluation_ = fixtures::tokens(*session_, GetParam(), "evaluation");
    Scratch scratch_;
};

INSTANTIATE_TEST_SUITE_P(Families, ReplacedBlocks, testing::Values("llama-mha", "llama3-gqa", "qwen2"),
                         [](const auto& entry) {
                             std::string name = entry.param;
                             std::erase(name, '-');
                             return name;
                         });

TEST_P(ReplacedBlocks, AreWrittenAsTheyArePreviewed) {
    const Plan plan = planned({"chop layers=2-3 replace=true", "flap ratio=0.1"});
    EXPECT_TRUE(needsCalibrationText(plan));
    ASSERT_TRUE(plan.calibration.has_value());
    const double preview = previewed(plan).planPerplexity;
    static_cast<void>(session_->apply(plan, nullptr, &calibration_, scratch_ / "out", {}, context_));
    const auto written = fixtures::open(scratch_ / "out");
    const double again =
        written->perplexity(fixtures::tokens(*written, GetParam(), "evaluation"), context_).perplexity;
    EXPECT_NEAR(again / preview, 1.0, 1e-5);
    EXPECT_NE(preview, previewed(planned({"chop layers=2-3", "flap ratio=0.1"})).planPerplexity);
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
    const PreviewReport report =
        previewed(planned({"chop layers=" + std::to_string(last) + " replace=true"}));
    EXPECT_GT(report.planPerplexity, 0.0);
    EXPECT_LT(report.planPerplexity, 1e6);
}

TEST_P(ReplacedBlocks, MakeAQuantizedMlpOneMatrixAgain) {
    const Plan plan = planned({"rtn bits=4 group=0", "chop layers=2 replace=true"});
    EXPECT_GT(plan.accounting->bytesAfter,
              planned({"rtn bits=4 group=0", "chop layers=2"}).accounting->bytesAfter);
    EXPECT_GT(previewed(plan).planPerplexity, 0.0);
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
