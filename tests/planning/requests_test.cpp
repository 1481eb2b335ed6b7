// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"

namespace secateur {
namespace {

using ::testing::HasSubstr;

template <class Function>
std::string messageOf(const Function& function) {
    try {
        (void)function();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        return error.message();
    }
    return "nothing was thrown";
}

OptionValues with(const char* key, OptionValue value) {
    OptionValues values;
    values.set(key, std::move(value));
    return values;
}

TEST(WidthRequests, DefaultsAreThoseOfTheMethod) {
    EXPECT_TRUE(optionValues(widthRequest("flap", {}, "here")).empty());
    EXPECT_EQ(widthRequest("flap", {}, "here").compensate, "bias");
    EXPECT_TRUE(optionValues(WidthRequest{}).empty());
    for (const char* method : {"wanda-sp", "magnitude-sp", "minitron", "ppm", "2ssp", "llm-pruner"}) {
        const WidthRequest request = widthRequest(method, {}, "here");
        EXPECT_EQ(request.compensate, "none");
        EXPECT_FALSE(request.bias);
        EXPECT_TRUE(optionValues(request).empty()) << method;
    }
}

// Whatever one option can say of a flap request comes back.
TEST(WidthRequests, EachOptionGoesThereAndBack) {
    for (const OptionSpec& spec : specsOf("flap")) {
        OptionValues values;
        if (!spec.onlyIf.empty()) values.set("structure", std::string("AL-MM"));
        if (std::holds_alternative<std::vector<int>>(spec.usual))
            values.set(spec.key, std::vector<int>{0, 2});
        else if (std::holds_alternative<std::int64_t>(spec.usual))
            values.set(spec.key, std::int64_t{7});
        else if (std::holds_alternative<double>(spec.usual))
            values.set(spec.key, 0.25);
        else
            values.set(spec.key, spec.choices.back() == formatOption(spec.usual) ? spec.choices.front()
                                                                                 : spec.choices.back());
        const WidthRequest request = widthRequest("flap", values, "here");
        EXPECT_NE(request, WidthRequest{}) << spec.key;
        const OptionValues back = optionValues(request);
        for (const auto& [key, value] : values.entries()) {
            ASSERT_NE(back.find(key), nullptr) << key;
            EXPECT_EQ(*back.find(key), value) << key;
        }
        EXPECT_EQ(back.entries().size(), values.entries().size()) << spec.key;
        EXPECT_EQ(widthRequest("flap", back, "here"), request) << spec.key;
    }
}

TEST(ChopRequests, WishesOfAnEvolutionGoThereAndBack) {
    OptionValues values;
    values.set("count", std::int64_t{2});
    values.set("by", std::string("evopress"));
    values.set("seed", std::int64_t{5});
    values.set("generations", std::int64_t{7});
    values.set("fitness", std::string("perplexity"));
    const ChopRequest request = chopRequest(values, "here");
    EXPECT_EQ(request.evolution, (EvolutionWishes{5, 7, Fitness::Perplexity}));
    EXPECT_EQ(optionValues(request), values);
    values.set("by", std::string("greedy"));
    EXPECT_THROW((void)chopRequest(values, "--"), Error) << "a greedy search draws nothing";
}

TEST(WidthRequests, BiasMeansThatSomethingCompensates) {
    WidthRequest request;
    request.bias = false;
    EXPECT_EQ(optionValues(request), with("compensate", std::string("none")));
    const WidthRequest refit = widthRequest("flap", with("compensate", std::string("refit")), "here");
    EXPECT_TRUE(refit.bias);
    EXPECT_EQ(refit.compensate, "refit");
}

TEST(WidthRequests, WhatAMethodIgnoresIsRefused) {
    for (const char* key : {"metric", "structure", "statistics", "cost", "remove-heads"}) {
        const OptionSpec* spec = findSpec(specsOf("flap"), key);
        const OptionValue value =
            spec->choices.empty() ? OptionValue(std::int64_t{3}) : OptionValue(spec->choices.back());
        EXPECT_EQ(messageOf([&] { return widthRequest("wanda-sp", with(key, value), "--"); }),
                  "--" + std::string(key) + " has no effect with wanda-sp");
    }
    EXPECT_THAT(messageOf([] { return widthRequest("flap", with("magic", true), "here"); }),
                HasSubstr("here: magic is not an option"));
    EXPECT_THAT(messageOf([] { return widthRequest("flap", with("ratio", 1.0), "--"); }),
                HasSubstr("--ratio is 1"));
    EXPECT_THAT(messageOf([] { return widthRequest("pruner", {}, "--"); }), HasSubstr("pruner"));
}

TEST(WidthRequests, OneTargetAlone) {
    OptionValues values = with("ratio", 0.2);
    values.set("target-bytes", std::int64_t{1000});
    EXPECT_THAT(messageOf([&] { return widthRequest("flap", values, "--"); }),
                HasSubstr("--target-bytes excludes ratio"));
}

TEST(WidthRequests, AnotherMethodKeepsWhatItKnowsAndAllows) {
    OptionValues values = with("ratio", 0.2);
    values.set("metric", std::string("IFV"));
    values.set("round-to", std::int64_t{8});
    OptionValues kept = with("ratio", 0.2);
    kept.set("round-to", std::int64_t{8});
    EXPECT_EQ(fitting(values, specsOf("wanda-sp")), kept);
    EXPECT_EQ(fitting(values, specsOf("flap")), values);
    EXPECT_TRUE(fitting(with("ratio", 1.5), specsOf("flap")).empty());
    EXPECT_TRUE(fitting(with("ratio", std::string("much")), specsOf("flap")).empty());
}

TEST(ChopRequests, GoThereAndBack) {
    ChopRequest request;
    request.layers = {1, 4};
    request.attention = {2};
    request.mlp = {3};
    EXPECT_EQ(chopRequest(optionValues(request), "here"), request);
    ChopRequest chosen;
    chosen.count = 3;
    chosen.strategy = "angular";
    EXPECT_EQ(chopRequest(optionValues(chosen), "here"), chosen);
    chosen.strategy.clear();  // what suits its purpose
    EXPECT_EQ(chopRequest(optionValues(chosen), "here"), chosen);
    OptionValues automatic = with("count", std::int64_t{3});
    automatic.set("by", std::string("auto"));
    EXPECT_EQ(chopRequest(automatic, "here"), chosen);
    ChopRequest kept;
    kept.keep = {0, 2, 2};
    EXPECT_EQ(chopRequest(optionValues(kept), "here"), kept);
    EXPECT_FALSE(kept.empty());
    EXPECT_EQ(chopRequest({}, "here"), ChopRequest{});
}

TEST(ChopRequests, ListsAndCountsExcludeEachOther) {
    OptionValues values = with("layers", std::vector<int>{1});
    values.set("count", std::int64_t{2});
    EXPECT_THAT(messageOf([&] { return chopRequest(values, "--"); }), HasSubstr("--chop-count excludes"));
    OptionValues kept = with("keep", std::vector<int>{1});
    kept.set("mlp", std::vector<int>{2});
    EXPECT_THAT(messageOf([&] { return chopRequest(kept, "here"); }), HasSubstr("keep excludes"));
    EXPECT_THAT(messageOf([] { return chopRequest(with("by", std::string("luck")), "--"); }),
                HasSubstr("--chop-by cannot be 'luck'"));
}

}  // namespace
}  // namespace secateur
