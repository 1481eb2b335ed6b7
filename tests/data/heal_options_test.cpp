// SPDX-License-Identifier: GPL-3.0-or-later
//
// Options of healing are declared once; whatever reads or writes them goes by that list.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/data/heal.h"
#include "core/data/heal_json.h"
#include "tests/data/other_value.h"

namespace secateur {
namespace {

// Every member differs from its default.
OptionValues allOthers() {
    OptionValues values;
    for (const OptionSpec& spec : healSpecs()) values.set(spec.key, test::otherValue(spec));
    return values;
}

std::string messageOf(const OptionValues& values, const std::string& where) {
    try {
        (void)healOptions(values, where);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        return error.message();
    }
    return "nothing was thrown";
}

TEST(HealOptions, EveryMemberIsAnOptionWithItsDefault) {
    EXPECT_EQ(healSpecs().size(), 40U);
    EXPECT_TRUE(healValues(HealOptions{}).empty());
    EXPECT_EQ(healOptions({}, "here"), HealOptions{});
    std::set<std::string> keys, names, labels;
    for (const OptionSpec& spec : healSpecs()) {
        keys.insert(spec.key);
        names.insert(commandName(spec));
        labels.insert(spec.label);
        EXPECT_FALSE(spec.help.empty()) << spec.key;
        OptionValues usual;
        usual.set(spec.key, spec.usual);
        EXPECT_EQ(healOptions(usual, "here", Idle::Accepted), HealOptions{}) << spec.key;
    }
    for (const auto& words : {keys, names, labels}) EXPECT_EQ(words.size(), 40U);
}

TEST(HealOptions, EachMemberGoesToValuesAndBack) {
    for (const OptionSpec& spec : healSpecs()) {
        OptionValues values;
        values.set(spec.key, test::otherValue(spec));
        const HealOptions options = healOptions(values, "here", Idle::Accepted);
        EXPECT_NE(options, HealOptions{}) << spec.key;
        EXPECT_EQ(healValues(options), values) << spec.key;
        EXPECT_EQ(parseOption(spec, formatOption(test::otherValue(spec)), "here"), test::otherValue(spec))
            << spec.key;
    }
    const HealOptions all = healOptions(allOthers(), "here", Idle::Accepted);
    EXPECT_EQ(healValues(all), allOthers());
    EXPECT_EQ(all.method, HealMethod::Scratch);
    EXPECT_EQ(all.schedule, Schedule::Constant);
    EXPECT_EQ(all.loraTargets, std::vector<std::string>{"down_proj"});
}

TEST(HealOptions, JsonHasEveryOptionAndComesBack) {
    const HealOptions all = healOptions(allOthers(), "here", Idle::Accepted);
    const auto json = nlohmann::json::parse(toJson(all).dump());
    EXPECT_EQ(json.size(), 40U);
    for (const OptionSpec& spec : healSpecs()) EXPECT_TRUE(json.contains(jsonName(spec))) << spec.key;
    EXPECT_EQ(healOptions(json, "run.json", "options"), all);
    EXPECT_TRUE(toJson(HealOptions{}).at("learning_rate").is_null());
}

// As earlier versions wrote it.
TEST(HealOptions, OldRunsStayReadable) {
    const auto json = nlohmann::json::parse(R"({"method": "lora", "steps": 20, "minutes": 0.0,
        "batch_windows": 16, "micro_batch": 0, "learning_rate": null, "schedule": "cosine", "warmup": 0.02,
        "warmup_steps": -1, "last_rate": 0.1, "beta1": 0.9, "beta2": 0.95, "epsilon": 1e-08, "weight_decay": 0.1,
        "clip": 1.0, "seed": 0, "evaluate_every": 10, "checkpoint_every": 100, "keep_checkpoints": 2,
        "patience": 0, "keep_best": false, "recompute": false, "frozen_layers": [], "freeze_embeddings": false,
        "keep_zeros": true, "rank": 4, "alpha": 16, "dropout": 0.05, "rank_stabilised": false,
        "lora_targets": ["q_proj"], "temperature": 2.0, "cross_entropy_share": 0.5, "hidden_share": 0.0,
        "teacher_top_k": 0, "generated_windows": 0, "initial_deviation": 0.02})");
    const HealOptions options = healOptions(json, "run.json", "options");
    EXPECT_EQ(options.method, HealMethod::Lora);
    EXPECT_EQ(options.rank, 4);
    EXPECT_EQ(options.alpha, 16.0);
    EXPECT_EQ(options.loraTargets, std::vector<std::string>{"q_proj"});
    EXPECT_EQ(options.temperature, 2.0);  // of no effect, but kept
    EXPECT_FALSE(options.peakRate);
    auto written = nlohmann::json::parse(toJson(options).dump());
    for (const char* later : {"attention_share", "embedding_share"}) {
        EXPECT_EQ(written.at(later), 0.0);
        written.erase(later);
    }
    EXPECT_EQ(written.at("preset"), "short");
    EXPECT_EQ(written.at("fill_steps"), -1);
    for (const char* later : {"preset", "fill_steps"}) written.erase(later);
    EXPECT_EQ(written, json);
}

TEST(HealOptions, WhatIsWrongIsNamedAsItWasGiven) {
    const auto with = [](const char* key, OptionValue value, const char* method = "continued") {
        OptionValues values;
        values.set("method", std::string(method));
        values.set(key, std::move(value));
        return values;
    };
    EXPECT_THAT(messageOf(with("stepps", std::int64_t{1}), "--"),
                ::testing::StartsWith("--stepps is not an"));
    EXPECT_THAT(messageOf(with("learning-rate", 0.5), "--"), "nothing was thrown");
    EXPECT_THAT(messageOf(with("learning-rate", -0.5), "--"), ::testing::StartsWith("--lr is -0.5"));
    EXPECT_THAT(messageOf(with("learning-rate", -0.5), "a.json: options."),
                ::testing::StartsWith("a.json: options.learning_rate is -0.5"));
    EXPECT_THAT(messageOf(with("dropout", 1.0, "lora"), "here"), ::testing::StartsWith("here: dropout is 1"));
    EXPECT_THAT(messageOf(with("dropout", 0.9, "lora"), "here"), "nothing was thrown");
    EXPECT_THAT(messageOf(with("rank", std::int64_t{1} << 40, "lora"), "here"),
                ::testing::HasSubstr("range"));
    EXPECT_THAT(messageOf(with("rank", std::string("8"), "lora"), "here"), ::testing::HasSubstr("type"));
    EXPECT_THAT(messageOf(with("schedule", std::string("sine")), "here"), ::testing::HasSubstr("'sine'"));
    EXPECT_THAT(messageOf(with("lora-targets", std::vector<std::string>{"x"}, "lora"), "here"),
                ::testing::HasSubstr("'x'"));
}

TEST(HealOptions, WhatHasNoEffectIsRefusedUnlessItIsUsual) {
    OptionValues values;
    values.set("rank", std::int64_t{16});
    EXPECT_THAT(messageOf(values, "--"), "--rank has no effect with method continued");
    values.set("rank", std::int64_t{8});
    EXPECT_THAT(messageOf(values, "--"), "nothing was thrown");
    values.set("warmup", 0.1);
    EXPECT_THAT(messageOf(values, "--"), "nothing was thrown");
    values.set("warmup-steps", std::int64_t{5});
    EXPECT_THAT(messageOf(values, "--"), ::testing::HasSubstr("--warmup has no effect with warmup-steps 5"));
}

TEST(HealOptions, APresetTakesWhatItDecidesFromTheUserAndNoMore) {
    OptionValues values;
    values.set("preset", std::string("paper"));
    EXPECT_THAT(messageOf(values, "--"), "nothing was thrown");
    values.set("warmup", 0.1);
    EXPECT_THAT(messageOf(values, "--"), "--warmup has no effect with preset paper");
    values.erase("warmup");
    values.set("warmup-steps", std::int64_t{50});
    values.set("fill-steps", std::int64_t{0});
    values.set("learning-rate", 1e-5);
    EXPECT_THAT(messageOf(values, "--"), "nothing was thrown");
    const HealOptions options = healOptions(values, "--");
    EXPECT_EQ(warmupStepsOf(options), 50);
    EXPECT_EQ(fillStepsOf(options), 0);
    EXPECT_THAT(commandWords(healSpecs(), healValues(options)),
                ::testing::UnorderedElementsAre("--preset", "paper", "--warmup-steps", "50", "--fill-steps",
                                                "0", "--lr", "1e-05"));
    values.set("method", std::string("lora"));
    EXPECT_THAT(messageOf(values, "--"), "--preset has no effect with method lora");
}

TEST(HealOptions, ThePapersPresetIsThePapersNumbers) {
    HealOptions paper;
    paper.preset = HealPreset::Paper;
    EXPECT_EQ(warmupStepsOf(paper), 2000);
    EXPECT_EQ(fillStepsOf(paper), 500);
    EXPECT_EQ(paper.schedule, Schedule::Cosine);
    EXPECT_EQ(paper.lastRate, 0.1);
    EXPECT_EQ(paper.beta1, 0.9);
    EXPECT_EQ(paper.beta2, 0.95);
    EXPECT_EQ(paper.weightDecay, 0.1);
    const auto rate = [](std::int64_t parameters, HealMethod method = HealMethod::Continued) {
        return defaultRate(method, parameters, HealPreset::Paper);
    };
    // The halves of 0.3, 1.1 and 7 billion.
    EXPECT_EQ(rate(190'000'000), 3e-4);
    EXPECT_EQ(rate(600'000'000), 2e-4);
    EXPECT_EQ(rate(3'500'000'000), 3e-4);
    EXPECT_EQ(rate(3'500'000'000, HealMethod::Distill), 3e-4);
    // Methods that have no such rates, and parameters that the uncut network lacks.
    EXPECT_EQ(rate(190'000'000, HealMethod::Lora), defaultRate(HealMethod::Lora, 190'000'000));
    for (const HealMethod method : {HealMethod::Lora, HealMethod::Scratch}) {
        paper.method = method;
        EXPECT_EQ(fillStepsOf(paper), 0);
    }
    const HealOptions brief;
    EXPECT_EQ(warmupStepsOf(brief), -1);
    EXPECT_EQ(fillStepsOf(brief), 0);
}

TEST(HealOptions, AsWordsOfACommandLine) {
    HealOptions options;
    options.method = HealMethod::Lora;
    options.peakRate = 0.001;
    options.rankStabilised = true;
    options.keepZeros = false;
    options.frozenLayers = {0, 2};
    options.temperature = 3.0;  // of no effect
    EXPECT_THAT(commandWords(healSpecs(), healValues(options)),
                ::testing::UnorderedElementsAre("--method", "lora", "--lr", "0.001", "--fill-zeros",
                                                "--freeze", "0,2", "--rslora"));
}

}  // namespace
}  // namespace secateur
