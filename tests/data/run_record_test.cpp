// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/run_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/data/heal_json.h"

namespace secateur {
namespace {

RunRecord sample() {
    RunRecord record;
    record.state = RunState::Paused;
    record.request.model = "/models/small";
    record.request.teacher = "/models/large";
    record.request.text.textFile = "/texts/a.jsonl";
    record.request.windows = {
        .samples = 10, .seqLen = 64, .sampling = Sampling::Random, .seed = 7, .packed = true};
    record.request.evalText.tokensFile = "/texts/b.safetensors";
    record.request.evalText.tokensName = "held";
    record.request.options.method = HealMethod::Distill;
    record.request.options.steps = 100;
    record.request.options.peakRate = 2e-4;
    record.request.options.schedule = Schedule::Linear;
    record.request.options.frozenLayers = {1, 2};
    record.request.options.loraTargets = {"q_proj"};
    record.request.options.hiddenShare = 0.5;
    record.modelName = "small";
    record.protocol = "chunked";
    record.problem = "a disk that was full";
    record.parameters = 12;
    record.bytes = 24;
    record.densePerplexity = 5.5;
    record.evalBefore = 8.25;
    record.standardErrorBefore = 0.125;
    record.steps = 3;
    record.tokens = 400;
    record.seconds = 1.5;
    record.flops = 2.5e12;
    return record;
}

TEST(RunRecord, ComesBackAsItWas) {
    const RunRecord record = sample();
    const RunRecord read = parseRun(toJson(record), "run.json");
    EXPECT_EQ(toJson(read), toJson(record));
    EXPECT_EQ(read.request.options, record.request.options);
    EXPECT_EQ(read.state, RunState::Paused);
    EXPECT_EQ(read.request.evalText.tokensName, "held");
    EXPECT_EQ(read.request.windows.seed, 7u);
    EXPECT_TRUE(read.request.windows.packed);
    EXPECT_EQ(read.evalBefore, 8.25);
    EXPECT_FALSE(read.evalPerplexity);
    EXPECT_EQ(read.standardErrorBefore, 0.125);
    EXPECT_FALSE(read.standardError);
}

TEST(RunRecord, OfAnEarlierVersionHasNoStandardErrors) {
    auto json = nlohmann::json::parse(toJson(sample()));
    ASSERT_EQ(json.erase("standard_error_before"), 1U);
    const RunRecord read = parseRun(json.dump(), "run.json");
    EXPECT_EQ(read.evalBefore, 8.25);
    EXPECT_FALSE(read.standardErrorBefore);
}

TEST(RunRecord, WhatIsWrongIsNamedWithItsPlace) {
    const std::string good = toJson(sample());
    const auto messageOf = [&](const std::string& from, const std::string& to) {
        std::string text = good;
        const std::size_t at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        text.replace(at, from.size(), to);
        try {
            (void)parseRun(text, "run.json");
        } catch (const Error& error) {
            return error.message();
        }
        return std::string("nothing was thrown");
    };
    EXPECT_THAT(messageOf("\"secateur-run\"", "\"other\""), ::testing::HasSubstr("format"));
    EXPECT_THAT(messageOf("\"paused\"", "\"asleep\""), ::testing::HasSubstr("state"));
    EXPECT_THAT(messageOf("\"distill\"", "\"magic\""), ::testing::HasSubstr("options.method"));
    EXPECT_THAT(messageOf("\"steps\": 100", "\"steps\": -1"), ::testing::HasSubstr("options.steps"));
    EXPECT_THAT(messageOf("{", ""), ::testing::HasSubstr("run.json"));
}

TEST(HealPointJson, ComesBackAndFillsATableRow) {
    HealPoint point;
    point.step = 4;
    point.loss = 2.5;
    point.rate = 1e-4;
    point.evalPerplexity = 7.0;
    point.evalStandardError = 0.25;
    const auto json = nlohmann::json::parse(toJson(point).dump());
    const HealPoint read = healPoint(json, "metrics.jsonl");
    EXPECT_EQ(read.step, 4);
    EXPECT_EQ(read.evalPerplexity, 7.0);
    EXPECT_EQ(read.evalStandardError, 0.25);
    const std::string header = curvesCsvHeader(), row = curvesCsvRow(point);
    EXPECT_EQ(std::count(header.begin(), header.end(), ','), std::count(row.begin(), row.end(), ','));
    EXPECT_THAT(row, ::testing::StartsWith("4,2.5,"));
    EXPECT_THAT(header, ::testing::EndsWith(",eval_perplexity,eval_standard_error\n"));
    EXPECT_THAT(row, ::testing::EndsWith(",7.0,0.25\n"));
    EXPECT_THAT(curvesCsvRow({}), ::testing::EndsWith(",,\n"));
}

}  // namespace
}  // namespace secateur
