// SPDX-License-Identifier: GPL-3.0-or-later
//
// solve: the table, the plan that it writes, and bad wishes.
#include <cmath>

#include <gmock/gmock.h>

#include "tests/cli/golden_files.h"
#include "tests/cli/process.h"

namespace secateur::test {

using testing::HasSubstr;

namespace {

std::vector<std::string> solve(const std::vector<std::string>& more) {
    return std::vector<std::string>{"solve",   demoFolder(), "--text",    demoText(), "--samples",
                                    "4",       "--seq-len",  "48",        "--device", "cpu",
                                    "--dtype", "f32",        "--threads", "1",        "--no-bench"} +
           more;
}

class SolveCommand : public testing::Test {
protected:
    ScratchFolder folder_;
};

}  // namespace

TEST_F(SolveCommand, RanksPlansAndWritesTheBest) {
    const std::string plan = folder_ / "plan.json";
    const auto report = secateurJson(solve({"--target", "25 %", "--families", "chop,width", "-o", plan}));
    EXPECT_EQ(report.at("target"), "25.0 %");
    EXPECT_EQ(report.at("partial"), false);
    EXPECT_EQ(report.at("healed"), false);
    EXPECT_EQ(report.at("align"), 32);
    const auto& plans = report.at("plans");
    ASSERT_GE(plans.size(), 6u);
    EXPECT_EQ(report.at("proposed"), plans.size());
    double before = 0.0;
    for (const auto& row : plans) {
        EXPECT_GE(row.at("perplexity").get<double>(), before);
        before = row.at("perplexity");
        EXPECT_LE(row.at("parameters").get<double>(),
                  0.75 * report.at("dense").at("parameters").get<double>() + 1);
        EXPECT_TRUE(row.at("predicted_tokens_per_second").is_null());
    }
    // The steps of a row are a plan of the same size.
    const std::string steps = plans[0].at("steps");
    ASSERT_THAT(steps, Not(HasSubstr(", then ")));
    const auto again = secateurJson({"plan", demoFolder(), "--text", demoText(), "--samples", "4",
                                     "--seq-len", "48", "--step", steps, "-o", folder_ / "again.json"});
    EXPECT_EQ(again.at("accounting").at("parameters_after"), plans[0].at("parameters"));
    // The first four windows calibrated, the next four judged.
    const auto preview =
        secateurJson({"preview", demoFolder(), "--plan", plan, "--text", demoText(), "--skip", "4",
                      "--samples", "4", "--seq-len", "48", "--device", "cpu", "--dtype", "f32"});
    EXPECT_NEAR(preview.at("plan_perplexity").get<double>() / plans[0].at("perplexity").get<double>(), 1.0,
                1e-5);
    EXPECT_EQ(report.at("overlaps").size(), 0u);
}

TEST_F(SolveCommand, IsATableForPeople) {
    const Outcome run =
        secateur(solve({"--target", "under 9 MB with 1k context", "--families", "chop,sparse", "--quiet"}));
    EXPECT_EQ(run.exitCode, 0) << run.err;
    for (const char* text : {"memory at 1024", "alignment costs", "\n1 ", "\ndense",
                             "chop count=", "sparse does not reach it: the nearest, "})
        EXPECT_THAT(run.out, HasSubstr(text));
    const Outcome other =
        secateur(solve({"--target", "25 %", "--families", "chop", "--quiet", "--calibration-text", demoText(),
                        "--rank", "2", "-o", folder_ / "second.json"}));
    EXPECT_EQ(other.exitCode, 0) << other.err;
    EXPECT_THAT(folder_.entries(), testing::ElementsAre("second.json"));
}

TEST_F(SolveCommand, SpeedsArePredicted) {
    std::vector<std::string> line = solve({"--target", "1.2x decode", "--families", "chop"});
    std::erase(line, "--no-bench");
    const auto report = secateurJson(line);
    const double dense = report.at("dense").at("predicted_tokens_per_second");
    for (const auto& row : report.at("plans"))
        EXPECT_GE(row.at("predicted_tokens_per_second").get<double>(), 1.2 * dense * (1 - 1e-9));
}

TEST_F(SolveCommand, BadWishesAreRefused) {
    const auto refused = [&](int code, const std::vector<std::string>& line, const char* says) {
        const Outcome run = secateur(line);
        EXPECT_EQ(run.exitCode, code) << run.err;
        EXPECT_THAT(run.err, HasSubstr(says));
        EXPECT_EQ(run.out, "");
    };
    refused(2, solve({}), "--target");
    refused(2, {"solve", demoFolder(), "--target", "30 %"}, "--text");
    refused(2, solve({"--target", "30 %", "--align", "x"}), "--align");
    refused(3, solve({"--target", "smaller"}), "\"smaller\" is no target");
    refused(3, solve({"--target", "30 %", "--families", "melt"}), "unknown family 'melt'");
    refused(3, solve({"--target", "30 %", "--align", "1000"}), "aligned to 1000");
    refused(3, solve({"--target", "30 %", "--align", "-1"}), "--align");
    refused(3, solve({"--target", "30 %", "--rank", "0"}), "--rank");
    refused(3, solve({"--target", "2 B"}), "as it is");
    refused(3, solve({"--target", "10 kB", "--families", "chop,quantize"}), "the nearest is \"");
    refused(3, solve({"--target", "30 %", "--analysis", folder_ / "none.h5"}), "none.h5");
    EXPECT_TRUE(folder_.entries().empty());
}

}  // namespace secateur::test
