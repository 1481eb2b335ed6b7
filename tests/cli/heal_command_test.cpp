// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/cli/golden_files.h"
#include "tests/cli/process.h"

namespace secateur::test {

namespace {

constexpr int kSteps = 80;
constexpr int kKills = 20;

std::vector<std::string> heal(const std::string& folder, int steps,
                              const std::string& model = modelFolder()) {
    return std::vector<std::string>{"heal",         model, "-o", folder, "--steps", std::to_string(steps),
                                    "--batch-size", "2"} +
           windows("calibration");
}

}  // namespace

TEST(Heal, ReportsWhatTheContractNames) {
    ScratchFolder folder;
    const auto report = secateurJson(heal(folder / "out", 6) +
                                     std::vector<std::string>{"--eval-tokens", tokensFile() + ":evaluation",
                                                              "--checkpoint-every", "4", "--lr", "1e-3"});
    EXPECT_EQ(report["steps"], 6);
    for (const char* key : {"loss", "eval_perplexity", "eval_perplexity_before", "tokens_per_second"})
        EXPECT_TRUE(report[key].is_number()) << key;
    for (const char* part : {"config.json", "metrics.csv", "metrics.jsonl", "checkpoint-4", "checkpoint-6"})
        EXPECT_TRUE(std::filesystem::exists(folder / "out" + "/" + part)) << part;
    const auto again = secateurJson(std::vector<std::string>{"ppl", folder / "out"} + windows("evaluation"));
    EXPECT_NEAR(again["perplexity"].get<double>(), report["eval_perplexity"].get<double>(),
                1e-4 * report["eval_perplexity"].get<double>());
    EXPECT_NEAR(again["standard_error"].get<double>() / report["eval_standard_error"].get<double>(), 1.0,
                1e-3);
    EXPECT_GT(report["eval_standard_error_before"].get<double>(), 0.0);
}

TEST(Heal, HoldsTheLastWindowsOfTheTextOut) {
    ScratchFolder folder;
    const std::vector<std::string> text{"--text", demoText(), "--seq-len", "32", "--samples"};
    const std::vector<std::string> run =
        std::vector<std::string>{"heal", demoFolder(),   "-o", folder / "out", "--steps",
                                 "2",    "--batch-size", "2",  "--hold-out",   "4"} +
        text + std::vector<std::string>{"12"};
    const auto report = secateurJson(run);
    ASSERT_TRUE(report["eval_perplexity"].is_number());
    const auto last = secateurJson(std::vector<std::string>{"ppl", folder / "out", "--skip", "8"} + text +
                                   std::vector<std::string>{"4"});
    EXPECT_NEAR(report["eval_perplexity"].get<double>(), last["perplexity"].get<double>(), 1e-3);
    EXPECT_EQ(secateur(run + std::vector<std::string>{"--eval-text", demoText()}).exitCode, 2);
}

TEST(Heal, ThePresetOfThePaperRunsTheUncutNetworkFirst) {
    ScratchFolder folder;
    const std::string plan = folder / "plan.json", cut = folder / "cut", out = folder / "out";
    ASSERT_EQ(
        secateur({"plan", modelFolder(), "--chop-count", "2", "--chop-by", "max-gap", "-o", plan}).exitCode,
        0);
    ASSERT_EQ(secateur({"apply", modelFolder(), "--plan", plan, "-o", cut}).exitCode, 0);
    const std::vector<std::string> paper{"--preset", "paper", "--warmup-steps", "1"};
    const Outcome alone = secateur(heal(out, 3, cut) + paper);
    EXPECT_EQ(alone.exitCode, 3);
    EXPECT_THAT(alone.err, testing::HasSubstr("the 500 steps before the cut need the uncut network"));
    EXPECT_THAT(alone.err, testing::HasSubstr("--teacher"));
    const std::vector<std::string> taught =
        paper + std::vector<std::string>{"--fill-steps", "2", "--teacher", modelFolder()};
    const auto report = secateurJson(heal(out, 3, cut) + taught);
    EXPECT_EQ(report["fill_steps"], 2);
    EXPECT_EQ(report["steps"], 3);
    const nlohmann::json record = nlohmann::json::parse(std::ifstream(out + "/run.json"));
    EXPECT_EQ(record["options"]["preset"], "paper");
    EXPECT_EQ(record["options"]["learning_rate"], 3e-4);
    EXPECT_FALSE(std::filesystem::exists(out + "/before-the-cut"));
    const Outcome text = secateur(heal(out, 3, cut) + taught + std::vector<std::string>{"--resume"});
    EXPECT_THAT(text.out, testing::HasSubstr("2 steps of the uncut network"));
    EXPECT_THAT(text.err, testing::HasSubstr("after 2 steps of the uncut network"));
}

// Whatever a kill interrupts, a resumed run ends in the weights of one that was left alone.
TEST(Heal, KilledTwentyTimesAndResumedIsTheSameToTheBit) {
    ScratchFolder folder;
    const std::vector<std::string> often{"--checkpoint-every", "1", "--quiet"};
    const Outcome one = secateur(heal(folder / "one", 1) + often);
    const Outcome whole = secateur(heal(folder / "whole", kSteps) + often);
    ASSERT_EQ(one.exitCode, 0) << one.err;
    ASSERT_EQ(whole.exitCode, 0) << whole.err;
    // Around the first steps after the start, however fast the machine is: 20 kills then fit into the run.
    const double step = (whole.seconds - one.seconds) / (kSteps - 1);
    std::mt19937 generator(11);
    std::uniform_real_distribution<double> moment(one.seconds - step, one.seconds + 4 * step);
    int killed = 0;
    for (int i = 0; i < kKills; ++i) {
        const Outcome run =
            secateur(heal(folder / "cut", kSteps) + often + std::vector<std::string>{"--resume"},
                     {.timeoutSeconds = moment(generator)});
        killed += run.exitCode == 128 + 9;
        ASSERT_TRUE(run.exitCode == 128 + 9 || run.exitCode == 0) << run.err;
    }
    EXPECT_GE(killed, kKills / 2) << "the run was over before it could be killed";
    const Outcome last =
        secateur(heal(folder / "cut", kSteps) + often + std::vector<std::string>{"--resume"});
    ASSERT_EQ(last.exitCode, 0) << last.err;
    EXPECT_THAT(last.out, testing::HasSubstr("resumed from"));
    const std::string lastState = "/checkpoint-" + std::to_string(kSteps) + "/optimizer.safetensors";
    for (const std::string& file :
         {std::string("/model.safetensors"), std::string("/config.json"), lastState})
        EXPECT_EQ(readText(folder / "whole" + file), readText(folder / "cut" + file)) << file;
}

TEST(Heal, BadInputHasItsExitCode) {
    ScratchFolder folder;
    const std::string out = folder / "out";
    EXPECT_EQ(secateur(heal(out, 0)).exitCode, 3);
    EXPECT_EQ(secateur(heal(out, 2) + std::vector<std::string>{"--method", "prayer"}).exitCode, 3);
    EXPECT_EQ(secateur(heal(out, 2) + std::vector<std::string>{"--method", "distill"}).exitCode, 3);
    const Outcome stranger =
        secateur(heal(out, 2) + std::vector<std::string>{"--method", "distill", "--teacher", demoFolder()});
    EXPECT_EQ(stranger.exitCode, 3);
    EXPECT_THAT(stranger.err, testing::HasSubstr("vocabulary"));
    EXPECT_EQ(secateur(heal(modelFolder(), 2)).exitCode, 3);
    EXPECT_THAT(folder.entries(), testing::IsEmpty());
}

// Whatever decides what is learnt must be the same when a run goes on; what is only written more often need
// not.
TEST(Heal, ResumingAsksForTheSameOptions) {
    ScratchFolder folder;
    const std::string out = folder / "out";
    const std::vector<std::string> made{"--quiet", "--method", "lora", "--dropout", "0.1"};
    const Outcome first = secateur(heal(out, 2) + made);
    ASSERT_EQ(first.exitCode, 0) << first.err;
    const auto resumed = [&](const std::vector<std::string>& other) {
        return secateur(heal(out, 2) + std::vector<std::string>{"--quiet", "--resume"} + other);
    };
    const std::vector<std::vector<std::string>> others{
        {"--method", "lora", "--dropout", "0.2"},
        {"--method", "lora", "--dropout", "0.1", "--schedule", "linear"},
        {"--method", "lora", "--dropout", "0.1", "--beta1", "0.8"},
        {"--method", "distill", "--teacher", modelFolder(), "--temperature", "2"},
        {"--method", "distill", "--teacher", modelFolder(), "--ce-share", "0.25"}};
    for (const std::vector<std::string>& other : others) {
        const Outcome run = resumed(other);
        EXPECT_EQ(run.exitCode, 3) << testing::PrintToString(other);
        std::string key = other[other.size() - 2].substr(2);
        if (key == "ce-share") key = "cross_entropy_share";
        EXPECT_THAT(run.err, testing::HasSubstr(key + " was "));
    }
    const Outcome same = resumed(
        {"--method", "lora", "--dropout", "0.1", "--checkpoint-every", "1", "--keep-checkpoints", "1"});
    EXPECT_EQ(same.exitCode, 0) << same.err;
}

TEST(Heal, AFullDiskLeavesTheLastCheckpoint) {
    ScratchFolder folder;
    const Outcome run = secateur(heal(folder / "out", 4), {.fileSizeLimit = 100'000});
    EXPECT_EQ(run.exitCode, 5) << run.err;
    // Curves and record, but neither half a checkpoint nor half a result.
    for (const auto& entry : std::filesystem::directory_iterator(folder / "out"))
        EXPECT_THAT(
            entry.path().filename().string(),
            testing::AnyOf(testing::StartsWith("metrics."), testing::StartsWith("events.out.tfevents."),
                           testing::AnyOf("run.json", ".lock")));
    const nlohmann::json record = nlohmann::json::parse(std::ifstream(folder / "out/run.json"));
    EXPECT_EQ(record["state"], "interrupted");
    EXPECT_THAT(record["problem"].get<std::string>(), testing::HasSubstr("cannot write"));
}

}  // namespace secateur::test
