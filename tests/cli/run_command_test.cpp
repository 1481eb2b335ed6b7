// SPDX-License-Identifier: GPL-3.0-or-later
//
// Jobs: steps in order, in one process, checked before the first, skipped or gone on with when run again.
#include <csignal>
#include <filesystem>

#include <gmock/gmock.h>

#include "tests/cli/golden_files.h"
#include "tests/cli/process.h"

namespace secateur::test {

namespace {

using Json = nlohmann::json;
using Steps = std::vector<Json>;
using testing::HasSubstr;

class RunCommand : public testing::Test {
protected:
    std::string write(const Steps& steps) {
        const Json job{{"steps", steps},
                       {"defaults", {{"seq_len", 48}, {"device", "cpu"}, {"dtype", "f32"}, {"threads", 1}}}};
        writeText(folder_ / "job.json", job.dump());
        return folder_ / "job.json";
    }
    static Json command(const std::string& name) { return {{"command", name}}; }
    Json measure() const {
        return {{"command", "measure"},
                {"model", modelFolder()},
                {"tokens", tokensFile() + ":calibration"},
                {"output", "a.h5"}};
    }
    Json plan() const {
        return {{"command", "plan"}, {"model", modelFolder()}, {"chop", {1, 2}}, {"output", "plan.json"}};
    }
    Json apply() const {
        return {{"command", "apply"}, {"model", modelFolder()}, {"plan", "plan.json"}, {"output", "small"}};
    }
    Json heal(int steps) const {
        return {{"command", "heal"},     {"name", "healing"},
                {"model", "small"},      {"tokens", tokensFile() + ":calibration"},
                {"steps", steps},        {"batch_size", 2},
                {"checkpoint-every", 1}, {"output", "healed"}};
    }
    Json perplexity(const std::string& model) const {
        return {{"command", "ppl"}, {"model", model}, {"tokens", tokensFile() + ":evaluation"}};
    }
    static std::vector<std::string> statuses(const Json& report) {
        std::vector<std::string> words;
        for (const Json& step : report["steps"]) words.push_back(step["status"]);
        return words;
    }
    void refused(const Steps& steps, const std::string& place, const std::string& problem) {
        const Outcome run = secateur({"run", write(steps)});
        EXPECT_EQ(run.exitCode, 3) << run.err;
        EXPECT_THAT(run.err, HasSubstr("job.json: " + place));
        EXPECT_THAT(run.err, HasSubstr(problem));
        EXPECT_EQ(run.out, "");
        EXPECT_THAT(folder_.entries(), testing::ElementsAre("job.json"));
    }
    ScratchFolder folder_;
};

TEST_F(RunCommand, StepsFollowEachOtherAndAreSkippedTheSecondTime) {
    const std::string job = write({plan(), apply(), perplexity("small"), heal(3), perplexity("healed")});
    const Json first = secateurJson({"run", job});
    EXPECT_THAT(statuses(first), testing::Each("done"));
    const Json chopped = secateurJson(std::vector<std::string>{"ppl", folder_ / "small"} +
                                      windows("evaluation"))["perplexity"];
    EXPECT_EQ(first["steps"][2]["result"]["perplexity"], chopped);
    EXPECT_EQ(first["steps"][3]["name"], "healing");
    EXPECT_EQ(first["steps"][3]["result"]["steps"], 3);
    const Json second = secateurJson({"run", job});
    EXPECT_THAT(statuses(second), testing::Each("skipped"));
    for (std::size_t i = 0; i < first["steps"].size(); ++i)
        EXPECT_EQ(first["steps"][i]["result"], second["steps"][i]["result"]);
}

TEST_F(RunCommand, WhatIsNewerIsDoneAgainWithWhatDependsOnIt) {
    const Steps steps{measure(), plan(), apply(), perplexity("small")};
    (void)secateurJson({"run", write(steps)});
    std::filesystem::last_write_time(folder_ / "plan.json",
                                     std::filesystem::file_time_type::clock::now() + std::chrono::seconds(5));
    const Json plans = secateurJson({"run", write(steps), "--dry-run"});
    EXPECT_THAT(statuses(plans), testing::ElementsAre("done before", "done before", "run again", "run"));
    const Json again = secateurJson({"run", folder_ / "job.json"});
    EXPECT_THAT(statuses(again), testing::ElementsAre("skipped", "skipped", "done", "done"));
}

TEST_F(RunCommand, OptionsOnTheCommandLineWinAndThreadsAreNoPartOfAStep) {
    const std::string job = write({perplexity(modelFolder())});
    const Json first = secateurJson({"run", job, "--threads", "2"});
    EXPECT_EQ(statuses(secateurJson({"run", job, "--threads", "1"})), std::vector<std::string>{"skipped"});
    const Json shorter = secateurJson({"run", job, "--samples", "2"});
    EXPECT_EQ(statuses(shorter), std::vector<std::string>{"done"});
    EXPECT_EQ(shorter["steps"][0]["result"]["tokens_scored"], 2 * 47);
    EXPECT_GT(first["steps"][0]["result"]["tokens_scored"], 2 * 47);
}

TEST_F(RunCommand, TheSameStepTwiceIsTwoSteps) {
    const std::string job = write({perplexity(modelFolder()), perplexity(modelFolder())});
    EXPECT_THAT(statuses(secateurJson({"run", job})), testing::ElementsAre("done", "done"));
}

TEST_F(RunCommand, DryRunChecksAndWritesNothing) {
    const Outcome run = secateur({"run", write({plan(), apply()}), "--dry-run"});
    EXPECT_EQ(run.exitCode, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("1 run: secateur plan " + modelFolder() + " --chop=1,2"));
    EXPECT_THAT(folder_.entries(), testing::ElementsAre("job.json"));
}

TEST_F(RunCommand, BadJobsAreRefusedBeforeTheFirstStep) {
    Json step = perplexity("nowhere");
    refused({plan(), step}, "steps[1]", "nowhere is not there");
    step = perplexity(modelFolder());
    step["strides"] = 3;
    refused({plan(), step}, "steps[1].strides", "no option --strides");
    step = heal(2);
    step["steps"] = "many";
    refused({plan(), apply(), step}, "steps[2].steps", "many");
    step["steps"] = true;
    refused({plan(), apply(), step}, "steps[2].steps", "takes a value");
    step = perplexity(modelFolder());
    step["bos"] = 1;
    refused({step}, "steps[0].bos", "true or false");
    refused({command("run")}, "steps[0].command", "no step 'run'");
    refused({command("plough")}, "steps[0].command", "no step 'plough'");
    step = perplexity(modelFolder());
    step.erase("tokens");
    refused({step}, "steps[0]", "--text or --tokens");
    refused({command("plan")}, "steps[0]", "MODEL");
    refused({plan(), plan()}, "steps[1].output", "steps[0]");
    refused({}, "steps", "no list");
}

TEST_F(RunCommand, FilesThatAreNoJobs) {
    for (const char* text : {"", "{", "[]", R"({"steps": [3]})", R"({"steps": "plan"})", R"({"step": []})",
                             R"({"steps": [{"command": "methods"}], "defaults": {"ratio": 1}})"}) {
        writeText(folder_ / "job.json", text);
        const Outcome run = secateur({"run", folder_ / "job.json"});
        EXPECT_EQ(run.exitCode, 3) << text << run.err;
        EXPECT_THAT(run.err, HasSubstr("job.json"));
    }
    EXPECT_EQ(secateur({"run", folder_ / "missing.json"}).exitCode, 3);
    EXPECT_EQ(secateur({"run"}).exitCode, 2);
}

TEST_F(RunCommand, OutputsOfOthersAreLeftAlone) {
    writeText(folder_ / "plan.json", "precious");
    const std::string job = write({measure(), plan()});
    const Outcome run = secateur({"run", job});
    EXPECT_EQ(run.exitCode, 3);
    EXPECT_THAT(run.err, HasSubstr("steps[1].output"));
    EXPECT_EQ(readText(folder_ / "plan.json"), "precious");
    EXPECT_THAT(folder_.entries(), testing::ElementsAre("job.json", "plan.json"));
    EXPECT_EQ(secateur({"run", job, "--force"}).exitCode, 0);
    EXPECT_NE(readText(folder_ / "plan.json"), "precious");
}

TEST_F(RunCommand, AStepThatFailsNamesItselfAndTheNextRunGoesOnThere) {
    Json bad = heal(2);
    bad["method"] = "prayer";
    const Outcome run = secateur({"run", write({plan(), apply(), bad})});
    EXPECT_EQ(run.exitCode, 3);
    EXPECT_THAT(run.err, HasSubstr("steps[2] (healing)"));
    EXPECT_THAT(statuses(secateurJson({"run", write({plan(), apply(), heal(2)})})),
                testing::ElementsAre("skipped", "skipped", "done"));
}

TEST_F(RunCommand, ADamagedStateIsNamed) {
    const std::string job = write({plan()});
    (void)secateurJson({"run", job});
    writeText(folder_ / "job.state.json", "{\"format\": \"secateur-job-state\"");
    const Outcome run = secateur({"run", job});
    EXPECT_EQ(run.exitCode, 3);
    EXPECT_THAT(run.err, HasSubstr("job.state.json"));
    EXPECT_EQ(secateur({"run", job, "--restart", "--force"}).exitCode, 0);
}

// Killed while it heals, the job goes on from the newest checkpoint and ends in the same weights.
TEST_F(RunCommand, AKilledHealGoesOn) {
    ScratchFolder other;
    constexpr int kSteps = 60;
    const std::string job = write({plan(), apply(), heal(kSteps)});
    std::filesystem::copy(job, other / "job.json");
    ASSERT_EQ(secateur({"run", other / "job.json", "--quiet"}).exitCode, 0);
    const std::string aCheckpoint = folder_ / "healed/checkpoint-1/trainer_state.json";
    bool caught = false;
    for (double patience = 0.1; !caught && patience < 60.0; patience *= 1.3) {
        const Outcome killed = secateur({"run", job, "--quiet"}, {.timeoutSeconds = patience});
        ASSERT_TRUE(killed.exitCode == 128 + SIGKILL || killed.exitCode == 0) << killed.err;
        ASSERT_EQ(killed.exitCode, 128 + SIGKILL) << "the job was over before it could be killed";
        caught = std::filesystem::exists(aCheckpoint);
    }
    const Json whole = secateurJson({"run", job});
    EXPECT_THAT(statuses(whole), testing::ElementsAre("skipped", "skipped", "done"));
    EXPECT_GE(whole["steps"][2]["result"]["resumed_from"], 1);
    EXPECT_EQ(readText(folder_ / "healed/model.safetensors"), readText(other / "healed/model.safetensors"));
}

TEST_F(RunCommand, CtrlCEndsTheJobAndKeepsWhatIsDone) {
    writeRandomModel(folder_ / "model", 256, 24, 512);
    writeTokens(folder_ / "tokens.safetensors", 128 * 2048, 512);
    const Json step{
        {"command", "measure"}, {"model", "model"}, {"tokens", "tokens.safetensors:ids"}, {"output", "a.h5"}};
    const std::string job = write({step});
    const Outcome run = secateur({"run", job}, {.signal = SIGINT});
    EXPECT_EQ(run.exitCode, 130) << run.err;
    EXPECT_THAT(run.err, HasSubstr("cancelled"));
    EXPECT_EQ(run.out, "");
    EXPECT_FALSE(std::filesystem::exists(folder_ / "a.h5"));
    const Json after = secateurJson({"run", job, "--dry-run"});
    EXPECT_THAT(statuses(after), testing::ElementsAre("run"));
}

}  // namespace

}  // namespace secateur::test
