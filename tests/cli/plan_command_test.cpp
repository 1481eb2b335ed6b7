// SPDX-License-Identifier: GPL-3.0-or-later
//
// plan and preview.
#include <cmath>
#include <filesystem>

#include <gmock/gmock.h>

#include "tests/cli/golden_files.h"
#include "tests/cli/process.h"

namespace secateur::test {

using testing::HasSubstr;

namespace {

// One analysis of the golden calibration windows for all tests of the suite.
class Planning : public testing::Test {
protected:
    static void SetUpTestSuite() {
        folder_ = std::make_unique<ScratchFolder>();
        analysis_ = *folder_ / "analysis.h5";
        const Outcome run = secateur(std::vector<std::string>{"measure", modelFolder(), "-o", analysis_,
                                                              "--samples", "16", "--leave-one-out"} +
                                     windows("calibration"));
        ASSERT_EQ(run.exitCode, 0) << run.err;
    }
    static void TearDownTestSuite() { folder_.reset(); }

    static nlohmann::json plan(const std::vector<std::string>& wishes) {
        const Outcome run =
            secateur(std::vector<std::string>{"plan", modelFolder(), "--analysis", analysis_} + wishes);
        EXPECT_EQ(run.exitCode, 0) << run.err;
        return nlohmann::json::parse(run.out);
    }

    static nlohmann::json preview(const std::string& plan, const std::vector<std::string>& more = {}) {
        return secateurJson(std::vector<std::string>{"preview", modelFolder(), "--plan", plan} +
                            windows("evaluation") + more);
    }

    static inline std::unique_ptr<ScratchFolder> folder_;
    static inline std::string analysis_;
};

}  // namespace

TEST_F(Planning, PrintsThePlanWithoutAnOutput) {
    const auto made = plan({"--chop", "3", "--ratio", "0.2", "--protect", "0"});
    EXPECT_EQ(made.at("format"), "secateur-plan");
    EXPECT_EQ(made.at("version"), 1);
    EXPECT_EQ(made.at("model").at("layers"), kLayers);
    EXPECT_THAT(made.at("model").at("fingerprint").get<std::string>(), testing::StartsWith("sha256:"));
    EXPECT_EQ(made.at("calibration").at("analysis"), std::filesystem::weakly_canonical(analysis_).string());
    EXPECT_THAT(made.at("created").at("tool").get<std::string>(), testing::StartsWith("secateur "));
    EXPECT_THAT(made.at("created").at("time").get<std::string>(), testing::EndsWith("Z"));
    ASSERT_EQ(made.at("steps").size(), 2U);
    EXPECT_EQ(made.at("steps")[0].at("layers"), nlohmann::json({3}));
    EXPECT_EQ(made.at("steps")[1].at("method"), "flap");
    EXPECT_EQ(made.at("steps")[1].at("protect"), nlohmann::json({0}));
    for (const char* key : {"parameters_before", "parameters_after", "bytes_before", "bytes_after",
                            "compression_ratio", "macs_per_token_before", "macs_per_token_after",
                            "kv_cache_bytes_per_token_after", "removed_fraction"})
        EXPECT_TRUE(made.at("accounting").contains(key)) << key;
}

TEST_F(Planning, WritesThePlanAndSaysWhatItCosts) {
    ScratchFolder folder;
    const std::string file = folder / "plan.json";
    const auto report =
        secateurJson({"plan", modelFolder(), "--analysis", analysis_, "--ratio", "0.2", "-o", file});
    EXPECT_EQ(report.at("path"), file);
    const auto written = nlohmann::json::parse(readText(file));
    EXPECT_EQ(report.at("accounting").at("parameters_after"),
              written.at("accounting").at("parameters_after"));
    EXPECT_NEAR(report.at("accounting").at("removed_fraction").get<double>(), 0.2, 0.01);
    const Outcome refused = secateur({"plan", modelFolder(), "--chop", "1", "-o", file});
    EXPECT_EQ(refused.exitCode, 3);
    EXPECT_THAT(refused.err, HasSubstr(file));
    EXPECT_EQ(nlohmann::json::parse(readText(file)), written);
    const Outcome forced = secateur({"plan", modelFolder(), "--chop", "1", "-o", file, "--force"});
    EXPECT_EQ(forced.exitCode, 0) << forced.err;
    EXPECT_THAT(forced.out, HasSubstr("chopped"));
    EXPECT_THAT(forced.out, HasSubstr("parameters"));
    EXPECT_THAT(folder.entries(), testing::ElementsAre("plan.json"));
}

TEST_F(Planning, RatioZeroIsTheIdentity) {
    const auto accounting =
        secateurJson({"plan", modelFolder(), "--ratio", "0", "-o", *folder_ / "identity.json"})
            .at("accounting");
    EXPECT_EQ(accounting.at("parameters_before"), accounting.at("parameters_after"));
    EXPECT_EQ(accounting.at("removed_fraction"), 0.0);
}

TEST_F(Planning, EveryStrategyChoosesAsManyLayersAsAsked) {
    for (const char* strategy : {"max-gap", "input", "middle", "both", "output", "top", "top-keep-last",
                                 "bottom", "both-ends", "block-influence", "angular", "leave-one-out"}) {
        const auto step = plan({"--chop-count", "2", "--chop-by", strategy}).at("steps").at(0);
        EXPECT_EQ(step.at("layers").size(), 2U) << strategy;
        EXPECT_EQ(step.at("chosen_by").at("strategy"), strategy);
    }
}

TEST_F(Planning, AChopWithoutAStrategyIsForWhatFollows) {
    const auto chosenBy = [](const std::vector<std::string>& words) {
        const Outcome run = secateur(std::vector<std::string>{"plan", modelFolder()} + words);
        EXPECT_EQ(run.exitCode, 0) << run.err;
        EXPECT_THAT(run.err, HasSubstr("the layers to chop are chosen by"));
        return nlohmann::json::parse(run.out).at("steps").at(0).at("chosen_by").at("strategy");
    };
    const std::vector<std::string> scores{"--analysis", analysis_};
    EXPECT_EQ(chosenBy(scores + std::vector<std::string>{"--step", "chop count=2"}), "block-influence");
    EXPECT_EQ(chosenBy(scores + std::vector<std::string>{"--chop-count", "2"}), "block-influence");
    EXPECT_EQ(chosenBy(scores + std::vector<std::string>{"--step", "chop count=2", "--step",
                                                         "heal text=train.txt steps=5"}),
              "max-gap");
    EXPECT_EQ(chosenBy({"--step", "chop count=2"}), "max-gap");
}

TEST_F(Planning, SublayersGoAlone) {
    const auto step = plan({"--drop-attention", "1", "--drop-mlp", "2"}).at("steps").at(0);
    EXPECT_EQ(step.at("attention"), nlohmann::json({1}));
    EXPECT_EQ(step.at("mlp"), nlohmann::json({2}));
}

TEST_F(Planning, MeetsTargetsInParametersAndBytes) {
    const auto before = secateurJson({"info", modelFolder()});
    const auto parameters = before.at("parameters").get<std::int64_t>() * 9 / 10;
    const auto made = plan({"--target-parameters", std::to_string(parameters)}).at("accounting");
    EXPECT_NEAR(made.at("parameters_after").get<double>() / static_cast<double>(parameters), 1.0, 0.01);
    const auto bytes = before.at("bytes").get<std::int64_t>() * 9 / 10;
    const auto smaller = plan({"--target-bytes", std::to_string(bytes)}).at("accounting");
    EXPECT_NEAR(smaller.at("bytes_after").get<double>() / static_cast<double>(bytes), 1.0, 0.01);
}

TEST_F(Planning, TakesABudgetInTheWordsOfTheWindow) {
    const auto sizes = [](const nlohmann::json& plan) { return plan.at("accounting"); };
    const auto share = sizes(plan({"--budget", "30 %"}));
    const double before = share.at("parameters_before");
    EXPECT_LE(share.at("parameters_after").get<double>(), 0.7 * before);
    EXPECT_GT(share.at("parameters_after").get<double>(), 0.6 * before);
    const auto files = sizes(plan({"--budget", "0 %"})).at("weight_files");
    const long bytes = files.at("bytes_before").get<long>() * 8 / 10000 * 1000;
    const auto fewer = sizes(plan({"--budget", std::to_string(bytes / 1000) + " kB", "--chop", "3"}));
    EXPECT_LE(fewer.at("weight_files").at("bytes_after").get<long>(), bytes);
    // The forecast holds for the measurement that it was made from.
    const std::string file = *folder_ / "faster.json";
    const auto faster = secateurJson({"plan", modelFolder(), "--analysis", analysis_, "--budget", "1.01x",
                                      "--device", "cpu", "-o", file, "--force"});
    const auto& speed = faster.at("speed");
    EXPECT_GE(speed.at("predicted_tokens_per_second").get<double>(),
              1.01 * speed.at("dense_tokens_per_second").at("median").get<double>());
    EXPECT_THAT(speed.at("measured_on").get<std::string>(), testing::StartsWith("cpu, "));
    EXPECT_LT(faster.at("accounting").at("parameters_after"),
              faster.at("accounting").at("parameters_before"));
}

TEST_F(Planning, ABudgetThatCannotBeMetSaysWhatCan) {
    const auto refused = [&](int code, const std::vector<std::string>& more, const char* says) {
        const Outcome run = secateur(
            std::vector<std::string>{"plan", modelFolder(), "--analysis", analysis_, "--device", "cpu"} +
            more);
        EXPECT_EQ(run.exitCode, code) << run.err;
        EXPECT_THAT(run.err, HasSubstr(says));
    };
    refused(3, {"--budget", "tiny"}, "30 %, 4 GB, 2.5 B, 40 tokens/s or 1.5x");
    refused(3, {"--budget", "4 TB"}, "within 4.00 TB as it is");
    refused(3, {"--budget", "0.001 tokens/s"}, "as it is");
    refused(3, {"--budget", "900000000 tokens/s"}, "the nearest is about");
    refused(2, {"--budget", "30 %", "--ratio", "0.2"}, "--budget");
}

TEST_F(Planning, KeepsMinimaAndMultiples) {
    const auto made =
        plan({"--ratio", "0.5", "--min-keep-groups", "1", "--min-keep-channels", "32", "--round-to", "16"});
    ASSERT_EQ(
        secateur(std::vector<std::string>{"plan", modelFolder(), "--analysis", analysis_, "--ratio", "0.5",
                                          "--min-keep-groups", "1", "--min-keep-channels", "32", "--round-to",
                                          "16", "--force", "-o", *folder_ / "minima.json"})
            .exitCode,
        0);
    const std::string out = *folder_ / "minima-model";
    ASSERT_EQ(secateur({"apply", modelFolder(), "--plan", *folder_ / "minima.json", "-o", out}).exitCode, 0);
    const nlohmann::json layers = secateurJson({"info", out}).at("per_layer");
    ASSERT_EQ(layers.size(), std::size_t{kLayers});
    for (const auto& layer : layers) {
        EXPECT_GE(layer.at("kv_heads").get<int>(), 1);
        EXPECT_GE(layer.at("intermediate_size").get<int>(), 32);
        EXPECT_EQ(layer.at("intermediate_size").get<int>() % 16, 0);
    }
    EXPECT_EQ(made.at("steps")[0].at("structure"), "AL-AM");
}

TEST_F(Planning, ATextStandsInForAnAnalysis) {
    const auto wishes =
        std::vector<std::string>{"--ratio", "0.2", "--samples", "16"} + windows("calibration");
    const Outcome run = secateur(std::vector<std::string>{"plan", modelFolder()} + wishes);
    ASSERT_EQ(run.exitCode, 0) << run.err;
    EXPECT_EQ(nlohmann::json::parse(run.out).at("steps"), plan({"--ratio", "0.2"}).at("steps"));
}

TEST_F(Planning, ATextIsMeasuredOnTheChoppedNetwork) {
    const auto wishes = std::vector<std::string>{"--chop-count", "1",   "--chop-by", "block-influence",
                                                 "--ratio",      "0.2", "--samples", "16"} +
                        windows("calibration");
    const Outcome run = secateur(std::vector<std::string>{"plan", modelFolder()} + wishes);
    ASSERT_EQ(run.exitCode, 0) << run.err;
    EXPECT_EQ(run.err.find("warning"), std::string::npos) << run.err;
    const auto steps = nlohmann::json::parse(run.out).at("steps");
    EXPECT_EQ(steps.at(0).at("chosen_by").at("strategy"), "block-influence");
    EXPECT_EQ(steps.at(1).at("step"), "width");
}

TEST_F(Planning, MethodsThatPruneAsTheyGoMeetTheGoldens) {
    const nlohmann::json rows = expected().at("structured");
    ASSERT_EQ(rows.size(), 2U);
    for (const auto& golden : rows) {
        const std::string file = *folder_ / (golden.at("method").get<std::string>() + ".json");
        const Outcome run =
            secateur(std::vector<std::string>{"plan", modelFolder(), "--method", golden.at("method"),
                                              "--ratio", "0.3", "--samples", "16", "--force", "-o", file} +
                     windows("calibration"));
        ASSERT_EQ(run.exitCode, 0) << run.err;
        EXPECT_NEAR(preview(file).at("plan_perplexity").get<double>() / golden.at("perplexity").get<double>(),
                    1.0, 1e-3);
    }
}

TEST_F(Planning, FlapRowsOfTheGoldensHaveTheirPerplexity) {
    int rows = 0;
    const nlohmann::json all = expected().at("flap");
    for (const auto& golden : all) {
        if (golden.at("metric") != "WIFV") continue;
        const std::string file = *folder_ / "golden.json";
        std::vector<std::string> wishes{"--metric",     "WIFV",
                                        "--structure",  golden.at("structure"),
                                        "--statistics", golden.at("statistics"),
                                        "--ratio",      golden.at("ratio").dump()};
        if (!golden.at("remove_heads").is_null())
            wishes.insert(wishes.end(), {"--remove-heads", golden.at("remove_heads").dump()});
        const Outcome run = secateur(
            std::vector<std::string>{"plan", modelFolder(), "--analysis", analysis_, "--force", "-o", file} +
            wishes);
        ASSERT_EQ(run.exitCode, 0) << run.err;
        const auto report = preview(file);
        EXPECT_NEAR(report.at("plan_perplexity").get<double>() / golden.at("perplexity").get<double>(), 1.0,
                    1e-3)
            << golden;
        EXPECT_NEAR(report.at("removed_fraction").get<double>(), golden.at("removed_fraction").get<double>(),
                    1e-6)
            << golden;
        ++rows;
    }
    EXPECT_GT(rows, 3);
}

TEST_F(Planning, PreviewHasTheKeysOfTheContract) {
    const std::string file = *folder_ / "chop5.json";
    ASSERT_EQ(secateur({"plan", modelFolder(), "--chop", "5", "--force", "-o", file}).exitCode, 0);
    const auto report = preview(file, {"--per-token"});
    EXPECT_NEAR(report.at("dense_perplexity").get<double>() / expected().at("perplexity").get<double>(), 1.0,
                1e-4);
    EXPECT_NEAR(report.at("plan_perplexity").get<double>() / choppedPerplexity(), 1.0, 1e-3);
    EXPECT_LT(report.at("parameters").get<std::int64_t>(),
              secateurJson({"info", modelFolder()}).at("parameters").get<std::int64_t>());
    EXPECT_GT(report.at("removed_fraction").get<double>(), 0.1);
    EXPECT_GT(report.at("seconds").get<double>(), 0.0);
    EXPECT_EQ(report.at("healed"), false);
    const Outcome said =
        secateur(std::vector<std::string>{"preview", modelFolder(), "--plan", file} + windows("evaluation"));
    EXPECT_THAT(said.out, HasSubstr("planned perplexity, before healing"));
    const auto& tokens = report.at("tokens");
    ASSERT_EQ(tokens.at("dense_loss").size(), tokens.at("windows").get<std::size_t>());
    double sum = 0.0;
    std::size_t count = 0;
    for (const auto& window : tokens.at("plan_loss")) {
        EXPECT_EQ(window.size(), 47U);
        for (const auto& loss : window) sum += loss.get<double>();
        count += window.size();
    }
    EXPECT_NEAR(std::exp(sum / static_cast<double>(count)) / report.at("plan_perplexity").get<double>(), 1.0,
                1e-4);
}

TEST_F(Planning, APlanThatRemovesNothingIsNotSaidToChangeLittle) {
    const std::string file = *folder_ / "nothing.json";
    ASSERT_EQ(
        secateur({"plan", modelFolder(), "--analysis", analysis_, "--ratio", "0", "--force", "-o", file})
            .exitCode,
        0);
    for (const char* command : {"preview", "losses"}) {
        const Outcome said = secateur(std::vector<std::string>{command, modelFolder(), "--plan", file} +
                                      windows("evaluation"));
        EXPECT_EQ(said.exitCode, 0) << said.err;
        EXPECT_THAT(said.out, HasSubstr("). The plan removes nothing.")) << command;
        EXPECT_THAT(said.out, ::testing::Not(HasSubstr("error"))) << command;
    }
}

TEST_F(Planning, PreviewFindsTheAnalysisThatThePlanNames) {
    const std::string file = *folder_ / "named.json";
    ASSERT_EQ(
        secateur({"plan", modelFolder(), "--analysis", analysis_, "--ratio", "0.3", "--force", "-o", file})
            .exitCode,
        0);
    EXPECT_EQ(nlohmann::json::parse(readText(file)).at("calibration").at("analysis"), "analysis.h5");
    const auto named = preview(file);
    const auto given = preview(file, {"--analysis", analysis_});
    EXPECT_EQ(named.at("plan_perplexity"), given.at("plan_perplexity"));
    EXPECT_TRUE(named.at("warnings").empty());
}

TEST_F(Planning, PreviewMeasuresMeansWhenThereIsNoAnalysis) {
    ScratchFolder folder;
    const std::string file = folder / "plan.json";
    ASSERT_EQ(
        secateur({"plan", modelFolder(), "--analysis", analysis_, "--ratio", "0.3", "-o", file}).exitCode, 0);
    auto plan = nlohmann::json::parse(readText(file));
    plan.at("calibration").erase("analysis");
    writeText(file, plan.dump());
    const Outcome run = secateur(
        std::vector<std::string>{"preview", modelFolder(), "--plan", file, "--json"} + windows("evaluation"));
    EXPECT_EQ(run.exitCode, 0) << run.err;
    EXPECT_THAT(run.err, HasSubstr("warning: "));
}

TEST_F(Planning, AnAnalysisOfAnotherModelIsRefusedByName) {
    const Outcome run =
        secateur({"plan", modelFolder("llama-mha"), "--analysis", analysis_, "--ratio", "0.2"});
    EXPECT_EQ(run.exitCode, 3);
    EXPECT_THAT(run.err, HasSubstr(analysis_));
}

TEST_F(Planning, WithoutAnAnalysisWidthsSayWhatIsMissing) {
    const Outcome run = secateur({"plan", modelFolder(), "--ratio", "0.2"});
    EXPECT_EQ(run.exitCode, 3);
    EXPECT_THAT(run.err, HasSubstr("analysis"));
    const Outcome text =
        secateur({"plan", modelFolder(), "--ratio", "0.2", "--method", "wanda-sp", "--analysis", analysis_});
    EXPECT_EQ(text.exitCode, 3);
    EXPECT_THAT(text.err, HasSubstr("text"));
}

}  // namespace secateur::test
