// SPDX-License-Identifier: GPL-3.0-or-later
//
// Folding layers into others: the rules on real weights, and plans that need it.
#include <cstring>

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/storage/checkpoint.h"
#include "tests/session/fixtures.h"
#include "tests/short_request.h"

namespace secateur {
namespace {

std::vector<float> floats(const SafetensorsFile& file, const std::string& name) {
    const TensorView& view = file.tensor(name);
    EXPECT_EQ(view.dtype, Dtype::F32);
    std::vector<float> values(view.bytes.size() / sizeof(float));
    std::memcpy(values.data(), view.bytes.data(), view.bytes.size());
    return values;
}

Plan foldPlan(const Session& session, MergeRule rule, std::vector<std::vector<int>> groups) {
    ChopStep step;
    for (const std::vector<int>& group : groups)
        step.layers.insert(step.layers.end(), group.begin() + 1, group.end());
    step.merge = LayerMerge{rule, std::move(groups)};
    Plan plan;
    plan.model.layers = session.summary().config.layerCount();
    plan.steps.emplace_back(step);
    return plan;
}

class Merge : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override { session_ = fixtures::open(fixtures::golden(GetParam())); }

    // Weights of layer 1 of the network in which layers 2 and 3 were folded into it.
    [[nodiscard]] std::vector<float> folded(MergeRule rule, const std::string& tensor) {
        const fixtures::Scratch scratch;
        static_cast<void>(session_->apply(foldPlan(*session_, rule, {{1, 2, 3}}), nullptr, nullptr,
                                          scratch / "out", {}, context_));
        const SafetensorsFile file(scratch / "out/model.safetensors");
        return floats(file, "model.layers.1." + tensor);
    }
    [[nodiscard]] std::vector<float> original(int layer, const std::string& tensor) const {
        const SafetensorsFile file(fixtures::golden(GetParam()) / "model.safetensors");
        return floats(file, "model.layers." + std::to_string(layer) + "." + tensor);
    }

    JobContext context_;
    std::shared_ptr<Session> session_;
};
INSTANTIATE_TEST_SUITE_P(Golden, Merge, testing::Values("llama-mha", "qwen2"), [](const auto& info) {
    return info.param == std::string("qwen2") ? "qwen2" : "llama";
});

TEST_P(Merge, PaperAddsTheDifferences) {
    std::vector<std::string> tensors{"self_attn.k_proj.weight", "mlp.down_proj.weight"};
    if (GetParam() == std::string("qwen2")) tensors.emplace_back("self_attn.q_proj.bias");
    for (const std::string& tensor : tensors) {
        const auto one = original(1, tensor), two = original(2, tensor), three = original(3, tensor);
        const auto result = folded(MergeRule::Paper, tensor);
        ASSERT_EQ(result.size(), one.size());
        for (std::size_t i = 0; i < one.size(); ++i)
            ASSERT_NEAR(result[i], one[i] + (two[i] - one[i]) + (three[i] - one[i]), 1e-6F) << tensor;
    }
}

TEST_P(Merge, CodeLeavesTheLastLayerWithTheFirstOnesNorms) {
    EXPECT_EQ(folded(MergeRule::Code, "mlp.up_proj.weight"), original(3, "mlp.up_proj.weight"));
    EXPECT_EQ(folded(MergeRule::Code, "input_layernorm.weight"), original(1, "input_layernorm.weight"));
    EXPECT_EQ(folded(MergeRule::Paper, "post_attention_layernorm.weight"),
              original(1, "post_attention_layernorm.weight"));
}

TEST_P(Merge, StrategyIsSettledWithTextAndRefusedWithout) {
    const TokenWindows windows = fixtures::tokens(*session_, GetParam(), "calibration", 4);
    test::ShortRequest request;
    request.chop.count = 3;
    request.chop.strategy = "laco";
    const Plan plan = session_->plan(nullptr, &windows, request, context_).plan;
    const auto& step = std::get<ChopStep>(plan.steps.front());
    EXPECT_EQ(step.layers.size(), 3U);
    ASSERT_TRUE(step.merge);
    EXPECT_EQ(step.merge->rule, MergeRule::Paper);
    EXPECT_EQ(step.chosenBy, (ChosenBy{"laco", 3}));
    test::ShortRequest removed;
    removed.chop.layers = step.layers;
    EXPECT_EQ(plan.accounting, session_->plan(nullptr, nullptr, removed, context_).plan.accounting);
    try {
        static_cast<void>(session_->plan(nullptr, nullptr, request, context_));
        FAIL() << "no text, no search";
    } catch (const Error& error) {
        EXPECT_THAT(error.message(),
                    testing::HasSubstr("'laco' runs the network and needs calibration text"));
    }
}

// Statistics of the folded network are those of the checkpoint that it becomes.
TEST_P(Merge, MeasuringUnderThePlanIsMeasuringTheResult) {
    const fixtures::Scratch scratch;
    const Plan plan = foldPlan(*session_, MergeRule::Paper, {{2, 3}, {1, 2, 4}});
    static_cast<void>(session_->apply(plan, nullptr, nullptr, scratch / "out", {}, context_));
    const TokenWindows windows = fixtures::tokens(*session_, GetParam(), "calibration", 6);
    MeasureOptions options;
    options.plan = plan;
    options.leaveOneOut = true;
    const auto planned = session_->measure(windows, options, context_, {});
    options.plan.reset();
    const auto result = fixtures::open(scratch / "out")->measure(windows, options, context_, {});
    ASSERT_EQ(planned->layers.size(), result->layers.size());
    for (std::size_t i = 0; i < planned->layers.size(); ++i) {
        const auto& a = planned->layers[i].downProj.fluctuation;
        const auto& b = result->layers[i].downProj.fluctuation;
        ASSERT_EQ(a.size(), b.size());
        for (std::size_t c = 0; c < a.size(); ++c) ASSERT_NEAR(a[c], b[c], 1e-4F * (b[c] + 1e-3F));
        EXPECT_NEAR(planned->leaveOneOut->layer[i] / result->leaveOneOut->layer[i], 1.0, 1e-4);
    }
}

}  // namespace
}  // namespace secateur
