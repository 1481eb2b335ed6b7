// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/step_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/planning/planner.h"

namespace secateur {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// The registered methods and one that sparsifies.
std::vector<MethodInfo> someMethods() {
    std::vector<MethodInfo> all = methods();
    MethodInfo trim;
    trim.name = "trim";
    trim.kind = "sparsify";
    trim.options = {{.key = "pattern", .usual = std::string("none"), .choices = {"none", "2:4", "4:8"}},
                    {.key = "sparsity", .usual = 0.5, .least = 0.0, .most = 1.0, .openAbove = true},
                    {.key = "block-size", .usual = std::int64_t{128}, .least = 1.0, .most = kNoLimit},
                    {.key = "sorted", .usual = false}};
    all.push_back(trim);
    return all;
}

ParsedStep read(const std::string& text) {
    return parseStepText(text, someMethods(), "--step 2");
}

std::string refusalOf(const std::string& text) {
    try {
        (void)read(text);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        EXPECT_THAT(error.message(), StartsWith("--step 2: "));
        return error.message();
    }
    return "nothing was thrown";
}

TEST(StepText, ReadsMethodKindAndOptions) {
    const ParsedStep step =
        read("  trim pattern=2:4  layers=0-3,7 linears=q_proj,k_proj sorted block-size=64 ");
    EXPECT_EQ(step.method, "trim");
    EXPECT_EQ(step.kind, "sparsify");
    EXPECT_EQ(*step.options.find("pattern"), OptionValue(std::string("2:4")));
    EXPECT_EQ(*step.options.find("layers"), OptionValue(std::vector<int>{0, 1, 2, 3, 7}));
    EXPECT_EQ(*step.options.find("linears"), OptionValue(std::vector<std::string>{"q_proj", "k_proj"}));
    EXPECT_EQ(*step.options.find("sorted"), OptionValue(true));
    EXPECT_EQ(*step.options.find("block-size"), OptionValue(std::int64_t{64}));
    EXPECT_EQ(step.options.find("sparsity"), nullptr);
    EXPECT_EQ(read(stepText(step)), step);
}

TEST(StepText, ReadsRegisteredMethods) {
    EXPECT_EQ(read("flap ratio=0.2 structure=UL-UM").kind, "width");
    EXPECT_EQ(read("flap target-parameters=4.2M").options, read("flap target-parameters=4200000").options);
    EXPECT_EQ(read("chop count=2 by=top").options, read("chop chop-count=2 chop-by=top").options);
    EXPECT_EQ(read("chop layers=3,5").kind, "chop");
}

TEST(StepText, WhatIsWrongNamesTheStep) {
    EXPECT_THAT(refusalOf(""), HasSubstr("empty"));
    EXPECT_THAT(refusalOf("prune ratio=0.2"), HasSubstr("no method 'prune'"));
    EXPECT_THAT(refusalOf("trim patern=2:4"), StartsWith("--step 2: trim: 'patern' is not an option"));
    EXPECT_THAT(refusalOf("trim pattern=3:5"), HasSubstr("3:5"));
    EXPECT_THAT(refusalOf("trim sparsity=1"), StartsWith("--step 2: trim: sparsity is 1"));
    EXPECT_THAT(refusalOf("trim sparsity=half"), HasSubstr("'half'"));
    EXPECT_THAT(refusalOf("trim sparsity="), HasSubstr("sparsity"));
    EXPECT_THAT(refusalOf("trim sparsity"), HasSubstr("no value"));
    EXPECT_THAT(refusalOf("trim sparsity=0.1 sparsity=0.2"), HasSubstr("twice"));
    EXPECT_THAT(refusalOf("trim block-size=0"), HasSubstr("block-size is 0"));
    EXPECT_THAT(refusalOf("trim linears=lm_head"), HasSubstr("lm_head"));
    EXPECT_THAT(refusalOf("trim layers=-1"), HasSubstr("layers"));
    EXPECT_THAT(refusalOf("trim layers=5-3"), HasSubstr("5-3"));
    EXPECT_THAT(refusalOf("flap layers=3"), HasSubstr("'layers' is not an option"));
    EXPECT_THAT(refusalOf("wanda-sp metric=WIFV"), HasSubstr("metric"));
    EXPECT_THAT(refusalOf("flap remove-heads=4"), HasSubstr("no effect with structure AL-AM"));
}

}  // namespace
}  // namespace secateur
