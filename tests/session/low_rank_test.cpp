// SPDX-License-Identifier: GPL-3.0-or-later
//
// Linears that are the product of two, from the plan to the checkpoint and on from there.
#include <algorithm>
#include <fstream>
#include <set>

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/storage/checkpoint.h"
#include "tests/golden_families.h"
#include "tests/read_text.h"
#include "tests/session/fixtures.h"

namespace secateur {
namespace {

using fixtures::Scratch;
using test::readText;
using testing::HasSubstr;

class LowRank : public testing::TestWithParam<const char*> {
protected:
    static Plan planned(Session& session, const std::vector<std::string>& steps,
                        const TokenWindows& calibration) {
        JobContext context;
        return session.plan(nullptr, &calibration, fixtures::stepsRequest(steps), context).plan;
    }
    Plan planned(const std::vector<std::string>& steps) { return planned(*session_, steps, calibration_); }

    double previewed(Session& session, const Plan& plan) {
        return session
            .preview(plan, nullptr, evaluation_, {.perToken = false, .calibration = &calibration_}, context_)
            .planPerplexity;
    }

    ApplyReport applied(Session& session, const Plan& plan, const std::string& name,
                        const std::string& format = "hf") {
        return session.apply(plan, nullptr, &calibration_, scratch_ / name,
                             {.format = format, .overwrite = false, .outDtype = {}}, context_);
    }

    double perplexity(Session& session) { return session.perplexity(evaluation_, context_).perplexity; }
    std::shared_ptr<Session> opened(const std::string& name) { return fixtures::open(scratch_ / name); }

    JobContext context_;
    Scratch scratch_;
    std::shared_ptr<Session> session_ = fixtures::open(fixtures::golden(GetParam()));
    TokenWindows calibration_ = fixtures::tokens(*session_, GetParam(), "calibration");
    TokenWindows evaluation_ = fixtures::tokens(*session_, GetParam(), "evaluation");
};

INSTANTIATE_TEST_SUITE_P(Golden, LowRank, test::goldenFamilies(), test::kNameOfFamily);

TEST_P(LowRank, WhatIsLoadedIsWhatWasPreviewedToTheBit) {
    for (const std::string method : {"svd", "svd-llm"}) {
        SCOPED_TRACE(method);
        const Plan plan = planned({method + " keep=0.6"});
        static_cast<void>(applied(*session_, plan, method));
        EXPECT_EQ(perplexity(*opened(method)), previewed(*session_, plan));
    }
}

TEST_P(LowRank, SizesAreThosePromised) {
    const Plan plan = planned({"svd keep=0.5 linears=q_proj,o_proj,up_proj", "chop layers=1"});
    const Accounting promised = *plan.accounting;
    const ApplyReport report = applied(*session_, plan, "written");
    EXPECT_EQ(report.accounting.bytesAfter, promised.bytesAfter);
    const auto written = opened("written");
    const ModelSummary& summary = written->summary();
    EXPECT_EQ(summary.bytes, promised.bytesAfter);
    EXPECT_EQ(summary.parameters, promised.parametersAfter);
    EXPECT_EQ(summary.config.layers.front().rank(LinearName::K), 0);
    const LinearShape shape = shapeOf(summary.config, summary.config.layers.front(), LinearName::Up);
    EXPECT_EQ(summary.config.layers.front().rank(LinearName::Up),
              static_cast<int>(0.5 * static_cast<double>(shape.out * shape.in) /
                               static_cast<double>(shape.out + shape.in)));
    const Accounting again = *planned(*written, {}, calibration_).accounting;
    EXPECT_EQ(again.macsPerTokenAfter, promised.macsPerTokenAfter);
    EXPECT_EQ(again.parametersAfter, promised.parametersAfter);
    std::int64_t onDisk = 0;
    for (const std::string& name : Checkpoint::open(scratch_ / "written")->tensorNames())
        onDisk +=
            static_cast<std::int64_t>(Checkpoint::open(scratch_ / "written")->tensor(name).bytes.size());
    EXPECT_EQ(onDisk, promised.bytesAfter);
}

TEST_P(LowRank, WritingWhatWasLoadedChangesNoByte) {
    static_cast<void>(applied(*session_, planned({"svd keep=0.4"}), "first"));
    const auto first = opened("first");
    static_cast<void>(applied(*first, planned(*first, {}, calibration_), "second"));
    for (const char* file : {"model.safetensors", "config.json", "modeling_secateur.py"})
        EXPECT_EQ(readText(scratch_ / "first" / file), readText(scratch_ / "second" / file)) << file;
}

TEST_P(LowRank, TheMaskedExportIsOfWholeMatrices) {
    const Plan plan = planned({"svd keep=0.6"});
    const ApplyReport report = applied(*session_, plan, "masked", "hf-masked");
    EXPECT_TRUE(report.stock);
    const auto masked = opened("masked");
    EXPECT_EQ(masked->summary().bytes, session_->summary().bytes);
    EXPECT_FALSE(masked->summary().config.lowRank());
    EXPECT_NEAR(perplexity(*masked) / previewed(*session_, plan), 1.0, 1e-4);
}

TEST_P(LowRank, FurtherStepsGoOnFromALoadedOne) {
    static_cast<void>(applied(*session_, planned({"svd keep=0.6"}), "low"));
    const auto low = opened("low");
    int number = 0;
    for (const std::vector<std::string>& steps : std::vector<std::vector<std::string>>{
             {"rtn bits=8 group=0"},
             {"gptq bits=4 group=0"},
             {"chop layers=1"},
             {"magnitude-sp ratio=0.2"},
             {"ppm ratio=0.2"},
             {"minitron ratio=0.2"},
             {"flap ratio=0.2 compensate=refit"},
             {"wanda sparsity=0.5"},
             {"svd-llm keep=0.5"},
             {"rtn bits=8 group=0", "chop layers=2", "svd keep=0.3 linears=down_proj"}}) {
        SCOPED_TRACE(testing::PrintToString(steps));
        const Plan plan = planned(*low, steps, calibration_);
        const std::string name = std::to_string(number++);
        static_cast<void>(applied(*low, plan, name));
        const auto written = opened(name);
        EXPECT_NEAR(perplexity(*written) / previewed(*low, plan), 1.0, 1e-5);
        if (steps.front().find("bits") == std::string::npos) {
            EXPECT_EQ(written->summary().bytes, plan.accounting->bytesAfter);
            EXPECT_EQ(written->summary().parameters, plan.accounting->parametersAfter);
        }
    }
}

TEST_P(LowRank, StepsAfterItInOnePlanGiveTheSame) {
    static_cast<void>(applied(*session_, planned({"svd keep=0.6"}), "low"));
    const auto low = opened("low");
    for (const std::string step : {"rtn bits=4 group=0", "gptq bits=4 group=0", "chop layers=2"}) {
        SCOPED_TRACE(step);
        EXPECT_EQ(previewed(*session_, planned({"svd keep=0.6", step})),
                  previewed(*low, planned(*low, {step}, calibration_)));
    }
}

// A rounded network of factors holds few values in each row of a factor.
TEST_P(LowRank, QuantizingRoundsTheFactors) {
    static_cast<void>(applied(*session_, planned({"svd keep=0.6", "rtn bits=2 group=0"}), "rounded"));
    const auto checkpoint = Checkpoint::open(scratch_ / "rounded");
    for (const std::size_t factor : {std::size_t{0}, std::size_t{1}}) {
        const TensorView view = checkpoint->tensor(weightName(0, factorModule("mlp.up_proj", factor)));
        const auto* values = reinterpret_cast<const float*>(view.bytes.data());
        EXPECT_LE(std::set<float>(values, values + view.shape[1]).size(), 4U);
    }
}

TEST_P(LowRank, ALoadedOneIsMeasured) {
    static_cast<void>(applied(*session_, planned({"svd keep=0.6"}), "low"));
    const auto low = opened("low");
    const auto analysis = low->measure(calibration_, {}, context_, {});
    ASSERT_EQ(analysis->layers.size(), low->summary().config.layers.size());
    // The same network as one plan step of the dense one.
    const Plan plan = planned({"svd keep=0.6"});
    MeasureOptions options;
    options.plan = plan;
    const auto planned = session_->measure(calibration_, options, context_, {});
    for (std::size_t i = 0; i < analysis->layers.size(); ++i) {
        EXPECT_EQ(analysis->layers[i].downProj.fluctuation, planned->layers[i].downProj.fluctuation);
        EXPECT_EQ(analysis->layers[i].oProj.weightNorm2, planned->layers[i].oProj.weightNorm2);
    }
}

TEST_P(LowRank, DamagedShapesAreNamed) {
    static_cast<void>(applied(*session_, planned({"svd keep=0.6"}), "low"));
    const std::filesystem::path file = scratch_ / "low" / "config.json";
    const std::string config = readText(file);
    const int rank = opened("low")->summary().config.layers.front().rank(LinearName::Q);
    const std::string said = "\"q_proj\": " + std::to_string(rank);
    const auto refusal = [&](const std::string& from, const std::string& to) -> std::string {
        std::string changed = config;
        const auto at = changed.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        changed.replace(at, from.size(), to);
        std::ofstream(file, std::ios::binary) << changed;
        try {
            static_cast<void>(opened("low"));
        } catch (const Error& error) {
            return error.message();
        }
        return "nothing was refused";
    };
    EXPECT_THAT(refusal(said, "\"q_proj\": " + std::to_string(rank + 1)),
                AllOf(HasSubstr("ranks of \"secateur\" = " + std::to_string(rank + 1)),
                      HasSubstr("self_attn.q_proj.a.weight")));
    EXPECT_THAT(refusal(said, "\"q_proj\": -2"), HasSubstr("secateur.layers[0].ranks.q_proj"));
    EXPECT_THAT(refusal(said, "\"q_prox\": 2"), HasSubstr("names no linear of a layer"));
    EXPECT_THAT(refusal(said, "\"q_proj\": null"), HasSubstr("ranks.q_proj"));
    EXPECT_THAT(refusal(said, "\"q_proj\": 0"), HasSubstr("not a whole number from 1"));
    EXPECT_THAT(refusal("\"version\": 2", "\"version\": 3"), HasSubstr("newer than this program reads"));
}

}  // namespace
}  // namespace secateur
