// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <sstream>

#include <gmock/gmock.h>

#include "tests/cli/golden_files.h"
#include "tests/cli/process.h"

namespace secateur::test {

using testing::HasSubstr;

namespace {

std::vector<std::string> sweep(const std::string& ratios) {
    return std::vector<std::string>{"sweep", modelFolder(), "--ratio", ratios} + windows("evaluation");
}

}  // namespace

TEST(Sweep, HasOneRowPerPointWithBothEnds) {
    const Outcome run =
        secateur(sweep("0:0.4:0.2") + std::vector<std::string>{"--method", "flap,magnitude-sp", "--quiet"});
    ASSERT_EQ(run.exitCode, 0) << run.err;
    std::istringstream stream(run.out);
    std::string line;
    std::getline(stream, line);
    EXPECT_EQ(
        line,
        "method,ratio,parameters,bytes,macs_per_token,kv_cache_bytes_per_token,removed_fraction,perplexity");
    std::vector<std::string> starts;
    while (std::getline(stream, line)) starts.push_back(line.substr(0, line.find(',', line.find(',') + 1)));
    EXPECT_THAT(starts, testing::ElementsAre("flap,0", "flap,0.2", "flap,0.4", "magnitude-sp,0",
                                             "magnitude-sp,0.2", "magnitude-sp,0.4"));
}

TEST(Sweep, StartsAtTheDenseNetworkAndGetsSmaller) {
    const auto report = secateurJson(sweep("0:0.4:0.2"));
    const auto& points = report.at("points");
    ASSERT_EQ(points.size(), 3U);
    EXPECT_NEAR(points[0].at("perplexity").get<double>() / expected().at("perplexity").get<double>(), 1.0,
                1e-4);
    EXPECT_EQ(points[0].at("removed_fraction"), 0.0);
    for (std::size_t i = 1; i < points.size(); ++i) {
        EXPECT_LT(points[i].at("parameters").get<std::int64_t>(),
                  points[i - 1].at("parameters").get<std::int64_t>());
        EXPECT_LT(points[i].at("bytes").get<std::int64_t>(), points[i - 1].at("bytes").get<std::int64_t>());
        EXPECT_LT(points[i].at("macs_per_token").get<std::int64_t>(),
                  points[i - 1].at("macs_per_token").get<std::int64_t>());
    }
    EXPECT_THAT(report.at("protocol").get<std::string>(), HasSubstr("48"));
    EXPECT_EQ(report.at("healed"), false);
    EXPECT_THAT(secateur(sweep("0.2")).err, HasSubstr("before healing"));
}

TEST(Sweep, UsesAnAnalysisAndAChop) {
    ScratchFolder folder;
    const std::string analysis = folder / "a.h5";
    ASSERT_EQ(
        secateur(std::vector<std::string>{"measure", modelFolder(), "-o", analysis} + windows("calibration"))
            .exitCode,
        0);
    const auto points =
        secateurJson(sweep("0,0.2") + std::vector<std::string>{"--analysis", analysis, "--chop-count", "1",
                                                               "--chop-by", "block-influence"})
            .at("points");
    ASSERT_EQ(points.size(), 2U);
    EXPECT_NEAR(points[0].at("removed_fraction").get<double>(), 1.0 / kLayers, 1e-9);
    EXPECT_GT(points[1].at("removed_fraction").get<double>(), 0.3);
}

TEST(Sweep, DrawsPlotsAndWritesTables) {
    ScratchFolder folder;
    for (const char* name : {"sweep.svg", "sweep.png", "sweep.csv", "sweep.json"}) {
        const Outcome run =
            secateur(sweep("0,0.3") + std::vector<std::string>{"--quiet", "-o", folder / name});
        ASSERT_EQ(run.exitCode, 0) << run.err;
        const bool csv = std::string(name) == "sweep.csv";
        EXPECT_EQ(csv, readText(folder / name) == run.out);
    }
    EXPECT_THAT(readText(folder / "sweep.svg"), testing::StartsWith("<svg "));
    EXPECT_EQ(readText(folder / "sweep.png").substr(1, 3), "PNG");
    EXPECT_EQ(nlohmann::json::parse(readText(folder / "sweep.json")).at("points").size(), 2U);
    const Outcome refused = secateur(sweep("0,0.3") + std::vector<std::string>{"-o", folder / "sweep.svg"});
    EXPECT_EQ(refused.exitCode, 3);
    EXPECT_EQ(refused.out, "");
}

}  // namespace secateur::test
