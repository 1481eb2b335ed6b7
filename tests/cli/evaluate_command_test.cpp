// SPDX-License-Identifier: GPL-3.0-or-later
//
// evaluate: questions of tasks, answers that flip, and divergences.
#include <cmath>

#include <gmock/gmock.h>

#include "tests/cli/golden_files.h"
#include "tests/cli/process.h"

namespace secateur::test {

using testing::HasSubstr;

namespace {

const std::vector<std::string> kHere{"--device", "cpu", "--dtype", "f32", "--threads", "1"};

std::string taskOf(const std::string& name) {
    return name + ":" + SECATEUR_SOURCE_DIR + "/tests/evaluate/tasks/" + name + ".jsonl";
}

class Evaluate : public DemoPlan {
protected:
    Evaluate() : DemoPlan(R"({"step": "chop", "layers": [3, 7, 9]})") {}
};

}  // namespace

TEST_F(Evaluate, CountsRightAnswersOfSeveralTasks) {
    const auto report =
        secateurJson(std::vector<std::string>{"evaluate", demoFolder(), "--task", taskOf("piqa"), "--task",
                                              taskOf("lambada"), "--task", taskOf("choice")} +
                     kHere);
    ASSERT_EQ(report.at("tasks").size(), 3U);
    const auto& piqa = report.at("tasks")[0];
    EXPECT_EQ(piqa.at("questions"), 6);
    EXPECT_EQ(piqa.at("sha256").get<std::string>().size(), 64U);
    const auto& score = piqa.at("network");
    double right = 0.0;
    const std::vector<int> answers{0, 1, 0, 1, 0, 0};
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const auto& pair = score.at("log_likelihoods")[i];
        const int likelier = pair[1].get<double>() > pair[0].get<double>() ? 1 : 0;
        EXPECT_EQ(score.at("chosen")[i], likelier);
        right += likelier == answers[i] ? 1.0 : 0.0;
    }
    EXPECT_DOUBLE_EQ(score.at("acc").at("value"), right / 6.0);
    EXPECT_GT(report.at("tasks")[1].at("network").at("perplexity").at("value").get<double>(), 1.0);
    EXPECT_FALSE(report.at("tasks")[1].at("network").contains("acc_norm"));
    EXPECT_EQ(report.at("requests"), 6 * 2 + 4 + 2 + 2 + 3);
    EXPECT_TRUE(report.at("divergence").is_null());
}

// However a text is cut into windows, every token but the first is judged once.
TEST_F(Evaluate, JudgesWholeDocuments) {
    const auto report = secateurJson(
        std::vector<std::string>{"evaluate", demoFolder(), "--task", taskOf("documents"), "--plan", plan_} +
        kHere);
    const auto& task = report.at("tasks")[0];
    const auto& dense = task.at("dense");
    double sum = 0.0;
    for (const auto& likelihood : dense.at("log_likelihoods")) sum += likelihood[0].get<double>();
    const double words = 38 + 23 + 4,
                 bytes = dense.at("bits_per_byte").at("value").get<double>() * std::log(2.0);
    EXPECT_NEAR(dense.at("word_perplexity").at("value").get<double>(), std::exp(-sum / words),
                1e-9 * std::exp(-sum / words));
    EXPECT_NEAR(dense.at("byte_perplexity").at("value").get<double>(), std::exp(bytes), 1e-9);
    EXPECT_GT(dense.at("word_perplexity").at("standard_error").get<double>(), 0.0);
    EXPECT_NE(task.at("plan").at("word_perplexity"), dense.at("word_perplexity"));
    EXPECT_FALSE(task.contains("flips"));
    EXPECT_FALSE(dense.contains("chosen"));
}

TEST_F(Evaluate, ComparesAPlanWithTheDenseNetwork) {
    const auto report = secateurJson(
        std::vector<std::string>{"evaluate", demoFolder(), "--plan", plan_, "--task", taskOf("winogrande"),
                                 "--text", demoText(), "--samples", "2", "--seq-len", "32"} +
        kHere);
    const auto& task = report.at("tasks")[0];
    int changed = 0;
    for (std::size_t i = 0; i < 5; ++i)
        changed += task.at("dense").at("chosen")[i] != task.at("plan").at("chosen")[i] ? 1 : 0;
    EXPECT_EQ(task.at("flips").at("changed"), changed);
    EXPECT_NEAR(task.at("change").at("value").get<double>(),
                task.at("plan").at("acc").at("value").get<double>() -
                    task.at("dense").at("acc").at("value").get<double>(),
                1e-12);
    EXPECT_NE(task.at("dense").at("log_likelihoods"), task.at("plan").at("log_likelihoods"));
    EXPECT_GT(report.at("divergence").at("kl").at("value").get<double>(), 0.01);
    EXPECT_LT(report.at("divergence").at("top1_agreement").at("value").get<double>(), 1.0);
    EXPECT_EQ(report.at("divergence").at("tokens"), 62);
    EXPECT_THAT(report.at("divergence").at("protocol").get<std::string>(), HasSubstr("2 windows"));
}

TEST_F(Evaluate, AnAppliedPlanIsThePlan) {
    const std::string out = folder_ / "small";
    ASSERT_EQ(secateur({"apply", demoFolder(), "--plan", plan_, "-o", out, "--quiet"}).exitCode, 0);
    const std::vector<std::string> asked{"--task",    taskOf("arc"), "--text",    demoText(),
                                         "--samples", "2",           "--seq-len", "32"};
    const auto planned =
        secateurJson(std::vector<std::string>{"evaluate", demoFolder(), "--plan", plan_} + asked + kHere);
    const auto written =
        secateurJson(std::vector<std::string>{"evaluate", out, "--against", demoFolder()} + asked + kHere);
    EXPECT_NEAR(planned.at("divergence").at("kl").at("value").get<double>(),
                written.at("divergence").at("kl").at("value").get<double>(), 1e-6);
    EXPECT_EQ(planned.at("tasks")[0].at("plan").at("chosen"),
              written.at("tasks")[0].at("model").at("chosen"));
    EXPECT_EQ(planned.at("tasks")[0].at("dense").at("chosen"),
              written.at("tasks")[0].at("dense").at("chosen"));
}

TEST_F(Evaluate, SaysWhatIsInTheTable) {
    const Outcome run = secateur(std::vector<std::string>{"evaluate", demoFolder(), "--plan", plan_, "--task",
                                                          taskOf("copa"), "--limit", "3", "--quiet"} +
                                 kHere);
    EXPECT_EQ(run.exitCode, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("acc_norm"));
    EXPECT_THAT(run.out, HasSubstr("dense"));
    EXPECT_THAT(run.out, HasSubstr(" lost, "));
}

TEST_F(Evaluate, BadWishesAreRefused) {
    const auto refused = [&](int code, std::vector<std::string> line, const char* says) {
        line.insert(line.begin(), {"evaluate", demoFolder()});
        const Outcome run = secateur(line);
        EXPECT_EQ(run.exitCode, code) << run.err;
        EXPECT_THAT(run.err, HasSubstr(says));
    };
    refused(2, {}, "--task");
    refused(2, {"--task", "piqa"}, "NAME:FILE");
    refused(3, {"--task", "mmlu:x.jsonl"}, "hellaswag");
    refused(3, {"--task", "piqa:none.jsonl"}, "none.jsonl");
    refused(3, {"--text", demoText(), "--samples", "1"}, "two networks");
    refused(3, {"--task", taskOf("piqa"), "--limit", "-1"}, "--limit");
    refused(3, {"--task", "boolq:" + taskOf("piqa").substr(5)}, "looks like a line of piqa");
}

}  // namespace secateur::test
