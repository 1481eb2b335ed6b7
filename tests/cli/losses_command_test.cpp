// SPDX-License-Identifier: GPL-3.0-or-later
//
// losses, complete and preview --take-back.
#include <cmath>

#include <gmock/gmock.h>

#include "tests/cli/golden_files.h"
#include "tests/cli/process.h"

namespace secateur::test {

using testing::HasSubstr;
using testing::StartsWith;

namespace {

const std::vector<std::string> kText{"--text",  demoText(),  "--skip",    "64",       "--samples",
                                     "2",       "--seq-len", "32",        "--device", "cpu",
                                     "--dtype", "f32",       "--threads", "1"};

class WordsOfAPlan : public DemoPlan {};

}  // namespace

TEST_F(WordsOfAPlan, LossesAreThePartsOfThePreviewsPerplexity) {
    const auto losses = secateurJson(
        std::vector<std::string>{"losses", demoFolder(), "--plan", plan_, "--worst", "0"} + kText);
    const auto preview =
        secateurJson(std::vector<std::string>{"preview", demoFolder(), "--plan", plan_} + kText);
    EXPECT_EQ(losses.at("dense_perplexity"), preview.at("dense_perplexity"));
    EXPECT_EQ(losses.at("plan_perplexity"), preview.at("plan_perplexity"));
    EXPECT_EQ(losses.at("unit"), "nats");
    ASSERT_EQ(losses.at("tokens").size(), 2U * 31);
    double dense = 0.0, planned = 0.0, before = INFINITY;
    for (const auto& token : losses.at("tokens")) {
        dense += token.at("dense_loss").get<double>() / 62;
        planned += token.at("plan_loss").get<double>() / 62;
        EXPECT_LE(token.at("change").get<double>(), before) << "worst first";
        before = token.at("change");
        EXPECT_GE(token.at("window").get<int>(), 64);
        EXPECT_FALSE(token.at("text").get<std::string>().empty());
    }
    EXPECT_NEAR(std::exp(dense) / losses.at("dense_perplexity").get<double>(), 1.0, 1e-5);
    EXPECT_NEAR(std::exp(planned) / losses.at("plan_perplexity").get<double>(), 1.0, 1e-5);
    ASSERT_EQ(losses.at("windows").size(), 2U);
    EXPECT_EQ(losses.at("windows")[0].at("window"), 64);
}

TEST_F(WordsOfAPlan, LossesAreATableForPeople) {
    const Outcome run = secateur(
        std::vector<std::string>{"losses", demoFolder(), "--plan", plan_, "--worst", "3", "--quiet"} + kText);
    EXPECT_EQ(run.exitCode, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("planned loss"));
    EXPECT_THAT(run.out, HasSubstr("\ntoken"));
    const auto lines = linesOf(run.out);
    EXPECT_EQ(std::ranges::count_if(lines, [](const std::string& line) { return line.starts_with('"'); }), 3);
    const Outcome alone =
        secateur(std::vector<std::string>{"losses", demoFolder(), "--worst", "3", "--quiet"} + kText);
    EXPECT_EQ(alone.exitCode, 0) << alone.err;
    EXPECT_THAT(alone.out, Not(HasSubstr("planned")));
}

TEST_F(WordsOfAPlan, TakingBackTriesEveryCut) {
    const auto report = secateurJson(
        std::vector<std::string>{"preview", demoFolder(), "--plan", plan_, "--take-back"} + kText);
    ASSERT_EQ(report.at("rows").size(), 4U) << "the first step, its two layers, and the attention of 5";
    double before = INFINITY;
    for (const auto& row : report.at("rows")) {
        EXPECT_NEAR(row.at("won_back").get<double>(),
                    report.at("plan_perplexity").get<double>() - row.at("perplexity").get<double>(), 1e-4);
        EXPECT_LE(row.at("won_back_per_million").get<double>(), before);
        before = row.at("won_back_per_million");
        EXPECT_GT(row.at("parameters_returned").get<long>(), 0);
    }
    const Outcome table = secateur(
        std::vector<std::string>{"preview", demoFolder(), "--plan", plan_, "--take-back", "--quiet"} + kText);
    EXPECT_THAT(table.out, HasSubstr("layer 3 "));
    EXPECT_THAT(table.out, HasSubstr("attention of 5 "));
    EXPECT_THAT(table.out, HasSubstr("won per million"));
    const Outcome both = secateur(
        std::vector<std::string>{"preview", demoFolder(), "--plan", plan_, "--take-back", "--per-token"} +
        kText);
    EXPECT_EQ(both.exitCode, 2);
}

TEST_F(WordsOfAPlan, CompletionsAreDenseAndPlanned) {
    const std::vector<std::string> line{"complete", demoFolder(), "--prompt", "Once upon a time",
                                        "--tokens", "10",         "--device", "cpu",
                                        "--dtype",  "f32",        "--seed",   "3"};
    const auto report = secateurJson(line + std::vector<std::string>{"--plan", plan_});
    ASSERT_EQ(report.at("completions").size(), 2U);
    const auto& dense = report.at("completions")[0];
    EXPECT_EQ(dense.at("network"), "dense");
    EXPECT_EQ(report.at("completions")[1].at("network"), "planned");
    EXPECT_EQ(dense.at("ids").size(), 10U);
    EXPECT_EQ(report.at("seed"), 3);
    EXPECT_NE(dense.at("ids"), report.at("completions")[1].at("ids"));
    const auto again = secateurJson(line);
    EXPECT_EQ(again.at("completions")[0].at("ids"), dense.at("ids")) << "the seed fixes the text";
    const Outcome streamed = secateur(line + std::vector<std::string>{"--plan", plan_});
    EXPECT_THAT(streamed.out, StartsWith("--- dense ---\nOnce upon a time" +
                                         dense.at("text").get<std::string>() + "\n--- planned ---\n"));
    EXPECT_THAT(streamed.err, HasSubstr("dense: 10 tokens"));
    const Outcome alone = secateur(line);
    EXPECT_EQ(alone.out, "Once upon a time" + dense.at("text").get<std::string>() + "\n");
}

TEST_F(WordsOfAPlan, AHealedModelWritesAsWell) {
    const auto report =
        secateurJson({"complete", demoFolder(), "--prompt", "The cat", "--tokens", "4", "--temperature", "0",
                      "--healed", demoFolder(), "--device", "cpu", "--dtype", "f32"});
    ASSERT_EQ(report.at("completions").size(), 2U);
    EXPECT_EQ(report.at("completions")[1].at("network"), "healed");
    EXPECT_EQ(report.at("completions")[1].at("text"), report.at("completions")[0].at("text"));
}

TEST_F(WordsOfAPlan, BadWishesAreRefused) {
    const auto refused = [&](int code, const std::vector<std::string>& line, const char* says) {
        const Outcome run = secateur(line);
        EXPECT_EQ(run.exitCode, code) << run.err;
        EXPECT_THAT(run.err, HasSubstr(says));
    };
    const auto complete = [](const std::vector<std::string>& more) {
        return std::vector<std::string>{"complete", demoFolder(), "--prompt", "x"} + more;
    };
    refused(2, {"complete", demoFolder()}, "--prompt");
    refused(2, {"losses", demoFolder()}, "--text");
    refused(2, complete({"--analysis", "a.h5"}), "--plan");
    refused(3, complete({"--tokens", "0"}), "--tokens");
    refused(3, complete({"--temperature", "-1"}), "temperature");
    refused(3, complete({"--top-p", "2"}), "top-p");
    refused(3, {"complete", modelFolder(), "--prompt", "x"}, "tokenizer");
}

}  // namespace secateur::test
