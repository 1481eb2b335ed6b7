// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whole runs: checkpoints, resuming, what lies in the folder in the end.
#include <gmock/gmock.h>

#include "tests/heal/run_fixture.h"

namespace secateur {
namespace {

using fixtures::checkpoint;
using fixtures::content;
using fixtures::Scratch;
using fixtures::tokens;
namespace fs = std::filesystem;

class HealRunTest : public fixtures::HealRunFixture {};

INSTANTIATE_TEST_SUITE_P(Methods, HealRunTest,
                         ::testing::Values(HealMethod::Continued, HealMethod::Lora, HealMethod::Distill,
                                           HealMethod::Scratch),
                         [](const auto& info) { return name(info.param); });

TEST_P(HealRunTest, ResumedIsUninterruptedToTheBit) {
    options_.method = GetParam();
    const HealReport whole = run(scratch_ / "whole");
    EXPECT_EQ(whole.steps, 6);
    EXPECT_FALSE(whole.resumedFrom);
    EXPECT_THROW(run(scratch_ / "cut", {}, 5), Error);  // stopped in step 5; the last checkpoint is of step 4
    const HealReport rest = run(scratch_ / "cut", {.resume = true});
    EXPECT_EQ(rest.resumedFrom, 4);
    EXPECT_EQ(rest.evalPerplexity, whole.evalPerplexity);
    for (const char* file : {"model.safetensors", "config.json", "checkpoint-6/optimizer.safetensors"})
        EXPECT_EQ(content(scratch_ / "whole" / file), content(scratch_ / "cut" / file)) << file;
    const std::string curves = content(scratch_ / "cut" / "metrics.jsonl");
    EXPECT_EQ(std::count(curves.begin(), curves.end(), '\n'), 6);
}

TEST_P(HealRunTest, TheResultIsACheckpointWithTheReportedPerplexity) {
    options_.method = GetParam();
    const HealReport report = run(scratch_ / "out");
    ASSERT_TRUE(report.evalPerplexity);
    const auto healed = Checkpoint::open(scratch_ / "out");
    EXPECT_EQ(healed->config(), checkpoint(fixtures::kQwen2)->config());
    const TrainableNetwork network(healed, {}, {}, held_.seqLen);
    EXPECT_NEAR(std::exp(network.meanLoss(fixtures::ids(held_, held_.count()))), *report.evalPerplexity,
                1e-4 * *report.evalPerplexity);
    EXPECT_EQ(fs::exists(scratch_ / "out" / "adapter" / "adapter_model.safetensors"),
              GetParam() == HealMethod::Lora);
}

TEST_P(HealRunTest, PausedAndResumedIsUninterruptedToTheBit) {
    options_.method = GetParam();
    run(scratch_ / "whole");
    pauseAfter_ = 3;
    const HealReport first = run(scratch_ / "paused");
    EXPECT_TRUE(first.paused);
    EXPECT_EQ(first.steps, 3);
    EXPECT_EQ(readRun(scratch_ / "paused").state, RunState::Paused);
    EXPECT_FALSE(fs::exists(scratch_ / "paused" / "config.json"));
    pauseAfter_ = -1;
    EXPECT_EQ(run(scratch_ / "paused", {.resume = true}).resumedFrom, 3);
    EXPECT_EQ(content(scratch_ / "whole" / "model.safetensors"),
              content(scratch_ / "paused" / "model.safetensors"));
    EXPECT_EQ(readRun(scratch_ / "paused").state, RunState::Complete);
}

TEST_F(HealRunTest, TheRecordTellsWhatWasDone) {
    const HealReport report = run(scratch_ / "out");
    const RunRecord record = readRun(scratch_ / "out");
    EXPECT_EQ(record.name, "out");
    EXPECT_EQ(record.state, RunState::Complete);
    EXPECT_EQ(record.steps, 6);
    EXPECT_EQ(record.points.size(), 6u);
    EXPECT_EQ(record.evalPerplexity, report.evalPerplexity);
    EXPECT_EQ(record.evalBefore, report.evalPerplexityBefore);
    EXPECT_EQ(record.request.options.steps, 6);
    EXPECT_EQ(record.request.options.seed, 5u);
    EXPECT_EQ(record.parameters, checkpoint(fixtures::kQwen2)->summary().parameters);
    EXPECT_EQ(record.points.back().evalPerplexity, report.evalPerplexity);
    EXPECT_GT(record.points.back().memoryBytes, 0);
    EXPECT_DOUBLE_EQ(record.flops, report.flops);
}

TEST_F(HealRunTest, PerplexitiesCarryTheStandardErrorOverWindows) {
    const HealReport report = run(scratch_ / "out");
    const auto measured = [&](const std::shared_ptr<const Checkpoint>& of) {
        const TrainableNetwork network(of, {}, {}, held_.seqLen);
        std::vector<double> losses;
        for (int window = 0; window < held_.count(); ++window)
            losses.push_back(network.meanLoss(idsOf(held_, {window}, {at::kCPU})));
        double mean = 0.0, squares = 0.0;
        for (const double loss : losses) mean += loss / static_cast<double>(losses.size());
        for (const double loss : losses) squares += (loss - mean) * (loss - mean);
        const auto count = static_cast<double>(losses.size());
        return std::exp(mean) * std::sqrt(squares / (count - 1.0) / count);
    };
    ASSERT_TRUE(report.standardError && report.standardErrorBefore);
    EXPECT_NEAR(*report.standardErrorBefore / measured(checkpoint(fixtures::kQwen2)), 1.0, 1e-3);
    EXPECT_NEAR(*report.standardError / measured(Checkpoint::open(scratch_ / "out")), 1.0, 1e-3);
    const RunRecord record = readRun(scratch_ / "out");
    EXPECT_EQ(record.standardError, report.standardError);
    EXPECT_EQ(record.standardErrorBefore, report.standardErrorBefore);
    EXPECT_EQ(record.points.back().evalStandardError, report.standardError);
    EXPECT_FALSE(record.points.front().evalStandardError) << "a step that was not evaluated";
    EXPECT_THAT(content(scratch_ / "out" / "README.md"), ::testing::HasSubstr(" \u00b1 "));
}

TEST_F(HealRunTest, ARunThatWasStoppedIsInterruptedAndListed) {
    EXPECT_THROW(run(scratch_ / "cut", {}, 5), Error);
    std::vector<std::string> problems;
    fs::create_directories(scratch_ / "no run");
    fs::create_directories(scratch_ / "broken");
    std::ofstream(scratch_ / "broken" / "run.json") << "{";
    const auto runs = readRuns(scratch_ / "", problems);
    ASSERT_EQ(runs.size(), 1u);
    EXPECT_EQ(runs[0].state, RunState::Interrupted);
    EXPECT_EQ(runs[0].problem, "cancelled");
    EXPECT_EQ(runs[0].steps, 5);
    ASSERT_EQ(problems.size(), 1u);
    EXPECT_THAT(problems[0], ::testing::HasSubstr("broken"));
}

TEST_F(HealRunTest, AFolderInUseIsRefused) {
    fs::create_directories(scratch_ / "out");
    const RunLock lock(scratch_ / "out");
    EXPECT_EQ(refused(scratch_ / "out"), ErrorCode::Exists);
    EXPECT_TRUE(RunLock::heldBySomeone(scratch_ / "out"));
}

TEST_F(HealRunTest, OldCheckpointsGoButForTheNewestAndTheBest) {
    const auto steps = [&](const fs::path& folder) {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(folder))
            if (entry.is_directory()) names.push_back(entry.path().filename().string());
        std::sort(names.begin(), names.end());
        return names;
    };
    using ::testing::ElementsAre;
    run(scratch_ / "all");
    EXPECT_THAT(steps(scratch_ / "all"), ElementsAre("checkpoint-2", "checkpoint-4", "checkpoint-6"));
    options_.keepCheckpoints = 1;
    pauseAfter_ = 5;
    run(scratch_ / "last");
    EXPECT_THAT(steps(scratch_ / "last"), ElementsAre("checkpoint-5"));
    pauseAfter_ = -1;
    options_.keepCheckpoints = 2;  // not a reason to refuse to go on
    EXPECT_EQ(run(scratch_ / "last", {.resume = true}).resumedFrom, 5);
    EXPECT_THAT(steps(scratch_ / "last"), ElementsAre("checkpoint-5", "checkpoint-6"));
    EXPECT_EQ(content(scratch_ / "all" / "model.safetensors"),
              content(scratch_ / "last" / "model.safetensors"));

    options_.keepCheckpoints = 1;
    options_.keepBest = true;
    options_.evaluateEvery = 1;
    options_.peakRate = 0.3;  // far too high: the first evaluation is the best
    options_.schedule = Schedule::Constant;
    const HealReport report = run(scratch_ / "best");
    ASSERT_TRUE(report.bestStep);
    ASSERT_LT(*report.bestStep, 6);
    EXPECT_THAT(steps(scratch_ / "best"),
                ElementsAre("checkpoint-" + std::to_string(*report.bestStep), "checkpoint-6"));
}

TEST_F(HealRunTest, TheBestCheckpointIsKeptAndPatienceEndsTheRun) {
    options_.steps = 40;
    options_.checkpointEvery = 0;
    options_.evaluateEvery = 1;
    options_.peakRate = 0.3;  // far too high: the first evaluations are the best
    options_.schedule = Schedule::Constant;
    options_.patience = 4;
    const HealReport report = run(scratch_ / "out");
    EXPECT_TRUE(report.stoppedEarly);
    EXPECT_LT(report.steps, 40);
    ASSERT_TRUE(report.bestStep);
    EXPECT_EQ(report.steps, *report.bestStep + 4);
    const TrainableNetwork network(Checkpoint::open(scratch_ / "out"), {}, {}, held_.seqLen);
    EXPECT_NEAR(std::exp(network.meanLoss(fixtures::ids(held_, held_.count()))), *report.evalPerplexity,
                1e-3 * *report.evalPerplexity);
    for (const HealPoint& point : readRun(scratch_ / "out").points)
        EXPECT_GE(*point.evalPerplexity, *report.evalPerplexity);
}

TEST_F(HealRunTest, WhatDoesNotFitIsRefusedBeforeAnythingIsWritten) {
    memoryLimit_ = 1000;
    EXPECT_EQ(refused(scratch_ / "out"), ErrorCode::OutOfMemory);
    EXPECT_FALSE(fs::exists(scratch_ / "out"));
}

TEST_F(HealRunTest, EveryWayOfDistillingRunsAndResumes) {
    options_.method = HealMethod::Distill;
    options_.hiddenShare = 0.5;
    options_.teacherTopK = 8;
    options_.generatedWindows = 6;
    options_.crossEntropyShare = 0.3;
    run(scratch_ / "whole");
    EXPECT_THROW(run(scratch_ / "cut", {}, 5), Error);
    run(scratch_ / "cut", {.resume = true});
    EXPECT_EQ(content(scratch_ / "whole" / "model.safetensors"),
              content(scratch_ / "cut" / "model.safetensors"));
}

TEST_F(HealRunTest, ADifferenceInAnyOptionIsNamed) {
    run(scratch_ / "out");
    options_.weightDecay = 0.2;
    EXPECT_EQ(refused(scratch_ / "out", {.resume = true}), ErrorCode::InvalidArgument);
    EXPECT_THAT(message_, ::testing::HasSubstr("weight_decay was 0.1, now 0.2"));
}

TEST_F(HealRunTest, ADamagedCheckpointIsPassedOverAndNamed) {
    EXPECT_THROW(run(scratch_ / "cut", {}, 5), Error);
    fs::resize_file(scratch_ / "cut" / "checkpoint-4" / "optimizer.safetensors", 1000);
    const HealReport rest = run(scratch_ / "cut", {.resume = true});
    EXPECT_EQ(rest.resumedFrom, 2);
    EXPECT_THAT(warnings_, ::testing::Contains(::testing::HasSubstr("checkpoint-4")));
}

TEST_F(HealRunTest, TwoRunsDoNotShareAFolder) {
    run(scratch_ / "out");
    EXPECT_EQ(refused(scratch_ / "out"), ErrorCode::Exists);
    options_.seed = 6;
    EXPECT_EQ(refused(scratch_ / "out", {.resume = true}), ErrorCode::InvalidArgument);
    EXPECT_NE(message_.find("another run"), std::string::npos) << message_;
    EXPECT_EQ(run(scratch_ / "out", {.overwrite = true}).steps, 6);
}

TEST_F(HealRunTest, AFolderOfOtherThingsIsNotOverwritten) {
    fs::create_directories(scratch_ / "other");
    std::ofstream(scratch_ / "other" / "thesis.txt") << "years";
    EXPECT_EQ(refused(scratch_ / "other", {.overwrite = true}), ErrorCode::Exists);
    EXPECT_EQ(content(scratch_ / "other" / "thesis.txt"), "years");
}

TEST_F(HealRunTest, WhatCannotBeTrainedIsRefusedBeforeItStarts) {
    options_.steps = 0;
    EXPECT_EQ(refused(scratch_ / "a"), ErrorCode::InvalidArgument);
    options_.steps = 1;
    options_.batchWindows = 1 << 20;
    EXPECT_EQ(refused(scratch_ / "a"), ErrorCode::InvalidArgument);
    EXPECT_NE(message_.find("fewer than one batch"), std::string::npos) << message_;
    EXPECT_FALSE(fs::exists(scratch_ / "a"));
}

}  // namespace
}  // namespace secateur
