// SPDX-License-Identifier: GPL-3.0-or-later
//
// Plans of several steps: what a flattened plan lost, and what steps need.
#include <fstream>

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "tests/session/fixtures.h"

namespace secateur {
namespace {

using fixtures::Scratch;
using testing::HasSubstr;

class Steps : public testing::Test, protected fixtures::SteppedSession {
protected:
    Steps() : SteppedSession("llama-mha") {}
};

TEST_F(Steps, WidthStepsMayDifferInBias) {
    const Plan plan = planned({"flap ratio=0.2", "flap ratio=0.2 compensate=none"});
    ASSERT_EQ(plan.steps.size(), 2U);
    EXPECT_TRUE(std::get<WidthStep>(plan.steps[0]).bias);
    EXPECT_FALSE(std::get<WidthStep>(plan.steps[1]).bias);
    const double preview = previewed(plan);
    EXPECT_NEAR(applied(plan, scratch_ / "sliced") / preview, 1.0, 1e-5);
    EXPECT_NEAR(
        applied(plan, scratch_ / "masked", {.format = "hf-masked", .overwrite = false, .outDtype = {}}) /
            preview,
        1.0, 1e-5);
    EXPECT_NEAR(plan.accounting->removedFraction, 0.36, 0.05);
}

TEST_F(Steps, LayersStayInAnyOrderAndMayBeRepeated) {
    const Plan plan = planned({"chop keep=0,2,2,1,4"});
    EXPECT_NEAR(applied(plan, scratch_ / "kept") / previewed(plan), 1.0, 1e-5);
    const auto written = fixtures::open(scratch_ / "kept");
    std::vector<int> numbers;
    for (const LayerConfig& layer : written->summary().config.layers) numbers.push_back(layer.originalLayer);
    EXPECT_EQ(numbers, (std::vector<int>{0, 2, 2, 1, 4}));
    const Plan further = planned({"chop keep=0,2,2,1,4", "chop layers=2", "wanda sparsity=0.5"});
    EXPECT_NEAR(applied(further, scratch_ / "further") / previewed(further), 1.0, 1e-5);
}

TEST_F(Steps, RefitIsBetterThanTheBiasOnTheTextThatItSaw) {
    const Plan bias = planned({"flap ratio=0.4"});
    Plan refit = bias;
    std::get<WidthStep>(refit.steps.front()).refit = true;
    const auto on = [&](const Plan& plan) {
        return session_
            ->preview(plan, nullptr, calibration_, {.perToken = false, .calibration = &calibration_},
                      context_)
            .planPerplexity;
    };
    EXPECT_LT(on(refit), on(bias));
    EXPECT_NEAR(applied(refit, scratch_ / "refit") / previewed(refit), 1.0, 1e-5);
}

TEST_F(Steps, StepsThatLookAtActivationsAskForTheText) {
    const Plan plan = planned({"wanda sparsity=0.5"});
    EXPECT_EQ(plan.calibration->sha256, calibration_.sha256);
    EXPECT_TRUE(needsCalibrationText(plan));
    try {
        static_cast<void>(session_->preview(plan, nullptr, evaluation_, {}, context_));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        EXPECT_THAT(error.message(), HasSubstr("needs a calibration text"));
    }
}

TEST_F(Steps, MeasuringAfterAnyStepSeesWhatIsLeft) {
    MeasureOptions options;
    options.plan = planned({"chop layers=1", "magnitude-sp ratio=0.3", "rtn bits=4 group=0"});
    const auto analysis = session_->measure(calibration_, options, context_);
    ASSERT_EQ(analysis->layers.size(), 4U);
    EXPECT_EQ(analysis->choppedLayers, std::vector<int>{1});
    const int whole = session_->summary().config.layers.front().intermediateSize;
    EXPECT_LT(static_cast<int>(analysis->layers.front().downProj.mean.size()), whole);
}

TEST_F(Steps, UnknownMethodsAndWrongKindsAreRefused) {
    const auto refused = [&](RecipeStep step) {
        Plan plan;
        plan.model.layers = 5;
        plan.steps.emplace_back(std::move(step));
        try {
            static_cast<void>(session_->preview(plan, nullptr, evaluation_, {}, context_));
        } catch (const Error& error) {
            return error.message();
        }
        return std::string();
    };
    EXPECT_THAT(refused({"sparsify", "nonsense", {}, {}, {}}), HasSubstr("unknown method 'nonsense'"));
    EXPECT_THAT(refused({"sparsify", "rtn", {}, {}, {}}), HasSubstr("makes quantize steps"));
}

TEST_F(Steps, AHealStepIsTrainedByApply) {
    const std::filesystem::path text = scratch_ / "train.txt";
    std::ofstream(text) << "a";
    const Plan plan = planned({"chop layers=2", "heal steps=2 text=" + text.string()});
    EXPECT_THROW(static_cast<void>(previewed(plan)), Error);
    // The golden networks have no tokenizer: the step says so, and leaves nothing behind.
    EXPECT_THROW(static_cast<void>(applied(plan, scratch_ / "healed")), Error);
    EXPECT_FALSE(std::filesystem::exists(scratch_ / "healed"));
    EXPECT_FALSE(std::filesystem::exists(scratch_ / "healed.steps"));
}

class HealStepTest : public ::testing::Test {
protected:
    HealStepTest()
        : demo_(std::filesystem::path(SECATEUR_SOURCE_DIR) / "resources/demo"),
          session_(fixtures::open(demo_ / "sprout-12")) {}
    // A heal step of a few steps on the demo's text.
    [[nodiscard]] std::string heal(const std::string& options) const {
        return "heal steps=3 batch-windows=2 seq-len=32 " + options +
               " text=" + (demo_ / "sample.txt").string();
    }
    std::shared_ptr<Session> apply(const std::vector<std::string>& steps, const std::string& name) {
        const PlanRequest request = fixtures::stepsRequest(steps);
        const Plan plan = session_->plan(nullptr, nullptr, request, context_).plan;
        static_cast<void>(session_->apply(plan, nullptr, nullptr, scratch_ / name, {}, context_));
        return fixtures::open(scratch_ / name);
    }

    std::filesystem::path demo_;
    std::shared_ptr<Session> session_;
    Scratch scratch_;
    JobContext context_;
};

TEST_F(HealStepTest, TrainsWhatIsLeftAndGoesOn) {
    const auto healed = apply({"chop layers=1", heal(""), "rtn bits=8 group=0"}, "result");
    EXPECT_EQ(healed->summary().config.layerCount(), session_->summary().config.layerCount() - 1);
    EXPECT_FALSE(std::filesystem::exists(scratch_ / "result.steps"));
}

// Of a plan the uncut network is the one that was opened.
TEST_F(HealStepTest, StepsBeforeTheCutRunTheOpenedNetwork) {
    const auto plain = apply({"chop layers=1", heal("")}, "plain");
    const auto filled = apply({"chop layers=1", heal("fill-steps=2")}, "filled");
    EXPECT_NE(plain->summary().fingerprint, filled->summary().fingerprint);
    try {
        static_cast<void>(apply({"magnitude-sp ratio=0.2", heal("fill-steps=2")}, "narrow"));
        FAIL() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        EXPECT_THAT(error.message(), HasSubstr("of the uncut network"));
        EXPECT_THAT(error.hint(), HasSubstr("lost whole layers and nothing else"));
    }
}

}  // namespace
}  // namespace secateur
