// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whole runs: checkpoints, resuming, what lies in the folder in the end.
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/heal/heal_run.h"
#include "tests/heal/fixtures.h"

namespace secateur {
namespace {

using fixtures::checkpoint;
using fixtures::Scratch;
using fixtures::tokens;
namespace fs = std::filesystem;

constexpr const char* kFamily = "qwen2";

std::string content(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

class HealRunTest : public ::testing::TestWithParam<HealMethod> {
protected:
    HealRunTest() : training_(tokens(kFamily, "calibration", 0)), held_(tokens(kFamily, "evaluation", 4)) {
        options_.steps = 6;
        options_.batchWindows = 2;
        options_.checkpointEvery = 2;
        options_.evaluateEvery = 3;
        options_.peakRate = 1e-3;
        options_.seed = 5;
    }
    HealReport run(const fs::path& folder, const HealTarget& target = {}, std::int64_t stopAfter = 0) {
        std::stop_source stop;
        JobContext context(stop.get_token(), {},
                           [this](const std::string& text) { warnings_.push_back(text); });
        const auto teacher = options_.method == HealMethod::Distill ? checkpoint(kFamily) : nullptr;
        const HealInputs inputs{.checkpoint = checkpoint(kFamily),
                                .teacher = teacher,
                                .place = place_,
                                .training = &training_,
                                .evaluation = &held_,
                                .options = options_,
                                .memoryLimit = memoryLimit_};
        return heal(inputs, {folder, target.overwrite, target.resume}, context, [&](const HealPoint& point) {
            if (point.step == stopAfter) stop.request_stop();
            return point.step == pauseAfter_ ? HealControl::Pause : HealControl::GoOn;
        });
    }
    ErrorCode refused(const fs::path& folder, const HealTarget& target = {}) {
        try {
            run(folder, target);
        } catch (const Error& error) {
            message_ = error.message();
            return error.code();
        }
        ADD_FAILURE() << "nothing was thrown";
        return ErrorCode::Internal;
    }

    Scratch scratch_;
    TokenWindows training_, held_;
    HealOptions options_;
    ComputePlace place_;
    std::int64_t memoryLimit_ = 0;
    std::int64_t pauseAfter_ = -1;
    std::vector<std::string> warnings_;
    std::string message_;
};

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
    EXPECT_EQ(healed->config(), checkpoint(kFamily)->config());
    const TrainableNetwork network(healed, {}, {}, held_.seqLen);
    EXPECT_NEAR(std::exp(network.meanLoss(fixtures::ids(held_, held_.count()))), *report.evalPerplexity,
                1e-4 * *report.evalPerplexity);
    EXPECT_EQ(fs::exists(scratch_ / "out" / "adapter" / "adapter_model.safetensors"),
              GetParam() == HealMethod::Lora);
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
