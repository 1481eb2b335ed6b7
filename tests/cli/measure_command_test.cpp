// SPDX-License-Identifier: GPL-3.0-or-later
//
// measure and scores: the analysis file, and what is read off it.
#include <cmath>

#include <gmock/gmock.h>

#include "tests/cli/golden_files.h"
#include "tests/cli/process.h"

namespace secateur::test {

using testing::HasSubstr;

namespace {

std::vector<std::string> measure(const std::string& file) {
    return std::vector<std::string>{"measure", modelFolder(), "-o", file, "--samples", "16"} +
           windows("calibration");
}

// One measured analysis for all tests of the suite.
class Scores : public testing::Test {
protected:
    static void SetUpTestSuite() {
        folder_ = std::make_unique<ScratchFolder>();
        file_ = *folder_ / "analysis.h5";
        ASSERT_EQ(
            secateur(measure(file_) + std::vector<std::string>{"--leave-one-out", "--gradients"}).exitCode,
            0);
    }
    static void TearDownTestSuite() { folder_.reset(); }

    static inline std::unique_ptr<ScratchFolder> folder_;
    static inline std::string file_;
};

}  // namespace

TEST(Measure, SummarisesWhatItWrote) {
    ScratchFolder folder;
    const std::string file = folder / "analysis.h5";
    const auto report = secateurJson(measure(file) + std::vector<std::string>{"--leave-one-out"});
    EXPECT_EQ(report.at("path"), file);
    EXPECT_EQ(report.at("samples"), 16);
    EXPECT_EQ(report.at("seq_len"), 48);
    EXPECT_EQ(report.at("tokens"), 16 * 48);
    EXPECT_EQ(report.at("statistics"), "exact");
    EXPECT_EQ(report.at("dtype"), "float32");
    EXPECT_EQ(report.at("leave_one_out").size(), std::size_t{kLayers});
    EXPECT_THAT(folder.entries(), testing::ElementsAre("analysis.h5"));
    const auto golden = expected().at("block_influence").get<std::vector<double>>();
    const auto measured = report.at("block_influence").get<std::vector<double>>();
    ASSERT_EQ(measured.size(), golden.size());
    for (std::size_t i = 0; i < golden.size(); ++i) EXPECT_NEAR(measured[i] / golden[i], 1.0, 1e-3) << i;
}

// First order, by the contract's datasets and with the goldens' text.
TEST(Measure, GradientsAreOfTheWindowsThatItSays) {
    ScratchFolder folder;
    const std::string file = folder / "analysis.h5";
    const auto report = secateurJson(measure(file) + std::vector<std::string>{"--gradients"});
    EXPECT_EQ(report.at("gradients").at("windows"), 16);
    EXPECT_GT(report.at("gradients").at("loss").get<double>(), 0.0);
    const auto plan = secateurJson({"plan", modelFolder(), "--analysis", file, "--step",
                                    "llm-pruner ratio=0.3", "-o", folder / "plan.json"});
    EXPECT_EQ(secateur({"plan", modelFolder(), "--analysis", file, "--step",
                        "llm-pruner ratio=0.3 reduction=median", "-o", folder / "b.json"})
                  .exitCode,
              3);
}

TEST(Measure, OverwritesOnlyWhenForced) {
    ScratchFolder folder;
    const std::string file = folder / "analysis.h5";
    writeText(file, "mine");
    const Outcome refused = secateur(measure(file));
    EXPECT_EQ(refused.exitCode, 3);
    EXPECT_THAT(refused.err, HasSubstr(file));
    EXPECT_THAT(refused.err, HasSubstr("--force"));
    EXPECT_EQ(readText(file), "mine");
    const Outcome forced = secateur(measure(file) + std::vector<std::string>{"--force"});
    EXPECT_EQ(forced.exitCode, 0) << forced.err;
    EXPECT_THAT(forced.out, HasSubstr("block influence"));
    EXPECT_EQ(readText(file).substr(1, 3), "HDF");
}

TEST(Measure, MeasuresTheChoppedNetwork) {
    ScratchFolder folder;
    ASSERT_EQ(secateur({"plan", modelFolder(), "--chop", "2", "-o", folder / "chop.json"}).exitCode, 0);
    const auto report =
        secateurJson(measure(folder / "a.h5") + std::vector<std::string>{"--plan", folder / "chop.json"});
    EXPECT_EQ(report.at("layers"), kLayers - 1);
    EXPECT_EQ(report.at("chopped_layers"), nlohmann::json({2}));
    EXPECT_EQ(secateurJson({"scores", folder / "a.h5", "--metric", "block-influence"}).at("layers"),
              nlohmann::json({0, 1, 3, 4, 5}));
}

TEST(Measure, RandomSamplingFollowsTheSeed) {
    ScratchFolder folder;
    const auto influence = [&](const std::string& seed) {
        return secateurJson(std::vector<std::string>{"measure", modelFolder(), "-o", folder / "a.h5",
                                                     "--force", "--samples", "4", "--sampling", "random",
                                                     "--seed", seed} +
                            windows("calibration"))
            .at("block_influence");
    };
    const auto first = influence("1");
    EXPECT_EQ(influence("1"), first);
    EXPECT_NE(influence("2"), first);
}

TEST_F(Scores, OfUnitsAreATableOfEveryKind) {
    const auto table = secateurJson({"scores", file_, "--metric", "WIFV"});
    EXPECT_EQ(table.at("metric"), "WIFV");
    EXPECT_EQ(table.at("structure"), "AL-AM");
    EXPECT_EQ(table.at("statistics"), "exact");
    const auto info = secateurJson({"info", modelFolder()});
    ASSERT_EQ(table.at("layers").size(), std::size_t{kLayers});
    for (const auto& layer : table.at("layers")) {
        EXPECT_EQ(layer.at("kv_groups").at("raw").size(), info.at("kv_heads").get<std::size_t>());
        EXPECT_EQ(layer.at("heads").at("score").size(), info.at("heads").get<std::size_t>());
        EXPECT_EQ(layer.at("channels").at("raw").size(), info.at("intermediate_size").get<std::size_t>());
    }
}

// Those of other methods too, where they were measured; with those of MLPs alone heads have none.
TEST_F(Scores, OfOtherMethods) {
    for (const char* metric :
         {"magnitude", "minitron", "vectorize", "param_first", "param_second", "param_mix"}) {
        const auto table = secateurJson({"scores", file_, "--metric", metric, "--structure", "UL-UM"});
        for (const auto& layer : table.at("layers")) {
            EXPECT_GT(layer.at("channels").at("raw")[0].get<double>(), 0.0) << metric;
            EXPECT_FALSE(layer.at("kv_groups").at("raw").empty()) << metric;
        }
    }
    const auto peaks = secateurJson({"scores", file_, "--metric", "ppm", "--structure", "UL-UM"});
    EXPECT_TRUE(peaks.at("layers")[0].at("heads").at("raw").empty());
}

TEST_F(Scores, CsvSaysTheSameAsJson) {
    const auto table =
        secateurJson({"scores", file_, "--metric", "IFV", "--structure", "UL-UM", "--units", "heads"});
    const Outcome run =
        secateur({"scores", file_, "--metric", "IFV", "--structure", "UL-UM", "--units", "heads"});
    const auto rows = linesOf(run.out);
    ASSERT_EQ(rows.front(), "layer,unit,index,raw,score");
    std::size_t row = 1;
    for (const auto& layer : table.at("layers")) {
        const auto& raw = layer.at("heads").at("raw");
        for (std::size_t i = 0; i < raw.size(); ++i, ++row) {
            const std::string prefix =
                std::to_string(layer.at("layer").get<int>()) + ",head," + std::to_string(i) + ",";
            ASSERT_EQ(rows.at(row).substr(0, prefix.size()), prefix);
            EXPECT_FLOAT_EQ(std::stof(rows.at(row).substr(prefix.size())), raw[i].get<float>());
        }
    }
    EXPECT_EQ(row, rows.size());
}

TEST_F(Scores, FollowTheStatisticsAskedFor) {
    const auto exact = secateurJson({"scores", file_, "--metric", "WIFV", "--units", "channels"});
    const auto reference = secateurJson(
        {"scores", file_, "--metric", "WIFV", "--units", "channels", "--statistics", "reference"});
    EXPECT_EQ(reference.at("statistics"), "reference");
    EXPECT_NE(exact.at("layers"), reference.at("layers"));
}

TEST_F(Scores, EveryLayerMetricHasAValuePerLayer) {
    for (const char* metric :
         {"block-influence", "angular", "angular-last", "relative-update", "fluctuation-share",
          "leave-one-out", "leave-one-out-attention", "leave-one-out-mlp"}) {
        const auto table = secateurJson({"scores", file_, "--metric", metric});
        EXPECT_EQ(table.at("metric"), metric);
        ASSERT_EQ(table.at("values").size(), std::size_t{kLayers}) << metric;
        for (const auto& value : table.at("values")) EXPECT_TRUE(value.is_number()) << metric;
        EXPECT_EQ(linesOf(secateur({"scores", file_, "--metric", metric}).out).front(),
                  std::string("layer,") + metric);
    }
}

TEST_F(Scores, UnknownNamesAreBadInputAndNamed) {
    for (const auto& arguments : {std::vector<std::string>{"--metric", "WIFX"},
                                  {"--metric", "WIFV", "--structure", "XL"},
                                  {"--metric", "WIFV", "--units", "toes"},
                                  {"--metric", "WIFV", "--statistics", "rough"}}) {
        const Outcome run = secateur(std::vector<std::string>{"scores", file_} + arguments);
        EXPECT_EQ(run.exitCode, 3);
        EXPECT_THAT(run.err, HasSubstr(arguments.back()));
    }
}

TEST_F(Scores, WhatWasNotMeasuredIsBadInput) {
    ScratchFolder folder;
    ASSERT_EQ(secateur(measure(folder / "a.h5")).exitCode, 0);
    const Outcome gradients = secateur({"scores", folder / "a.h5", "--metric", "param_first"});
    EXPECT_EQ(gradients.exitCode, 3);
    EXPECT_THAT(gradients.err, HasSubstr("the analysis holds no gradients"));
    const Outcome run = secateur({"scores", folder / "a.h5", "--metric", "leave-one-out"});
    EXPECT_EQ(run.exitCode, 3);
    EXPECT_THAT(run.err, HasSubstr("leave-one-out"));
}

TEST_F(Scores, ADamagedAnalysisIsNamed) {
    ScratchFolder folder;
    const std::string whole = readText(file_);
    writeText(folder / "cut.h5", whole.substr(0, whole.size() / 2));
    writeText(folder / "noise.h5", "not an analysis");
    for (const char* name : {"cut.h5", "noise.h5", "missing.h5"}) {
        const Outcome run = secateur({"scores", folder / name, "--metric", "WIFV"});
        EXPECT_EQ(run.exitCode, 3) << name;
        EXPECT_THAT(run.err, HasSubstr(name));
    }
}

// What the window's panel Channel shows.
TEST_F(Scores, OneUnitIsToldFromActivationToVerdict) {
    const std::vector<std::string> scores{"scores", file_, "--metric", "WIFV"};
    const auto table = secateurJson(scores);
    ScratchFolder folder;
    const std::string plan = folder / "plan.json";
    ASSERT_EQ(secateur({"plan", modelFolder(), "--analysis", file_, "--ratio", "0.3", "-o", plan}).exitCode,
              0);
    const auto wished = scores +
                        std::vector<std::string>{"--channel", "2:channel:5", "--model",   modelFolder(),
                                                 "--plan",    plan,          "--samples", "16"} +
                        windows("calibration");
    const auto told = secateurJson(wished);
    const auto& channels = table.at("layers").at(2).at("channels");
    EXPECT_EQ(told.at("raw"), channels.at("raw").at(5));
    EXPECT_EQ(told.at("score"), channels.at("score").at(5));
    const auto number = [&](const char* key) { return told.at(key).get<double>(); };
    EXPECT_NEAR(number("fluctuation") * std::pow(number("weight_norm"), 2) / number("raw"), 1.0, 1e-5);
    EXPECT_NEAR((number("compared") - number("layer_mean")) / number("layer_deviation"), number("score"),
                1e-4);
    EXPECT_THAT((std::vector<std::string>{"kept", "removed"}), testing::Contains(told.at("verdict")));
    const auto& histogram = told.at("histogram");
    EXPECT_NEAR(histogram.at("variance").get<double>() / number("fluctuation"), 1.0, 1e-4);
    EXPECT_NEAR(histogram.at("bias_norm").get<double>() / number("bias_norm"), 1.0, 1e-4);
    EXPECT_EQ(histogram.at("counts").size(), 40U);
    std::int64_t counted =
        histogram.at("below").get<std::int64_t>() + histogram.at("above").get<std::int64_t>();
    for (const auto& count : histogram.at("counts")) counted += count.get<std::int64_t>();
    EXPECT_EQ(counted, 16 * 48);
    const Outcome text = secateur(wished);
    EXPECT_EQ(text.exitCode, 0) << text.err;
    for (const char* part : {"channel 5 of layer 2", "left to the bias", "768 activations", "verdict"})
        EXPECT_THAT(text.out, HasSubstr(part));
    EXPECT_THAT(text.err, testing::Not(HasSubstr("another text")));
    const Outcome head = secateur(scores + std::vector<std::string>{"--channel", "0:head:1"});
    EXPECT_THAT(head.out, HasSubstr("score, squared"));
}

TEST_F(Scores, AUnitThatThereIsNotIsBadInput) {
    const std::vector<std::string> scores{"scores", file_, "--metric", "WIFV", "--channel"};
    for (const char* unit : {"99:channel:0", "0:channel:99999", "0:neuron:1", "7"}) {
        const Outcome run = secateur(scores + std::vector<std::string>{unit});
        EXPECT_EQ(run.exitCode, 3) << unit;
        EXPECT_THAT(run.err, HasSubstr(unit));
    }
    const Outcome noModel = secateur(scores + std::vector<std::string>{"0:head:1"} + windows("calibration"));
    EXPECT_EQ(noModel.exitCode, 2);
    EXPECT_THAT(noModel.err, HasSubstr("--model"));
    const Outcome noUnit = secateur({"scores", file_, "--metric", "WIFV", "--model", modelFolder()});
    EXPECT_EQ(noUnit.exitCode, 2);
    EXPECT_THAT(noUnit.err, HasSubstr("--channel"));
}

}  // namespace secateur::test
