// SPDX-License-Identifier: GPL-3.0-or-later
//
// apply and export: what they write opens again and gives the preview's perplexity.
#include <filesystem>

#include <gmock/gmock.h>

#include "core/base/units.h"
#include "tests/cli/golden_files.h"
#include "tests/cli/process.h"

namespace secateur::test {

using testing::HasSubstr;

namespace {

// An analysis, and a plan that chops, narrows and restores means, for all tests of the suite.
class Writing : public testing::Test {
protected:
    static void SetUpTestSuite() {
        folder_ = std::make_unique<ScratchFolder>();
        analysis_ = *folder_ / "analysis.h5";
        plan_ = *folder_ / "plan.json";
        ASSERT_EQ(secateur(std::vector<std::string>{"measure", modelFolder(), "-o", analysis_} +
                           windows("calibration"))
                      .exitCode,
                  0);
        const Outcome run = secateur(
            {"plan", modelFolder(), "--analysis", analysis_, "--chop", "3", "--ratio", "0.3", "-o", plan_});
        ASSERT_EQ(run.exitCode, 0) << run.err;
    }
    static void TearDownTestSuite() { folder_.reset(); }

    static double perplexityOf(const std::string& model) {
        return secateurJson(std::vector<std::string>{"ppl", model} + windows("evaluation")).at("perplexity");
    }
    static double planned(const std::string& plan) {
        return secateurJson(std::vector<std::string>{"preview", modelFolder(), "--plan", plan, "--analysis",
                                                     analysis_} +
                            windows("evaluation"))
            .at("plan_perplexity");
    }

    static inline std::unique_ptr<ScratchFolder> folder_;
    static inline std::string analysis_;
    static inline std::string plan_;
};

}  // namespace

TEST_F(Writing, ApplyGivesThePreviewsPerplexity) {
    ScratchFolder folder;
    const std::string out = folder / "small";
    const auto report = secateurJson({"apply", modelFolder(), "--plan", plan_, "-o", out});
    EXPECT_EQ(report.at("path"), out);
    EXPECT_EQ(report.at("format"), "hf");
    EXPECT_EQ(report.at("stock"), false);
    const auto info = secateurJson({"info", out});
    EXPECT_EQ(info.at("parameters"), report.at("parameters"));
    EXPECT_EQ(info.at("bytes"), report.at("bytes"));
    EXPECT_EQ(info.at("layers"), kLayers - 1);
    EXPECT_NEAR(perplexityOf(out) / planned(plan_), 1.0, 1e-4);
    EXPECT_THAT(folder.entries(), testing::ElementsAre("small"));
}

TEST_F(Writing, ExportToHfIsApplyAndMaskedKeepsTheShape) {
    ScratchFolder folder;
    const auto masked = secateurJson({"export", modelFolder(), "--plan", plan_, "--analysis", analysis_,
                                      "--to", "hf-masked", "-o", folder / "masked"});
    EXPECT_EQ(masked.at("stock"), true);
    EXPECT_NEAR(perplexityOf(folder / "masked") / planned(plan_), 1.0, 1e-4);
    const auto dense = secateurJson({"info", modelFolder()});
    const auto info = secateurJson({"info", folder / "masked"});
    EXPECT_EQ(info.at("intermediate_size"), dense.at("intermediate_size"));
    const auto hf =
        secateurJson({"export", modelFolder(), "--plan", plan_, "--to", "hf", "-o", folder / "hf"});
    EXPECT_EQ(hf.at("format"), "hf");
    EXPECT_NEAR(perplexityOf(folder / "hf") / planned(plan_), 1.0, 1e-4);
}

TEST_F(Writing, APureChopIsStock) {
    ScratchFolder folder;
    ASSERT_EQ(secateur({"plan", modelFolder(), "--chop", "5", "-o", folder / "chop.json"}).exitCode, 0);
    const auto report =
        secateurJson({"apply", modelFolder(), "--plan", folder / "chop.json", "-o", folder / "chopped"});
    EXPECT_EQ(report.at("stock"), true);
    EXPECT_NEAR(perplexityOf(folder / "chopped") / choppedPerplexity(), 1.0, 1e-3);
}

TEST_F(Writing, ExportWithoutAPlanIsTheModelItself) {
    ScratchFolder folder;
    const auto report = secateurJson({"export", modelFolder(), "--to", "hf", "-o", folder / "same"});
    EXPECT_EQ(report.at("removed_fraction"), 0.0);
    EXPECT_NEAR(perplexityOf(folder / "same") / expected().at("perplexity").get<double>(), 1.0, 1e-4);
}

TEST_F(Writing, WritesAnotherDtypeWhenAsked) {
    ScratchFolder folder;
    const auto report =
        secateurJson({"apply", modelFolder(), "--plan", plan_, "--out-dtype", "bf16", "-o", folder / "half"});
    const auto info = secateurJson({"info", folder / "half"});
    EXPECT_EQ(info.at("dtype"), "bfloat16");
    EXPECT_EQ(report.at("bytes"), info.at("bytes"));
}

// The sizes that are told are those of the files, in JSON, table and card.
TEST_F(Writing, TellsTheBytesOfTheFilesWhateverDtypeAndShape) {
    ScratchFolder folder;
    for (const std::string dtype : {"f32", "bf16"})
        for (const std::string format : {"hf", "hf-masked"}) {
            const std::string out = folder / (format + dtype);
            const auto report = secateurJson({"export", modelFolder(), "--plan", plan_, "--analysis",
                                              analysis_, "--to", format, "--out-dtype", dtype, "-o", out});
            const std::int64_t bytes = secateurJson({"info", out}).at("bytes");
            EXPECT_EQ(report.at("bytes"), bytes) << format << dtype;
            EXPECT_EQ(report.at("accounting").at("bytes_after"), bytes) << format << dtype;
            EXPECT_THAT(readText(out + "/README.md"), HasSubstr(" | " + formatBytes(bytes) + " |"));
        }
}

TEST_F(Writing, AnExistingCheckpointStaysUntilForced) {
    ScratchFolder folder;
    const std::string out = folder / "small";
    ASSERT_EQ(secateur({"export", modelFolder(), "--to", "hf", "-o", out}).exitCode, 0);
    const std::string dense = readText(out + "/model.safetensors");
    const Outcome refused = secateur({"apply", modelFolder(), "--plan", plan_, "-o", out});
    EXPECT_EQ(refused.exitCode, 3);
    EXPECT_THAT(refused.err, HasSubstr(out));
    EXPECT_EQ(readText(out + "/model.safetensors"), dense);
    const Outcome forced = secateur({"apply", modelFolder(), "--plan", plan_, "-o", out, "--force"});
    EXPECT_EQ(forced.exitCode, 0) << forced.err;
    EXPECT_NE(readText(out + "/model.safetensors"), dense);
    EXPECT_THAT(forced.out, HasSubstr("trust_remote_code"));
    EXPECT_THAT(folder.entries(), testing::ElementsAre("small"));
}

TEST_F(Writing, AFolderOfOtherThingsStaysEvenWhenForced) {
    ScratchFolder folder;
    const std::string out = folder / "papers";
    std::filesystem::create_directory(out);
    writeText(out + "/mine.txt", "mine");
    const Outcome outcome = secateur({"apply", modelFolder(), "--plan", plan_, "-o", out, "--force"});
    EXPECT_EQ(outcome.exitCode, 3);
    EXPECT_THAT(outcome.err, HasSubstr(out));
    EXPECT_EQ(readText(out + "/mine.txt"), "mine");
    EXPECT_THAT(folder.entries(), testing::ElementsAre("papers"));
}

TEST_F(Writing, NeverOverwritesTheModelThatItReads) {
    ScratchFolder folder;
    const std::string model = copyModel(folder);
    const std::string before = readText(model + "/model.safetensors");
    const Outcome run = secateur({"apply", model, "--plan", plan_, "-o", model, "--force"});
    EXPECT_EQ(run.exitCode, 3);
    EXPECT_EQ(readText(model + "/model.safetensors"), before);
    EXPECT_THAT(folder.entries(), testing::ElementsAre("model"));
}

TEST_F(Writing, BiasWithoutMeansStopsAndSaysSo) {
    ScratchFolder folder;
    auto plan = nlohmann::json::parse(readText(plan_));
    plan.at("calibration").erase("analysis");
    writeText(folder / "plan.json", plan.dump());
    const Outcome refused =
        secateur({"apply", modelFolder(), "--plan", folder / "plan.json", "-o", folder / "small"});
    EXPECT_EQ(refused.exitCode, 3);
    EXPECT_THAT(refused.err, HasSubstr("analysis"));
    EXPECT_THAT(folder.entries(), testing::ElementsAre("plan.json"));
    const Outcome measured = secateur(std::vector<std::string>{"apply", modelFolder(), "--plan",
                                                               folder / "plan.json", "-o", folder / "small"} +
                                      windows("calibration"));
    EXPECT_EQ(measured.exitCode, 0) << measured.err;
}

TEST_F(Writing, ADiskThatFillsUpLeavesNothing) {
    ScratchFolder folder;
    const Outcome run =
        secateur({"apply", modelFolder(), "--plan", plan_, "-o", folder / "small"}, {.fileSizeLimit = 20000});
    EXPECT_EQ(run.exitCode, 5) << run.err;
    EXPECT_THAT(run.err, HasSubstr("small"));
    EXPECT_TRUE(folder.entries().empty());
}

}  // namespace secateur::test
