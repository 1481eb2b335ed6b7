// SPDX-License-Identifier: GPL-3.0-or-later
//
// Plans that just meet a target, on shapes alone.
#include "core/planning/solver.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/planning/planner.h"
#include "core/planning/requests.h"
#include "tests/planning/speed_toys.h"
#include "tests/planning/toy_network.h"

namespace secateur {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<MethodInfo> registry() {
    std::vector<MethodInfo> all = methods();
    for (const auto& [name, kind] : {std::pair("nearest", "quantize"), std::pair("narrow", "factorize"),
                                     std::pair("zeroes", "sparsify")}) {
        MethodInfo method;
        method.name = name;
        method.kind = kind;
        method.triedFirst = true;
        all.push_back(method);
    }
    return all;
}

// Eight layers, 64 wide, 4 heads of 16 with a KV group each, 256 channels.
class Solving : public testing::Test {
protected:
    Solving() {
        network_ = test::network({8, 64, 4, 4, 16, 256, 100, true});
        model_ = test::summary(network_, "bfloat16");
        auto analysis = std::make_shared<Analysis>(test::randomAnalysis(network_));
        test::addResidual(*analysis, {0.9F, 0.1F, 0.5F, 0.2F, 0.7F, 0.3F, 0.6F, 0.8F});
        LeaveOneOut out;
        out.densePerplexity = 2.0;
        out.layer = {9, 3, 6, 4, 8, 5, 7, 10};
        out.attention = {9, 8, 7, 6, 5, 4, 3, 2};
        out.mlp = {2, 3, 4, 5, 6, 7, 8, 9};
        analysis->leaveOneOut = out;
        analysis_ = analysis;
    }

    SolverInputs inputs() const {
        return {model_, analysis_, methods_, checkStop_, times_ ? &*times_ : nullptr};
    }
    Proposals solved(const char* words, std::vector<std::string> families = {}, int align = 1) const {
        return proposePlans(inputs(), {*parseTarget(words), std::move(families), align});
    }
    std::string refusal(const char* words, std::vector<std::string> families = {}, int align = 1) const {
        try {
            static_cast<void>(solved(words, std::move(families), align));
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
            EXPECT_FALSE(error.hint().empty());
            return error.message();
        }
        ADD_FAILURE() << words << " was not refused";
        return {};
    }
    std::string words(const PlanRequest& request) const { return stepsText(request, methods_); }
    std::vector<std::string> all(const Proposals& proposals) const {
        std::vector<std::string> texts;
        for (const Proposal& one : proposals.proposals) texts.push_back(words(one.request));
        return texts;
    }

    NetworkConfig network_;
    ModelSummary model_;
    std::shared_ptr<const Analysis> analysis_;
    std::vector<MethodInfo> methods_ = registry();
    std::optional<BatchTimes> times_;
    std::function<void()> checkStop_;
};

// What is allowed is met, nothing is larger than the dense network, and one unit less would not do.
TEST_F(Solving, EveryFamilyMeetsTheTargetAndIsNotAboveTheDenseSize) {
    const Accounting dense = account(model_, stateOf(network_));
    for (const char* words : {"30 %", "400 kB", "300 k", "600 kB with 256 tokens", "500 kB and 30 %"}) {
        const Proposals proposals = solved(words);
        EXPECT_GE(proposals.proposals.size(), 8u) << words;
        for (const Proposal& one : proposals.proposals) {
            EXPECT_TRUE(one.reached.meets()) << words << ": " << this->words(one.request);
            EXPECT_LE(one.reached.parameters, dense.parametersAfter);
            EXPECT_LE(one.reached.bytes, packedAfter(dense));
        }
    }
}

TEST_F(Solving, WhatIsProposedIsTheLeastThatMeets) {
    const std::int64_t most = mostParameters(*parseBudget("30 %"), model_.parameters);
    const std::int64_t layer = attentionParameters(network_, network_.layers[0]) +
                               mlpParameters(network_, network_.layers[0]) + 2 * 64;
    for (const Proposal& one : solved("30 %", {"chop"}).proposals) {
        EXPECT_LE(one.reached.parameters, most);
        EXPECT_GT(one.reached.parameters + layer, most) << words(one.request);
    }
    // A KV group of every layer may go at once, and channels of all layers where they are uniform.
    const std::int64_t step = 8 * (kvGroupParameters(network_, 1) + channelParameters(network_));
    const Proposals widths = solved("30 %", {"width"});
    EXPECT_EQ(widths.proposals.size(), 4u) << testing::PrintToString(all(widths));
    for (const Proposal& one : widths.proposals)
        EXPECT_GT(one.reached.parameters + step, most) << words(one.request);
    const Proposals ranks = solved("30 %", {"low-rank"});
    ASSERT_EQ(ranks.proposals.size(), 1u);
    const std::int64_t rankStep = 8 * (4 * (64 + 64) + 3 * (64 + 256));
    EXPECT_GT(ranks.proposals[0].reached.parameters + rankStep, most);
}

TEST_F(Solving, ChopsAreThoseOfTheirStrategiesEachSetOnce) {
    const Proposals proposals = solved("30 %", {"chop"});
    std::vector<std::string> found = all(proposals);
    // Leave-one-out and block influence choose the same layers; the first one listed stays.
    EXPECT_THAT(found, testing::Contains("chop count=3 by=block-influence"));
    EXPECT_THAT(found, Not(testing::Contains("chop count=3 by=leave-one-out")));
    EXPECT_THAT(found, testing::Contains("chop count=3 by=max-gap"));
}

TEST_F(Solving, SublayersGoInTheOrderOfWhatEachCosts) {
    // 15 % of 531776 are 79766 parameters; an attention and its norm have 16448, an MLP 49216.
    EXPECT_THAT(all(solved("15 %", {"sublayers"})),
                testing::ElementsAre("chop attention=3,4,5,6,7", "chop mlp=0,1"));
}

TEST_F(Solving, QuantizationTakesTheMostBitsThatFit) {
    // Decoder linears are 524288 numbers at 2 bytes; embedding and norms 7488 numbers. 8 bits in groups of
    // 64: 524288 * (8 + 16/64) / 8 = 540672 bytes; 4 bits: 278528, in groups of 128 (down_proj alone
    // divides): none.
    EXPECT_THAT(all(solved("570 kB", {"quantize"})), testing::ElementsAre("nearest bits=8 group=64"));
    EXPECT_THAT(all(solved("400 kB", {"quantize"})), testing::ElementsAre("nearest bits=4 group=64"));
    EXPECT_THAT(all(solved("250 kB", {"quantize"})), testing::ElementsAre("nearest bits=3 group=64"));
    EXPECT_THAT(refusal("200 kB", {"quantize"}), HasSubstr("nearest bits=3 group=64"));
}

TEST_F(Solving, MixedPlansCutLessThanTheirPartsAlone) {
    const Proposals mixed = solved("200 kB", {"mixed"});
    const Proposals chops = solved("200 kB", {"chop"});
    const auto countOf = [](const PlanRequest& request) {
        return std::get<ChopRequest>(request.steps.front()).count;
    };
    bool chopped = false, narrowed = false, both = false;
    for (const Proposal& one : mixed.proposals) {
        EXPECT_EQ(one.request.steps.size(), 2u);
        chopped = chopped || one.family == "chop+quantize";
        narrowed = narrowed || one.family == "width+quantize";
        both = both || one.family == "chop+width";
        if (one.family != "chop+quantize") continue;
        EXPECT_LT(countOf(one.request), countOf(chops.proposals.front().request));
    }
    EXPECT_TRUE(chopped && narrowed && both) << testing::PrintToString(all(mixed));
}

TEST_F(Solving, AlignmentRoundsWidthsAndSaysWhatItCosts) {
    const Proposals free = solved("30 %", {"width"}, 1), aligned = solved("30 %", {"width"}, 64);
    EXPECT_EQ(aligned.align, 64);
    bool cost = false;
    for (const Proposal& one : free.proposals) {
        const auto& width = std::get<WidthRequest>(one.request.steps.front());
        EXPECT_EQ(width.roundTo, 1);
    }
    for (const Proposal& one : aligned.proposals) {
        EXPECT_EQ(std::get<WidthRequest>(one.request.steps.front()).roundTo, 64);
        cost = cost || one.snapParameters != 0;
        EXPECT_TRUE(one.snapParameters == 0 || one.unaligned);
        if (!one.unaligned) continue;
        const auto same = std::ranges::find(free.proposals, *one.unaligned, &Proposal::request);
        if (same == free.proposals.end()) continue;  // its heads were aligned there
        EXPECT_EQ(one.snapParameters, same->reached.parameters - one.reached.parameters);
    }
    EXPECT_TRUE(cost);
    EXPECT_THAT(refusal("30 %", {"width"}, 257), HasSubstr("aligned to 257"));
}

TEST_F(Solving, HeadsOfUniformWidthsDivideTheHiddenSize) {
    // 4 heads: 3 do not divide 64.
    const Analysis& analysis = *analysis_;
    for (const char* words : {"20 %", "30 %", "45 %"}) {
        for (const Proposal& one : solved(words, {"width"}).proposals) {
            const auto& width = std::get<WidthRequest>(one.request.steps.front());
            if (methods_.end() == std::ranges::find_if(methods_, [&](const MethodInfo& method) {
                    return method.name == width.method && method.needs != Needs::Text;
                }))
                continue;
            const PlanResult planned = makePlan(model_, &analysis, one.request);
            if (!planned.after.config.uniform()) continue;
            EXPECT_EQ(64 % planned.after.config.layers[0].heads, 0) << this->words(one.request);
            EXPECT_TRUE(planned.plan.accounting->files->stock) << this->words(one.request);
        }
    }
}

TEST_F(Solving, SpeedGoesByTheForecast) {
    EXPECT_THAT(refusal("1.5x"), HasSubstr("was not timed"));
    BatchTimes times;
    times.step = {0.04, 0.04, 0.04, 9};
    times.layers.assign(8, {0.004, 0.003});
    times.restSeconds = 0.008;
    times_ = times;
    // 40 ms a step; 1.5 times as fast are 26.7 ms, which 4 of 8 layers make 24 ms, 5 make 28.
    const std::vector<std::string> chops = all(solved("1.5x", {"chop"}));
    EXPECT_THAT(chops, testing::Contains("chop count=4 by=block-influence"));
    for (const Proposal& one : solved("1.5x").proposals) {
        ASSERT_TRUE(one.reached.rate);
        EXPECT_GE(*one.reached.rate, 1.5 / 0.04 - 1e-9);
    }
    EXPECT_THAT(refusal("10x", {"chop"}), HasSubstr("chop count=7"));
    // Codes are multiplied as matrices.
    EXPECT_THAT(refusal("1.5x", {"quantize"}), HasSubstr("about 25 tokens/s"));
}

TEST_F(Solving, WhatNothingReachesNamesTheNearest) {
    const std::string message = refusal("10 kB");
    EXPECT_THAT(message, HasSubstr("no plan reaches 10.0 kB"));
    EXPECT_THAT(message, HasSubstr("the nearest is \""));
    EXPECT_THAT(message, HasSubstr("of weights"));
    EXPECT_THAT(refusal("2 B"), HasSubstr("meets 2.00 B as it is"));
    EXPECT_THAT(refusal("30 %", {"melt"}), HasSubstr("unknown family 'melt'"));
}

TEST_F(Solving, FamiliesThatDoNotReachItSayHowNearTheyCome) {
    const Proposals proposals = solved("30 %", {"chop", "quantize", "sparse"});
    ASSERT_EQ(proposals.unreached.size(), 2u);
    EXPECT_EQ(proposals.unreached[0].family, "quantize");
    EXPECT_EQ(proposals.unreached[1].family, "sparse");
    EXPECT_EQ(proposals.unreached[1].reached.parameters, model_.parameters);
}

TEST_F(Solving, AStopEndsIt) {
    int tried = 0;
    checkStop_ = [&] {
        if (++tried == 5) throw Error(ErrorCode::Cancelled, "stopped");
    };
    EXPECT_THROW(static_cast<void>(solved("30 %")), Error);
    EXPECT_EQ(tried, 5);
}

TEST_F(Solving, TheSameQuestionHasTheSameAnswer) {
    EXPECT_EQ(all(solved("30 %", {}, 0)), all(solved("30 %", {}, 0)));
}

TEST(UsualAlignment, IsWhatDividesEveryWidthAndIsSmallBesideIt) {
    const auto of = [](int width) {
        return usualAlignment(test::network({2, 64, 4, 4, 16, width, 100, true}));
    };
    EXPECT_EQ(of(11008), 256);
    EXPECT_EQ(of(8192), 256);
    EXPECT_EQ(of(2048), 128);
    EXPECT_EQ(of(1536), 64);
    EXPECT_EQ(of(512), 32);
    EXPECT_EQ(of(256), 1);
    EXPECT_EQ(of(1000), 1);
}

}  // namespace
}  // namespace secateur
