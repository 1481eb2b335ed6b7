// SPDX-License-Identifier: GPL-3.0-or-later
//
// `sweep --chop`: strategies against layers kept.

#include <gmock/gmock.h>

#include "tests/cli/golden_files.h"
#include "tests/cli/process.h"

namespace secateur::test {

using testing::HasSubstr;
using Words = std::vector<std::string>;

namespace {

Words chopSweep(const std::string& strategies) {
    return Words{"sweep", modelFolder(), "--chop", strategies} + windows("evaluation");
}

}  // namespace

TEST(ChopSweep, PrintsTheDenseRowAndOneARowPerStrategyAndCount) {
    const Outcome run = secateur(chopSweep("top,max-gap") + Words{"--count", "1:3:2", "--quiet"});
    ASSERT_EQ(run.exitCode, 0) << run.err;
    const auto rows = linesOf(run.out);
    ASSERT_EQ(rows.size(), 6U);
    EXPECT_EQ(rows[0],
              "strategy,count,layers_kept,layers,attention,mlp,parameters,bytes,macs_per_token,"
              "kv_cache_bytes_per_token,removed_fraction,perplexity");
    EXPECT_THAT(rows[1], testing::StartsWith("dense,0," + std::to_string(kLayers) + ",,,,"));
    const std::string last = std::to_string(kLayers - 1);
    EXPECT_THAT(rows[2], testing::StartsWith("top,1," + last + "," + last + ",,,"));
    EXPECT_THAT(rows[4], testing::StartsWith("max-gap,1," + last + ","));
}

TEST(ChopSweep, SaysThatNothingIsHealedAndWhatSuitsWhichPurpose) {
    ScratchFolder folder;
    const std::string plot = folder / "chops.svg";
    const Outcome run = secateur(chopSweep("top") + Words{"--count", "1", "-o", plot});
    ASSERT_EQ(run.exitCode, 0) << run.err;
    EXPECT_THAT(run.err, HasSubstr("perplexities are before healing"));
    EXPECT_THAT(run.err, HasSubstr("is healed, max-gap is suggested"));
    EXPECT_THAT(run.err, HasSubstr("stays as it is block-influence"));
    EXPECT_THAT(readText(plot), HasSubstr("perplexity, before healing"));
    const auto report = secateurJson(chopSweep("top") + Words{"--count", "1"});
    EXPECT_EQ(report.at("healed"), false);
    EXPECT_EQ(report.at("suggested").at("to_be_healed"), "max-gap");
    EXPECT_EQ(report.at("suggested").at("as_it_is"), "block-influence");
}

TEST(ChopSweep, MatchesTheGoldenPerplexities) {
    const auto report = secateurJson(chopSweep("all") + Words{"--count", "1"});
    EXPECT_NEAR(report.at("dense_perplexity").get<double>() / expected().at("perplexity").get<double>(), 1.0,
                1e-4);
    const auto without = expected().at("leave_one_out_perplexity").get<std::vector<double>>();
    std::size_t checked = 0;
    for (const auto& point : report.at("points")) {
        // Folding a layer into another one is not removing it.
        if (point.at("layers").size() != 1 || point.at("strategy").get<std::string>().starts_with("laco"))
            continue;
        const double golden = without.at(point.at("layers")[0].get<std::size_t>());
        EXPECT_NEAR(point.at("perplexity").get<double>() / golden, 1.0, 1e-3) << point.at("strategy");
        EXPECT_EQ(point.at("layers_kept"), kLayers - 1);
        ++checked;
    }
    EXPECT_GE(checked, 14U);
    EXPECT_LT(report.at("decoder_passes").get<double>(), report.at("decoder_passes_unshared").get<double>());
}

TEST(ChopSweep, DrawsACurveAStrategyAndWritesTables) {
    ScratchFolder folder;
    for (const char* name : {"chop.svg", "chop.png", "chop.csv", "chop.json"}) {
        const Outcome run =
            secateur(chopSweep("all") + Words{"--quiet", "-o", folder / name, "--count", "1,2"});
        ASSERT_EQ(run.exitCode, 0) << run.err;
        const bool csv = std::string(name) == "chop.csv";
        EXPECT_EQ(csv, readText(folder / name) == run.out);
    }
    const std::string svg = readText(folder / "chop.svg");
    for (const char* label : {"dense", "top-keep-last", "greedy", "finercut", "layers kept"})
        EXPECT_THAT(svg, HasSubstr(label));
    EXPECT_EQ(readText(folder / "chop.png").substr(1, 3), "PNG");
}

TEST(ChopSweep, PlansByEveryStrategyFromAText) {
    ScratchFolder folder;
    for (const char* strategy : {"magnitude", "taylor", "greedy", "finercut", "blockpruner",
                                 "greedy-attention", "laco", "laco-code"}) {
        const std::string file = folder / (std::string(strategy) + ".json");
        const Outcome run = secateur(
            Words{"plan", modelFolder(), "--chop-count", "2", "--chop-by", strategy, "-o", file, "--quiet"} +
            windows("calibration"));
        ASSERT_EQ(run.exitCode, 0) << run.err;
        const auto step = nlohmann::json::parse(readText(file)).at("steps")[0];
        EXPECT_EQ(step.at("chosen_by").at("strategy"), strategy);
        EXPECT_EQ(step.at("chosen_by").at("count"), 2);
        EXPECT_EQ(step.contains("merge"), std::string(strategy).starts_with("laco"));
        EXPECT_EQ(2 * step.at("layers").size() + step.at("attention").size() + step.at("mlp").size(),
                  std::string(strategy) == "greedy-attention" ? 2U : 4U);
    }
}

TEST(ChopSweep, SaysWhatIsMissingOrWrong) {
    const auto fails = [](const Words& words, int code, const std::string& says) {
        const Outcome run = secateur(words);
        EXPECT_EQ(run.exitCode, code) << run.err;
        EXPECT_THAT(run.err, HasSubstr(says));
        EXPECT_EQ(run.out, "");
    };
    const Words text = windows("evaluation");
    fails(Words{"sweep", modelFolder()} + text, 2, "nothing to sweep");
    fails(chopSweep("top") + Words{"--count", "x"}, 2, "--count");
    fails(chopSweep("top") + Words{"--count", "1:2:3:4"}, 2, "--count");
    fails(chopSweep("top") + Words{"--drop-mlp", "1"}, 2, "--drop-mlp");
    fails(Words{"sweep", modelFolder(), "--ratio", "0.1", "--count", "2"} + text, 2, "--count");
    fails(chopSweep("3,4"), 3, "unknown strategy '3'");
    fails(chopSweep("top") + Words{"--count", "0"}, 3, "--count");
    fails(chopSweep("top") + Words{"--count", "3:2"}, 3, "--count");
    fails(Words{"plan", modelFolder(), "--chop-count", "1", "--chop-by", "greedy"}, 3, "calibration text");
    fails(Words{"plan", modelFolder(), "--chop-count", std::to_string(kLayers - 1), "--chop-by", "greedy"} +
              text,
          3, "cannot chop");
    const Outcome tooMany = secateur(chopSweep("top") + Words{"--count", std::to_string(kLayers), "--quiet"});
    EXPECT_EQ(tooMany.exitCode, 3);
    EXPECT_THAT(tooMany.err, HasSubstr("at least one layer must be left"));
}

}  // namespace secateur::test
