// SPDX-License-Identifier: GPL-3.0-or-later
//
// Healing a network whose linears are the product of two: both factors learn, or an adapter of each.
#include "core/model/low_rank.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "core/model/tensors.h"
#include "core/planning/heal_forecast.h"
#include "core/storage/checkpoint_writer.h"
#include "tests/heal/run_fixture.h"

namespace secateur {
namespace {

using fixtures::content;

class LowRankHealTest : public fixtures::HealRunFixture {
protected:
    // The golden network with every linear cut to half of its rank, but for layer 0's k_proj.
    LowRankHealTest() {
        const auto source = fixtures::checkpoint("qwen2");
        NetworkConfig config = source->config();
        CheckpointWriter writer(scratch_ / "low", source->summary().bytes, {});
        const auto add = [&](const std::string& name, const at::Tensor& tensor) {
            const at::Tensor whole = tensor.contiguous();
            writer.add(name, Dtype::F32, whole.sizes().vec(), bytesOf(whole));
        };
        std::set<std::string> cut;
        for (int position = 0; position < config.layerCount(); ++position)
            for (const LinearName linear : kAllLinears) {
                if (position == 0 && linear == LinearName::K) continue;
                const std::string name = weightName(position, moduleName(linear));
                const auto [left, values, right] = at::linalg_svd(viewOf(source->tensor(name)), false);
                const std::int64_t rank = values.size(0) / 2;
                add(weightName(position, factorModule(moduleName(linear), 0)), right.narrow(0, 0, rank));
                add(weightName(position, factorModule(moduleName(linear), 1)),
                    left.narrow(1, 0, rank) * values.narrow(0, 0, rank));
                config.layers[static_cast<std::size_t>(position)].ranks[static_cast<std::size_t>(linear)] =
                    static_cast<int>(rank);
                cut.insert(name);
            }
        for (const std::string& name : source->tensorNames())
            if (!cut.contains(name)) add(name, viewOf(source->tensor(name)));
        writer.writeConfig(config, Dtype::F32, HfLayout::PerLayer, source->configJson());
        writer.finish();
        student_ = Checkpoint::open(scratch_ / "low");
        held_ = fixtures::tokens("qwen2", "calibration", 4);  // of the text it learns: the tokens are random
        options_.peakRate = 1e-3;
        options_.steps = 12;
    }

    at::Tensor weight(const std::string& folder, const std::string& name) {
        return viewOf(Checkpoint::open(scratch_ / folder)->tensor(name)).clone();
    }
};

INSTANTIATE_TEST_SUITE_P(Methods, LowRankHealTest,
                         ::testing::Values(HealMethod::Continued, HealMethod::Lora, HealMethod::Distill),
                         [](const auto& info) { return name(info.param); });

TEST_P(LowRankHealTest, LearnsAndKeepsItsShape) {
    options_.method = GetParam();
    const HealReport report = run(scratch_ / "out");
    ASSERT_TRUE(report.evalPerplexity && report.evalPerplexityBefore);
    EXPECT_LT(*report.evalPerplexity, *report.evalPerplexityBefore);
    const auto healed = Checkpoint::open(scratch_ / "out");
    EXPECT_EQ(healed->config(), student_->config());
    EXPECT_EQ(healed->summary().bytes, student_->summary().bytes);
    for (const char* factor : {"a", "b"}) {
        const std::string name = std::string("model.layers.1.mlp.up_proj.") + factor + ".weight";
        EXPECT_GT((weight("out", name) - weight("low", name)).abs().max().item<double>(), 0.0) << name;
    }
}

TEST_P(LowRankHealTest, AResumedRunIsTheSameToTheBit) {
    options_.method = GetParam();
    run(scratch_ / "whole");
    pauseAfter_ = 5;
    run(scratch_ / "parts");
    pauseAfter_ = -1;
    EXPECT_EQ(run(scratch_ / "parts", {.resume = true}).resumedFrom, 5);
    EXPECT_EQ(content(scratch_ / "whole" / "model.safetensors"),
              content(scratch_ / "parts" / "model.safetensors"));
}

TEST_P(LowRankHealTest, ActivationsThatAreComputedAgainGiveTheSame) {
    options_.method = GetParam();
    run(scratch_ / "kept");
    options_.recompute = true;
    run(scratch_ / "again");
    const auto kept = readRun(scratch_ / "kept").points, again = readRun(scratch_ / "again").points;
    ASSERT_EQ(kept.size(), again.size());
    for (std::size_t i = 0; i < kept.size(); ++i) {
        EXPECT_NEAR(again[i].loss / kept[i].loss, 1.0, 1e-3);
        EXPECT_NEAR(again[i].gradientNorm / kept[i].gradientNorm, 1.0, 1e-2);
    }
}

// Gradients of both factors against those of a matrix that is written out.
TEST_F(LowRankHealTest, GradientsAreThoseOfTheProduct) {
    const at::Tensor x = at::randn({2, 3, 8}), target = at::randn({2, 3, 6});
    at::Tensor a = at::randn({4, 8}).requires_grad_(true), b = at::randn({6, 4}).requires_grad_(true);
    const auto body = std::make_shared<LowRankBody>(a, b);
    (body->product(x) * target).sum().backward();
    const at::Tensor whole = at::mm(b.detach(), a.detach()).requires_grad_(true);
    (at::linear(x, whole) * target).sum().backward();
    EXPECT_TRUE(at::allclose(a.grad(), at::mm(b.detach().t(), whole.grad()), 1e-4, 1e-5));
    EXPECT_TRUE(at::allclose(b.grad(), at::mm(whole.grad(), a.detach().t()), 1e-4, 1e-5));
}

TEST_F(LowRankHealTest, TheForecastCountsWhatLearns) {
    for (const HealMethod method : {HealMethod::Continued, HealMethod::Lora}) {
        options_.method = method;
        const TrainableNetwork network(student_, place_, options_, training_.seqLen);
        std::int64_t learning = 0;
        for (const Parameter& parameter : network.parameters()) learning += parameter.value.numel();
        EXPECT_EQ(learningParameters(student_->config(), options_), learning) << name(method);
    }
}

TEST_F(LowRankHealTest, TheAdapterNamesTheFactors) {
    options_.method = HealMethod::Lora;
    run(scratch_ / "out");
    const auto json = nlohmann::json::parse(content(scratch_ / "out" / "adapter" / "adapter_config.json"));
    const auto modules = json.at("target_modules").get<std::vector<std::string>>();
    EXPECT_THAT(modules, testing::Contains("model.layers.1.mlp.up_proj.a"));
    EXPECT_THAT(modules, testing::Contains("model.layers.1.mlp.up_proj.b"));
    EXPECT_THAT(modules, testing::Contains("model.layers.0.self_attn.k_proj"));
    EXPECT_THAT(modules, testing::Not(testing::Contains("model.layers.1.mlp.up_proj")));
}

TEST_F(LowRankHealTest, FromScratchBothFactorsAreDrawn) {
    options_.method = HealMethod::Scratch;
    const TrainableNetwork network(student_, place_, options_, training_.seqLen);
    at::Tensor a, b;
    for (const Parameter& parameter : network.parameters()) {
        if (parameter.name == "model.layers.1.mlp.up_proj.a.weight") a = parameter.value;
        if (parameter.name == "model.layers.1.mlp.up_proj.b.weight") b = parameter.value;
    }
    ASSERT_TRUE(a.defined() && b.defined());
    const double spread = at::mm(b.detach(), a.detach()).std().item<double>();
    EXPECT_NEAR(spread / options_.initialDeviation, 1.0, 0.2);
}

}  // namespace
}  // namespace secateur
