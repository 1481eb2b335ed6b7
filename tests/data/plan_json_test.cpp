// SPDX-License-Identifier: GPL-3.0-or-later
#include <limits>

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "tests/data/plan_samples.h"

namespace secateur {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ParsedPlan parse(const std::string& text, const std::string& fingerprint = "") {
    return parsePlan(text, test::sampleNetwork(), fingerprint, "plan.json");
}

TEST(PlanJson, ReadsEverything) {
    const ParsedPlan parsed = parse(test::kFullPlan, "sha256:abc");
    EXPECT_TRUE(parsed.warnings.empty());
    const Plan& plan = parsed.plan;
    EXPECT_EQ(plan.model, (PlanModel{"toy", "llama", 4, "sha256:abc"}));
    EXPECT_EQ(plan.created->time, "2026-11-22T10:00:00Z");
    EXPECT_EQ(plan.calibration->seed, std::numeric_limits<std::uint64_t>::max());
    EXPECT_FALSE(plan.calibration->chopped);
    ASSERT_EQ(plan.steps.size(), 5u);
    const auto& chop = std::get<ChopStep>(plan.steps[0]);
    EXPECT_THAT(chop.layers, ElementsAre(3));
    EXPECT_EQ(chop.chosenBy, (ChosenBy{"block-influence", 1}));
    const auto& width = std::get<WidthStep>(plan.steps[1]);
    EXPECT_EQ(width.keep[0].channels, (UnitMask{1, 1, 1, 0, 0, 1}));
    EXPECT_FALSE(width.keep[0].kvGroups.has_value());
    EXPECT_EQ(width.keep[2].kvGroups, (UnitMask{0, 0}));
    const auto& quantize = std::get<RecipeStep>(plan.steps[3]);
    EXPECT_EQ(quantize.kind, "quantize");
    EXPECT_EQ(quantize.method, "gptq");
    EXPECT_EQ(*quantize.options.find("bits"), OptionValue(std::int64_t{4}));
    EXPECT_EQ(*quantize.options.find("group"), OptionValue(std::int64_t{128}));
    EXPECT_EQ(plan.accounting->kvCacheBytesPerTokenAfter, 96);
    EXPECT_EQ(plan.measured->planPerplexity, 2.75);
}

TEST(PlanJson, RoundTripsExactly) {
    const Plan plan = parse(test::kFullPlan).plan;
    const std::string text = toJson(plan);
    const ParsedPlan again = parse(text);
    EXPECT_EQ(again.plan, plan);
    EXPECT_TRUE(again.warnings.empty());
    EXPECT_EQ(toJson(again.plan), text);
}

TEST(PlanJson, MergesRoundTrip) {
    const std::string text =
        R"({"format": "secateur-plan", "version": 1, "model": {"layers": 4, "fingerprint": "f"}, "steps": [
        {"step": "chop", "layers": [1, 2, 3], "merge": {"rule": "code", "groups": [[2, 3], [0, 1, 2]]}}]})";
    const ParsedPlan parsed = parse(text);
    EXPECT_TRUE(parsed.warnings.empty());
    const auto& merge = std::get<ChopStep>(parsed.plan.steps[0]).merge;
    ASSERT_TRUE(merge);
    EXPECT_EQ(merge->rule, MergeRule::Code);
    EXPECT_THAT(merge->groups, ElementsAre(ElementsAre(2, 3), ElementsAre(0, 1, 2)));
    EXPECT_EQ(parse(toJson(parsed.plan)).plan, parsed.plan);
}

TEST(PlanJson, KeysComeInOneOrder) {
    const std::string text = toJson(parse(test::kFullPlan).plan);
    std::size_t at = 0;
    for (const char* key :
         {"\"format\"", "\"version\"", "\"model\"", "\"created\"", "\"calibration\"", "\"steps\"", "\"chop\"",
          "\"layers\"", "\"width\"", "\"method\"", "\"keep\"", "\"accounting\"", "\"measured\""}) {
        const std::size_t found = text.find(key, at);
        ASSERT_NE(found, std::string::npos) << key;
        at = found;
    }
    EXPECT_EQ(text.back(), '\n');
}

TEST(PlanJson, SmallPlansAreEnough) {
    const ParsedPlan parsed = parse(test::kSmallPlan, "sha256:abc");
    EXPECT_TRUE(parsed.plan.steps.empty());
    EXPECT_THAT(parsed.warnings, ElementsAre(HasSubstr("plan.json: model.fingerprint: missing")));
    const ParsedPlan byHand =
        parse(R"({"format": "secateur-plan", "version": 1, "model": {"layers": 4, "fingerprint": "f"},
        "steps": [{"step": "width", "keep": [{"layer": 2, "channels": "1"}]}, {"step": "chop", "layers": [0]}]})");
    EXPECT_TRUE(byHand.warnings.empty());
    EXPECT_TRUE(std::get<WidthStep>(byHand.plan.steps[0]).bias);
    EXPECT_EQ(parse(toJson(byHand.plan)).plan, byHand.plan);
}

TEST(PlanJson, UnknownKeysWarnWithTheirPath) {
    std::string text = test::kFullPlan;
    text.insert(text.find("\"layer\": 2"), "\"colour\": [], ");
    text.insert(1, "\"note\": 1, ");
    EXPECT_THAT(parse(text).warnings, ElementsAre("plan.json: steps[1].keep[1].colour: unknown key, ignored",
                                                  "plan.json: note: unknown key, ignored"));
    std::string many =
        R"({"format": "secateur-plan", "version": 1, "model": {"layers": 4, "fingerprint": "f"}, "steps": [])";
    for (int i = 0; i < 500; ++i) many += ", \"k" + std::to_string(i) + "\": 0";
    EXPECT_LE(parse(many + "}").warnings.size(), 21u);
}

TEST(PlanJson, PerplexitiesThatOverflowAreNull) {
    Plan plan = parse(test::kSmallPlan).plan;
    plan.measured = Measured{2.0, std::numeric_limits<double>::infinity()};
    EXPECT_THAT(toJson(plan), HasSubstr("\"plan_perplexity\": null"));
    EXPECT_EQ(parse(toJson(plan)).plan, plan);
}

TEST(PlanJson, NumbersSurviveToTheLastBit) {
    Plan plan = parse(test::kSmallPlan).plan;
    WidthStep width;
    for (const double ratio : {0.1, 1.0 / 3.0, 0.30000000000000004, 5e-324, 0.9999999999999999}) {
        width.ratio = ratio;
        plan.steps = {width};
        EXPECT_EQ(std::get<WidthStep>(parse(toJson(plan)).plan.steps[0]).ratio, ratio);
    }
}

}  // namespace
}  // namespace secateur
