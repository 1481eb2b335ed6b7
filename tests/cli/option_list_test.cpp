// SPDX-License-Identifier: GPL-3.0-or-later
//
// The command line has every option that the lists have, with their defaults and ranges.
#include "app/cli/option_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cli/command.h"
#include "app/cli/job.h"
#include "core/base/error.h"
#include "core/data/heal.h"
#include "core/planning/requests.h"
#include "tests/data/other_value.h"

namespace secateur::cli {
namespace {

using ::testing::HasSubstr;

std::vector<std::string> lineOf(const std::vector<std::string>& words) {
    return {words.rbegin(), words.rend()};  // as CLI11 wants them
}

// Parses words with the options of a list alone.
OptionValues parse(std::span<const OptionSpec> specs, const std::vector<std::string>& words) {
    CLI::App app;
    OptionValues values;
    addOptions(app, specs, values);
    app.parse(lineOf(words));
    return values;
}

// The command declares every option of the list; those in `except` in its own way.
void expectDeclared(const char* command, std::span<const OptionSpec> specs,
                    const std::vector<std::string>& except = {}) {
    CLI::App app;
    SharedOptions shared;
    (void)findCommand(command)->declare(app, shared);
    for (const OptionSpec& spec : specs) {
        if (std::ranges::find(except, spec.key) != except.end()) continue;
        const CLI::Option* option = app.get_option_no_throw("--" + commandName(spec));
        ASSERT_NE(option, nullptr) << command << " has no --" << commandName(spec);
        EXPECT_EQ(isSwitch(*option), std::holds_alternative<bool>(spec.usual)) << spec.key;
        if (!isSwitch(*option) && !usualText(spec).empty() && spec.key != "seed" &&
            spec.key != "compensate") {
            EXPECT_THAT(option->get_description(), HasSubstr("default " + usualText(spec))) << spec.key;
        }
    }
}

TEST(OptionList, HealHasEveryOption) {
    expectDeclared("heal", healSpecs());
    EXPECT_EQ(healSpecs().size(), 40U);
}

TEST(OptionList, PlanHasTheOptionsOfEveryMethod) {
    expectDeclared("plan", specsOf("chop"), {"keep"});
    for (const std::string& method : methodsOf("width")) expectDeclared("plan", specsOf(method));
    expectDeclared("sweep", specsOf("chop"), {"keep", "layers"});
}

TEST(OptionList, EveryOptionIsReadAsItIsWritten) {
    for (const auto& specs : {healSpecs(), specsOf("chop"), specsOf("flap"), specsOf("wanda-sp")}) {
        for (const OptionSpec& spec : specs) {
            OptionValues values;
            values.set(spec.key, test::otherValue(spec));
            std::vector<std::string> words{"--" + commandName(spec)};
            if (!std::holds_alternative<bool>(spec.usual))
                words.push_back(formatOption(test::otherValue(spec)));
            EXPECT_EQ(parse(specs, words), values) << spec.key;
            if (spec.onlyIf.empty()) {
                EXPECT_EQ(commandWords(specs, values), words) << spec.key;
            }
        }
    }
}

TEST(OptionList, WhatCannotBeReadIsMalformed) {
    const std::vector<OptionSpec>& specs = healSpecs();
    EXPECT_THROW(parse(specs, {"--steps", "many"}), CLI::ParseError);
    EXPECT_THROW(parse(specs, {"--steps", "1.5"}), CLI::ParseError);
    EXPECT_THROW(parse(specs, {"--lr", "1e-3x"}), CLI::ParseError);
    EXPECT_THROW(parse(specs, {"--freeze", "1,x"}), CLI::ParseError);
    EXPECT_THROW(parse(specs, {"--learning-rate", "1e-3"}), CLI::ParseError);
    EXPECT_THROW(parse(specs, {"--steps"}), CLI::ParseError);
}

TEST(OptionList, AmountsMayHaveUnits) {
    const auto read = [](const char* key, const char* text) {
        return *parse(specsOf("flap"), {"--" + std::string(key), text}).find(key);
    };
    EXPECT_EQ(read("target-parameters", "4.2M"), OptionValue(std::int64_t{4'200'000}));
    EXPECT_EQ(read("target-bytes", "8 KiB"), OptionValue(std::int64_t{8192}));
}

TEST(OptionList, WhatExcludesEachOtherIsMalformedTogether) {
    const std::vector<std::string> ratio{"--ratio", "0.2"}, bytes{"--target-bytes", "8k"};
    EXPECT_NO_THROW(parse(specsOf("flap"), ratio));
    std::vector<std::string> both = ratio;
    both.insert(both.end(), bytes.begin(), bytes.end());
    EXPECT_THROW(parse(specsOf("flap"), both), CLI::ParseError);
    EXPECT_THROW(parse(specsOf("chop"), {"--chop", "1", "--chop-count", "2"}), CLI::ParseError);
}

// The spellings that scripts use.
TEST(OptionList, SpellingsStay) {
    CLI::App app;
    SharedOptions shared;
    (void)declareHeal(app, shared);
    for (const char* name : {"--method",
                             "--steps",
                             "--minutes",
                             "--batch-size",
                             "--micro-batch",
                             "--checkpoint-every",
                             "--keep-checkpoints",
                             "--eval-every",
                             "--patience",
                             "--keep-best",
                             "--recompute",
                             "--join-documents",
                             "--lr",
                             "--schedule",
                             "--warmup-steps",
                             "--last-rate",
                             "--weight-decay",
                             "--clip",
                             "--freeze",
                             "--freeze-embeddings",
                             "--fill-zeros",
                             "--init-std",
                             "--rank",
                             "--alpha",
                             "--dropout",
                             "--rslora",
                             "--lora-targets",
                             "--temperature",
                             "--ce-share",
                             "--hidden-share",
                             "--teacher-top-k",
                             "--teacher-text",
                             "--seed",
                             "--teacher",
                             "--eval-text",
                             "--resume"})
        EXPECT_NE(app.get_option_no_throw(name), nullptr) << name;
    CLI::App plan;
    SharedOptions other;
    (void)declarePlan(plan, other);
    for (const char* name : {"--chop", "--chop-count", "--chop-by", "--drop-attention", "--drop-mlp",
                             "--method", "--metric", "--structure", "--statistics", "--cost",
                             "--remove-heads", "--protect", "--min-keep-groups", "--min-keep-channels",
                             "--round-to", "--no-bias", "--ratio", "--target-parameters", "--target-bytes"})
        EXPECT_NE(plan.get_option_no_throw(name), nullptr) << name;
}

}  // namespace
}  // namespace secateur::cli
