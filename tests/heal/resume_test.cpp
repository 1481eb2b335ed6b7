// SPDX-License-Identifier: GPL-3.0-or-later
//
// Runs that go on after they were complete, and what a run says before and after it: doubts about numbers,
// disks that are too small, adapters that know their base.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/heal/run_fixture.h"

namespace secateur {
namespace {

using fixtures::content;
using testing::Contains;
using testing::HasSubstr;

class ResumeTest : public fixtures::HealRunFixture {
protected:
    std::vector<double> rates(const std::string& name) {
        std::vector<double> all;
        for (const HealPoint& point : readRun(scratch_ / name).points) all.push_back(point.rate);
        return all;
    }
};

INSTANTIATE_TEST_SUITE_P(Methods, ResumeTest,
                         ::testing::Values(HealMethod::Continued, HealMethod::Lora, HealMethod::Distill,
                                           HealMethod::Scratch),
                         [](const auto& info) { return name(info.param); });

TEST_P(ResumeTest, ACompleteRunReportsWhatItWas) {
    options_.method = GetParam();
    const HealReport first = run(scratch_ / "out");
    const std::string weights = content(scratch_ / "out" / "model.safetensors");
    const HealReport again = run(scratch_ / "out", {.resume = true});
    EXPECT_GT(first.loss, 0.0);
    EXPECT_DOUBLE_EQ(again.loss, first.loss);
    EXPECT_EQ(again.steps, first.steps);
    EXPECT_EQ(again.tokens, first.tokens);
    EXPECT_EQ(again.resumedFrom, first.steps);
    EXPECT_EQ(again.evalPerplexity, first.evalPerplexity);
    EXPECT_EQ(again.evalPerplexityBefore, first.evalPerplexityBefore);
    EXPECT_EQ(again.densePerplexity, first.densePerplexity);
    EXPECT_FALSE(again.rewound);
    EXPECT_EQ(content(scratch_ / "out" / "model.safetensors"), weights);
}

// Runs of before the loss was kept beside the step.
TEST_F(ResumeTest, TheLossOfAnOlderRunIsThatOfItsCurves) {
    const HealReport first = run(scratch_ / "out");
    const auto file = scratch_ / "out" / "checkpoint-6" / "trainer_state.json";
    auto state = nlohmann::ordered_json::parse(content(file));
    ASSERT_EQ(state.erase("last_loss"), 1U);
    std::ofstream(file) << state.dump();
    EXPECT_DOUBLE_EQ(run(scratch_ / "out", {.resume = true}).loss, first.loss);
}

// Runs of before perplexities had standard errors.
TEST_F(ResumeTest, ARunWithoutStandardErrorsGoesOnWithThem) {
    const HealReport first = run(scratch_ / "out");
    const auto file = scratch_ / "out" / "checkpoint-6" / "trainer_state.json";
    auto state = nlohmann::ordered_json::parse(content(file));
    for (const char* key : {"eval_before_error", "last_perplexity_error"})
        ASSERT_EQ(state.erase(key), 1U) << key;
    std::ofstream(file) << state.dump();
    const auto table = scratch_ / "out" / "metrics.csv";
    std::istringstream lines(content(table));
    std::string older, line;
    while (std::getline(lines, line)) older += line.substr(0, line.rfind(',')) + '\n';
    std::ofstream(table) << older;
    options_.steps = 9;
    const HealReport again = run(scratch_ / "out", {.resume = true});
    EXPECT_EQ(again.evalPerplexityBefore, first.evalPerplexityBefore);
    EXPECT_FALSE(again.standardErrorBefore);
    EXPECT_TRUE(again.standardError);
    std::istringstream rows(content(table));
    std::getline(rows, line);
    EXPECT_THAT(line, testing::EndsWith("eval_perplexity,eval_standard_error"));
    const auto commas = std::count(line.begin(), line.end(), ',');
    int count = 0;
    for (; std::getline(rows, line); ++count)
        EXPECT_EQ(std::count(line.begin(), line.end(), ','), commas) << line;
    EXPECT_EQ(count, 9);
}

TEST_F(ResumeTest, ARunThatEndedEarlyStaysEnded) {
    options_.steps = 40;
    options_.checkpointEvery = 0;
    options_.evaluateEvery = 1;
    options_.peakRate = 0.3;  // far too high: the first evaluations are the best
    options_.schedule = Schedule::Constant;
    options_.patience = 4;
    const HealReport first = run(scratch_ / "out");
    ASSERT_TRUE(first.stoppedEarly);
    const HealReport again = run(scratch_ / "out", {.resume = true});
    EXPECT_TRUE(again.stoppedEarly);
    EXPECT_EQ(again.steps, first.steps);
    EXPECT_EQ(again.bestStep, first.bestStep);
    EXPECT_EQ(again.evalPerplexity, first.evalPerplexity);
}

TEST_P(ResumeTest, AConstantRateGoesOnToTheBit) {
    options_.method = GetParam();
    options_.schedule = Schedule::Constant;
    options_.warmupSteps = 1;
    run(scratch_ / "short");
    options_.steps = 9;
    run(scratch_ / "whole");
    const HealReport longer = run(scratch_ / "short", {.resume = true});
    EXPECT_EQ(longer.resumedFrom, 6);
    EXPECT_EQ(longer.steps, 9);
    EXPECT_FALSE(longer.rewound);
    EXPECT_EQ(content(scratch_ / "whole" / "model.safetensors"),
              content(scratch_ / "short" / "model.safetensors"));
    EXPECT_EQ(readRun(scratch_ / "short").request.options.steps, 9);
    EXPECT_EQ(readRun(scratch_ / "short").points.size(), 9U);
    // The new length is the run's own from now on.
    EXPECT_EQ(run(scratch_ / "short", {.resume = true}).steps, 9);
}

TEST_F(ResumeTest, AnotherScheduleIsStretchedAndSaysSo) {
    run(scratch_ / "out");
    const std::vector<double> before = rates("out");
    options_.steps = 12;
    const HealReport longer = run(scratch_ / "out", {.resume = true});
    EXPECT_TRUE(longer.rewound);
    EXPECT_EQ(longer.steps, 12);
    EXPECT_THAT(warnings_, Contains(HasSubstr("learning rate goes on at")));
    const std::vector<double> after = rates("out");
    ASSERT_EQ(after.size(), 12U);
    for (std::size_t i = 0; i < 6; ++i) EXPECT_DOUBLE_EQ(after[i], before[i]);
    for (std::size_t i = 6; i < 12; ++i)
        EXPECT_DOUBLE_EQ(after[i], rateAt(options_, 1e-3, static_cast<double>(i), 12.0));
    EXPECT_GT(after[6], after[5]);
}

TEST_F(ResumeTest, AStoppedRunIsMadeLongerToo) {
    pauseAfter_ = 3;
    run(scratch_ / "out");
    pauseAfter_ = -1;
    options_.steps = 8;
    EXPECT_EQ(run(scratch_ / "out", {.resume = true}).steps, 8);
}

TEST_F(ResumeTest, FewerStepsAreAnotherRun) {
    run(scratch_ / "out");
    options_.steps = 5;
    EXPECT_EQ(refused(scratch_ / "out", {.resume = true}), ErrorCode::InvalidArgument);
    EXPECT_THAT(message_, HasSubstr("steps was 6, now 5"));
    options_.steps = 0;
    options_.minutes = 1.0;
    EXPECT_EQ(refused(scratch_ / "out", {.resume = true}), ErrorCode::InvalidArgument);
}

TEST_F(ResumeTest, NumbersOutsideTheirMeaningAreTold) {
    run(scratch_ / "plain");
    // A few steps at this rate do the network no good, which is told; nothing else is.
    EXPECT_THAT(warnings_, testing::Each(HasSubstr("worse than the one it began with")));
    options_.warmupSteps = 12;
    options_.steps = 6;
    run(scratch_ / "warm");
    EXPECT_THAT(warnings_, Contains(HasSubstr("warm-up of 12 steps")));
    EXPECT_THAT(warnings_, Contains(HasSubstr("50 % of its peak")));
    warnings_.clear();
    options_.warmupSteps = -1;
    place_.weights = at::kHalf;
    run(scratch_ / "half");
    EXPECT_THAT(warnings_, Contains(HasSubstr("float16 is not multiplied on this device")));
    warnings_.clear();
    place_ = {};
    const int made = fixtures::checkpoint("qwen2")->config().maxPositions;
    training_ = fixtures::tokens("qwen2", "calibration", 0, made + 1);
    held_ = fixtures::tokens("qwen2", "evaluation", 1, made + 1);
    options_.batchWindows = 1;
    run(scratch_ / "long");
    EXPECT_THAT(warnings_, Contains(HasSubstr(std::to_string(made) + " positions")));
}

TEST_F(ResumeTest, AResultThatIsWorseThanTheStartIsTold) {
    options_.keepBest = true;
    options_.evaluateEvery = 1;
    options_.peakRate = 0.3;  // far too high
    options_.schedule = Schedule::Constant;
    const HealReport report = run(scratch_ / "out");
    ASSERT_GT(*report.evalPerplexity, *report.evalPerplexityBefore);
    EXPECT_THAT(warnings_, Contains(HasSubstr("worse than the one it began with")));
}

TEST_F(ResumeTest, ADiskThatIsTooSmallIsRefusedBeforeTheFirstStep) {
    options_.steps = 1'000'000'000;  // a checkpoint after each: petabytes
    options_.checkpointEvery = 1;
    EXPECT_EQ(refused(scratch_ / "out"), ErrorCode::OutOfDisk);
    EXPECT_THAT(message_, HasSubstr("writes 1000000000 checkpoints of"));
    EXPECT_THAT(message_, HasSubstr("free"));
    EXPECT_FALSE(std::filesystem::exists(scratch_ / "out"));
    // Few that stay are written.
    options_.keepCheckpoints = 1;
    pauseAfter_ = 2;
    EXPECT_EQ(run(scratch_ / "out").steps, 2);
    options_.keepCheckpoints = 0;
    EXPECT_EQ(refused(scratch_ / "out", {.resume = true}), ErrorCode::OutOfDisk);
    EXPECT_THAT(message_, HasSubstr("writes 999999998 checkpoints of"));
}

TEST_F(ResumeTest, AnAdapterKnowsItsBase) {
    options_.method = HealMethod::Lora;
    run(scratch_ / "out");
    const auto config = nlohmann::json::parse(content(scratch_ / "out" / "adapter" / "adapter_config.json"));
    const std::filesystem::path base = config.at("base_model_name_or_path").get<std::string>();
    EXPECT_TRUE(base.is_absolute());
    EXPECT_TRUE(std::filesystem::equivalent(base, fixtures::checkpoint("qwen2")->folder()));
}

}  // namespace
}  // namespace secateur
