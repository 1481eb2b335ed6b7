// SPDX-License-Identifier: GPL-3.0-or-later
//
// report, and what checkpoints that are written say of their texts.
#include <filesystem>

#include <gmock/gmock.h>

#include "tests/cli/golden_files.h"
#include "tests/cli/process.h"

namespace secateur::test {

using testing::HasSubstr;
using testing::Not;

namespace {

class ReportCommand : public testing::Test {
protected:
    void SetUp() override {
        run(std::vector<std::string>{"measure", modelFolder(), "-o", analysis_, "--samples", "8",
                                     "--leave-one-out"} +
            windows("calibration"));
        run({"plan", modelFolder(), "--analysis", analysis_, "--chop", "1", "--ratio", "0.2", "-o", plan_});
    }
    static void run(const std::vector<std::string>& words) {
        const Outcome outcome = secateur(words);
        ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
    }
    // JSON's and the page's text of a number are the same.
    static std::string value(const nlohmann::json& number) { return "data-value=\"" + number.dump() + "\""; }

    ScratchFolder folder_;
    std::string analysis_ = folder_ / "analysis.h5", plan_ = folder_ / "plan.json",
                page_ = folder_ / "report.html";
};

TEST_F(ReportCommand, HasTheNumbersOfThePreview) {
    const auto preview = secateurJson(std::vector<std::string>{"preview", modelFolder(), "--plan", plan_} +
                                      windows("evaluation"));
    const auto report =
        secateurJson(std::vector<std::string>{"report", modelFolder(), "--plan", plan_, "-o", page_} +
                     windows("evaluation"));
    EXPECT_EQ(report.at("plan_perplexity"), preview.at("plan_perplexity"));
    EXPECT_EQ(report.at("bytes").get<std::uintmax_t>(), std::filesystem::file_size(page_));
    const std::string text = readText(page_);
    for (const char* key : {"dense_perplexity", "plan_perplexity", "change"})
        EXPECT_THAT(text, HasSubstr(value(preview.at(key)))) << key;
    const nlohmann::json& sizes = preview.at("accounting");
    for (const char* key :
         {"parameters_before", "parameters_after", "macs_per_token_after", "removed_fraction"})
        EXPECT_THAT(text, HasSubstr(value(sizes.at(key)))) << key;
    EXPECT_THAT(text, HasSubstr(value(sizes.at("weight_files").at("bytes_after"))));
    EXPECT_THAT(text, HasSubstr(preview.at("protocol").get<std::string>()));
    for (const char* figure : {"widths", "channels", "importance", "leave-one-out"})
        EXPECT_THAT(text, HasSubstr("<figure id=\"" + std::string(figure))) << figure;
    EXPECT_THAT(text, Not(HasSubstr("http")));
    // Nothing is overwritten unless asked.
    EXPECT_EQ(secateur({"report", modelFolder(), "--plan", plan_, "-o", page_}).exitCode, 3);
}

TEST_F(ReportCommand, WithoutATextNothingIsRunAndWithRunsThereAreCurves) {
    run(std::vector<std::string>{"heal", modelFolder(), "-o", folder_ / "runs/one", "--steps", "3",
                                 "--batch-size", "2", "--eval-tokens", tokensFile() + ":evaluation"} +
        windows("calibration"));
    const auto report =
        secateurJson({"report", modelFolder(), "--plan", plan_, "--runs", folder_ / "runs", "-o", page_});
    EXPECT_FALSE(report.contains("plan_perplexity"));
    EXPECT_EQ(report.at("runs"), 1);
    const std::string text = readText(page_);
    EXPECT_THAT(text, HasSubstr("Perplexity was not measured for this report."));
    EXPECT_THAT(text, HasSubstr("<figure id=\"healing\">"));
    const auto record = nlohmann::json::parse(readText(folder_ / "runs/one/run.json"));
    EXPECT_THAT(text, HasSubstr(value(record.at("perplexity"))));
}

TEST_F(ReportCommand, TheCardOfACheckpointNamesItsTexts) {
    const std::string out = folder_ / "out";
    run({"apply", modelFolder(), "--plan", plan_, "-o", out});
    const std::string card = readText(out + "/README.md");
    const auto plan = nlohmann::json::parse(readText(plan_));
    EXPECT_THAT(card, HasSubstr("calibrated on: tokens.safetensors"));
    EXPECT_THAT(card, HasSubstr(plan.at("calibration").at("sha256").get<std::string>()));
    EXPECT_THAT(card, HasSubstr("8 windows of 48 tokens"));
    EXPECT_THAT(card, HasSubstr("Not measured when this was written."));
    std::uintmax_t bytes = std::filesystem::file_size(out + "/model.safetensors");
    EXPECT_THAT(card, HasSubstr("| " + std::to_string(bytes) + " B |"));
    EXPECT_EQ(plan.at("accounting").at("weight_files").at("bytes_after"), bytes);
}

TEST_F(ReportCommand, TheCardOfAHealedCheckpointSaysWhatItSaw) {
    const std::string out = folder_ / "healed";
    const auto heal = [&](const std::vector<std::string>& more) {
        return secateurJson(std::vector<std::string>{"heal", modelFolder(), "-o", out, "--steps", "4",
                                                     "--batch-size", "2", "--force"} +
                            windows("calibration") + more);
    };
    heal({});
    EXPECT_THAT(readText(out + "/README.md"), HasSubstr("Not measured: the run held no text out."));
    heal({"--eval-tokens", tokensFile() + ":calibration", "--eval-samples", "4"});
    const std::string card = readText(out + "/README.md");
    EXPECT_THAT(card, HasSubstr("seen in training: tokens.safetensors"));
    EXPECT_THAT(card, HasSubstr("Not new text: seen in training: 4 of 4 windows"));
    const auto record = nlohmann::json::parse(readText(out + "/run.json"));
    EXPECT_EQ(record.at("overlaps").at(0).at("windows"), 4);
    EXPECT_EQ(record.at("held_out").at("windows"), 4);
    EXPECT_EQ(record.at("training").at("sha256").get<std::string>().size(), 64U);
    EXPECT_THAT(record.at("tool").get<std::string>(), HasSubstr("secateur"));
}

// Two windows learned by heart: the best checkpoint is an early one.
TEST_F(ReportCommand, HealingKeepsTheBestWhereItCanBeTold) {
    const std::string out = folder_ / "healed";
    const std::vector<std::string> ruin{"heal",       modelFolder(),  "-o",        out,    "--steps",
                                        "8",          "--batch-size", "2",         "--lr", "0.01",
                                        "--schedule", "constant",     "--samples", "2",    "--eval-every",
                                        "1",          "--force"};
    const std::vector<std::string> judged{"--eval-tokens", tokensFile() + ":evaluation"};
    const auto best = secateurJson(ruin + windows("calibration") + judged);
    ASSERT_TRUE(best.at("best_step").is_number());
    EXPECT_LT(best.at("best_step"), 8);
    EXPECT_EQ(best.at("steps"), 8);
    const auto last =
        secateurJson(ruin + windows("calibration") + judged + std::vector<std::string>{"--keep-last"});
    EXPECT_TRUE(last.at("best_step").is_null());
    EXPECT_GT(last.at("eval_perplexity").get<double>(), best.at("eval_perplexity").get<double>());
    EXPECT_EQ(secateur(ruin + windows("calibration") + judged +
                       std::vector<std::string>{"--keep-last", "--keep-best"})
                  .exitCode,
              2);
    // Without held-out text nothing changes.
    EXPECT_TRUE(secateurJson(ruin + windows("calibration")).at("best_step").is_null());
}

}  // namespace

}  // namespace secateur::test
