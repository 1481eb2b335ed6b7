// SPDX-License-Identifier: GPL-3.0-or-later
//
// stability: which scores hold from seed to seed, size to size, text to text.
#include <fstream>

#include <gmock/gmock.h>

#include "tests/cli/golden_files.h"
#include "tests/cli/process.h"

namespace secateur::test {

using testing::HasSubstr;

namespace {

std::vector<std::string> stability(const std::vector<std::string>& more) {
    return std::vector<std::string>{"stability", demoFolder(), "--text",  demoText(), "--seq-len",
                                    "48",        "--device",   "cpu",     "--dtype",  "f32",
                                    "--threads", "1",          "--sizes", "2,4"} +
           more;
}

}  // namespace

TEST(StabilityCommand, MeasuresEveryTextSizeAndSeed) {
    const ScratchFolder folder;
    std::string words;
    for (int i = 0; i < 200; ++i) words += "A cat ate the fish. The fox saw a red hat. ";
    std::ofstream(folder / "other.txt") << words;
    const auto report =
        secateurJson(stability({"--other-text", folder / "other.txt", "--seeds", "2", "--lowest", "3"}));
    EXPECT_EQ(report.at("metric"), "block-influence");
    EXPECT_EQ(report.at("lowest"), 3);
    ASSERT_EQ(report.at("measurements").size(), 8u);
    EXPECT_EQ(report.at("measurements")[0].at("tokens"), 2 * 48);
    // Seeds of two texts at two sizes, sizes of two texts, texts at two sizes.
    EXPECT_EQ(report.at("agreements").size(), 8u);
    int lowest = 0;
    std::vector<int> safe;
    for (const auto& layer : report.at("layers")) {
        lowest += layer.at("times_lowest").get<int>();
        EXPECT_LE(layer.at("low").get<double>(), layer.at("mean").get<double>() + 1e-9);
        EXPECT_GE(layer.at("high").get<double>(), layer.at("mean").get<double>() - 1e-9);
        if (layer.at("times_lowest") == 8) safe.push_back(layer.at("layer"));
    }
    EXPECT_EQ(lowest, 3 * 8);
    EXPECT_EQ(report.at("safe").get<std::vector<int>>(), safe);
    EXPECT_EQ(report.at("layers").size(), 12u);
}

TEST(StabilityCommand, IsTablesForPeople) {
    const Outcome run = secateur(stability({"--seeds", "2", "--quiet"}));
    EXPECT_EQ(run.exitCode, 0) << run.err;
    for (const char* text : {"Spearman", "\nseed ", "\nwindows ", "among the 3 lowest", "\n11 "})
        EXPECT_THAT(run.out, HasSubstr(text));
}

TEST(StabilityCommand, BadWishesAreRefused) {
    const auto refused = [&](int code, const std::vector<std::string>& line, const char* says) {
        const Outcome run = secateur(line);
        EXPECT_EQ(run.exitCode, code) << run.err;
        EXPECT_THAT(run.err, HasSubstr(says));
        EXPECT_EQ(run.out, "");
    };
    refused(2, {"stability", demoFolder()}, "--text");
    refused(2, stability({"--seeds", "many"}), "--seeds");
    refused(3, stability({"--seeds", "0"}), "--seeds");
    refused(3, stability({"--metric", "beauty"}), "unknown metric of layers 'beauty'");
    refused(3, stability({"--channel-metric", "beauty"}), "unknown metric of channels 'beauty'");
    refused(3, stability({"--lowest", "13", "--seeds", "1"}), "12 layers");
    refused(3, stability({"--other-text", "/nowhere/else.txt"}), "else.txt");
}

}  // namespace secateur::test
