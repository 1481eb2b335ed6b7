// SPDX-License-Identifier: GPL-3.0-or-later
//
// bench: what it prints, never how fast this machine is.
#include <gmock/gmock.h>

#include "tests/cli/golden_files.h"
#include "tests/cli/process.h"

namespace secateur::test {

using testing::HasSubstr;

namespace {

const std::vector<std::string> kQuickBench{"--prompt-tokens", "6",   "--new-tokens", "3",
                                           "--repetitions",   "2",   "--device",     "cpu",
                                           "--dtype",         "f32", "--threads",    "1"};

class BenchCommand : public DemoPlan {
protected:
    static std::vector<std::string> line(std::vector<std::string> more) {
        std::vector<std::string> all{"bench", demoFolder()};
        all.insert(all.end(), kQuickBench.begin(), kQuickBench.end());
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
};

}  // namespace

TEST_F(BenchCommand, DenseAndPlannedStandSideBySide) {
    const auto report = secateurJson(line({"--plan", plan_, "--batch", "1,3"}));
    EXPECT_EQ(report.at("device"), "cpu");
    EXPECT_EQ(report.at("dtype"), "float32");
    EXPECT_EQ(report.at("threads"), 1);
    EXPECT_GT(report.at("machine").at("bytes_per_second").get<double>(), 0.0);
    ASSERT_EQ(report.at("networks").size(), 2U);
    for (const auto& network : report.at("networks")) {
        ASSERT_EQ(network.at("batches").size(), 2U);
        for (const auto& batch : network.at("batches")) {
            for (const char* rate : {"prefill_tokens_per_second", "decode_tokens_per_second"}) {
                EXPECT_GT(batch.at(rate).at("median").get<double>(), 0.0);
                EXPECT_LE(batch.at(rate).at("lower").get<double>(), batch.at(rate).at("upper").get<double>());
            }
            EXPECT_EQ(batch.at("step_seconds").at("values"), 2 * 2);
            EXPECT_GT(batch.at("first_token_seconds").at("median").get<double>(), 0.0);
        }
        EXPECT_GE(network.at("peak_bytes").get<long>(), network.at("weight_bytes").get<long>());
        ASSERT_EQ(network.at("linears").size(), 8U);
        for (const auto& linear : network.at("linears"))
            ASSERT_EQ(linear.at("passes").size(), 3U) << "two batches and a prompt";
    }
    const auto& dense = report.at("networks")[0];
    const auto& planned = report.at("networks")[1];
    EXPECT_EQ(dense.at("network"), "dense");
    EXPECT_EQ(planned.at("network"), "planned");
    EXPECT_EQ(dense.at("batches")[0].at("layers").size(), 12U);
    EXPECT_EQ(planned.at("batches")[0].at("layers").size(), 10U);
    // Of q_proj nine of twelve are left: two layers and one attention go.
    const auto weights = [](const auto& network) {
        return network.at("linears")[0].at("weights").template get<long>();
    };
    EXPECT_EQ(weights(planned) * 12, weights(dense) * 9);
    const auto& pass = dense.at("linears")[0].at("passes")[1];
    EXPECT_EQ(pass.at("rows"), 3);
    EXPECT_EQ(pass.at("flops").get<long>(), 2 * 3 * weights(dense));
    EXPECT_EQ(pass.at("bound_by") == "memory",
              pass.at("seconds_by_memory").get<double>() >= pass.at("seconds_by_arithmetic").get<double>());
}

TEST_F(BenchCommand, IsATableForPeople) {
    const Outcome run = secateur(line({"--plan", plan_, "--batch", "1", "--quiet"}));
    EXPECT_EQ(run.exitCode, 0) << run.err;
    for (const char* text :
         {"measured on  cpu, float32, 1 thread", "prompts of 6 tokens, 3 new ones, 2 repetitions",
          "GB/s copied", "FLOP/s multiplied", "prefill, batch 1", "first token, batch 1", "decode, batch 1",
          "peak memory", "planned", "A step of decoding, batch 1 (measured: ", "Reading a prompt of 6 tokens",
          "bound by", "lm_head"})
        EXPECT_THAT(run.out, HasSubstr(text));
    const Outcome alone = secateur(line({"--batch", "1", "--quiet"}));
    EXPECT_THAT(alone.out, Not(HasSubstr("planned")));
}

TEST_F(BenchCommand, AFormThatSavesNoTimeIsNamed) {
    const std::string rounded = folder_ / "rounded.json";
    const Outcome planned =
        secateur({"plan", demoFolder(), "--step", "rtn bits=4 group=64", "-o", rounded, "--device", "cpu"});
    ASSERT_EQ(planned.exitCode, 0) << planned.err;
    const Outcome run = secateur(line({"--plan", rounded, "--batch", "1", "--quiet"}));
    EXPECT_EQ(run.exitCode, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("4 bits save bytes in a packed file and no time here"));
}

TEST_F(BenchCommand, BadWishesAreRefused) {
    const auto refused = [&](int code, const std::vector<std::string>& more, const char* says) {
        const Outcome run = secateur(line(more));
        EXPECT_EQ(run.exitCode, code) << run.err;
        EXPECT_THAT(run.err, HasSubstr(says));
    };
    refused(3, {"--batch", "0"}, "--batch");
    refused(2, {"--batch", "many"}, "--batch");
    refused(2, {"--analysis", "a.h5"}, "--plan");
    const auto alone = [](const std::vector<std::string>& more) {
        std::vector<std::string> all{"bench", demoFolder(), "--device", "cpu"};
        all.insert(all.end(), more.begin(), more.end());
        return secateur(all);
    };
    EXPECT_EQ(alone({"--new-tokens", "1"}).exitCode, 3);
    EXPECT_EQ(alone({"--repetitions", "0"}).exitCode, 3);
    const Outcome longer = alone({"--prompt-tokens", "1000000"});
    EXPECT_EQ(longer.exitCode, 3);
    EXPECT_THAT(longer.err, HasSubstr("positions"));
}

}  // namespace secateur::test
