// SPDX-License-Identifier: GPL-3.0-or-later
//
// Steps of the uncut network before the cut one learns: the moments they leave, by AdamW's formula, and runs
// that begin with them.
#include "core/heal/optimizer_fill.h"

#include <cmath>

#include <gmock/gmock.h>

#include "core/heal/disk_need.h"
#include "core/planning/heal_forecast.h"
#include "tests/heal/run_fixture.h"

namespace secateur {
namespace {

using fixtures::checkpoint;
using fixtures::content;
using testing::Contains;
using testing::HasSubstr;
namespace fs = std::filesystem;

const std::vector<int> kKept{0, 2, 4};

std::size_t placeOf(const TrainableNetwork& network, const std::string& name) {
    for (std::size_t i = 0; i < network.parameters().size(); ++i)
        if (network.parameters()[i].name == name) return i;
    ADD_FAILURE() << "no parameter " << name;
    return 0;
}

double relative(const at::Tensor& value, const at::Tensor& expected) {
    return (value - expected).norm().item<double>() / (expected.norm().item<double>() + 1e-12);
}

class OptimizerFillTest : public fixtures::HealRunFixture {
protected:
    OptimizerFillTest() {
        student_ = fixtures::chopped(*checkpoint(fixtures::kQwen2), kKept, scratch_ / "cut");
        options_.fillSteps = 5;
    }
    [[nodiscard]] HealInputs inputs() const {
        return {.checkpoint = student_,
                .teacher = checkpoint(fixtures::kQwen2),
                .place = place_,
                .training = &training_,
                .options = options_};
    }
    [[nodiscard]] at::Tensor batch(std::int64_t step) const {
        return idsOf(training_, windowsOfStep(options_.seed, step, options_.batchWindows, training_.count()),
                     at::kCPU);
    }
    // The gradients of the batch of a step, as a trainer's first step of rate 0 leaves them.
    [[nodiscard]] std::vector<at::Tensor> gradients(TrainableNetwork& network, std::int64_t step) const {
        Trainer probe(network, nullptr, options_);
        probe.step(batch(step), 0.0);
        std::vector<at::Tensor> all;
        for (const at::Tensor& moment : probe.firstMoments()) all.push_back(moment / (1.0 - options_.beta1));
        return all;
    }
    // In a folder of its own, which keeps what was filled.
    Moments fill(const std::string& name) {
        const RunFolder folder(scratch_ / name, false, true);
        JobContext context({}, {}, [this](const std::string& text) { warnings_.push_back(text); });
        return filledMoments(inputs(), training_, {{"run", 1}}, folder, context);
    }
};

TEST_F(OptimizerFillTest, MomentsAreAdamWsOfTheUncutNetworkWhoseWeightsStay) {
    options_.clip = 0.0;
    const Moments filled = fill("folder");
    EXPECT_EQ(filled.updates, 5);
    TrainableNetwork uncut(checkpoint(fixtures::kQwen2), {}, {}, training_.seqLen);
    const TrainableNetwork cut(student_, {}, {}, training_.seqLen);
    ASSERT_EQ(filled.of.size(), cut.parameters().size());
    std::vector<at::Tensor> first, second;
    for (std::int64_t step = 0; step < 5; ++step) {
        const auto g = gradients(uncut, step);
        for (std::size_t i = 0; i < g.size(); ++i) {
            if (step == 0) {
                first.push_back(at::zeros_like(g[i]));
                second.push_back(at::zeros_like(g[i]));
            }
            first[i] = options_.beta1 * first[i] + (1.0 - options_.beta1) * g[i];
            second[i] = options_.beta2 * second[i] + (1.0 - options_.beta2) * g[i].square();
        }
    }
    for (const Parameter& parameter : cut.parameters()) {
        std::string there = parameter.name;
        for (std::size_t i = kKept.size(); i-- > 0;) {
            const std::string stem = "model.layers." + std::to_string(i) + ".";
            if (!there.starts_with(stem)) continue;
            there = "model.layers." + std::to_string(kKept[i]) + "." + there.substr(stem.size());
            break;
        }
        const std::size_t place = placeOf(uncut, there);
        EXPECT_LE(relative(filled.of.at(parameter.name).first, first[place]), 1e-4) << parameter.name;
        EXPECT_LE(relative(filled.of.at(parameter.name).second, second[place]), 1e-4) << parameter.name;
    }
}

// The first step after so many updates, bias correction and all.
TEST_F(OptimizerFillTest, TheFirstStepAfterThemIsAdamWs) {
    options_.clip = 0.0;
    constexpr double kRate = 1e-3;
    TrainableNetwork still(student_, {}, {}, training_.seqLen);
    TrainableNetwork moved(student_, {}, {}, training_.seqLen);
    const auto g = gradients(still, 0);
    Trainer trainer(moved, nullptr, options_, fill("folder"));
    trainer.step(batch(0), kRate);
    const Moments kept = fill("folder");  // read again: the trainer's moved on
    const double correction1 = 1.0 - std::pow(options_.beta1, 6),
                 correction2 = 1.0 - std::pow(options_.beta2, 6);
    for (std::size_t i = 0; i < g.size(); ++i) {
        const Parameter& before = still.parameters()[i];
        const Moments::Pair& held = kept.of.at(before.name);
        const at::Tensor first = options_.beta1 * held.first + (1.0 - options_.beta1) * g[i];
        const at::Tensor second = options_.beta2 * held.second + (1.0 - options_.beta2) * g[i].square();
        const at::Tensor decayed =
            before.value.detach() * (1.0 - (before.decays ? kRate * options_.weightDecay : 0.0));
        const at::Tensor expected =
            decayed - kRate * (first / correction1) / ((second / correction2).sqrt() + options_.epsilon);
        const double error = (moved.parameters()[i].value.detach() - expected).abs().max().item<double>();
        EXPECT_LE(error, 1e-3 * kRate) << before.name;
    }
}

TEST_F(OptimizerFillTest, TheyGoOnWhereTheyWereStopped) {
    const Moments whole = fill("whole");
    options_.fillSteps = 3;
    EXPECT_EQ(fill("parts").updates, 3);
    options_.fillSteps = 5;
    const Moments rest = fill("parts");
    EXPECT_EQ(rest.updates, 5);
    ASSERT_EQ(rest.of.size(), whole.of.size());
    for (const auto& [name, pair] : whole.of) {
        EXPECT_TRUE(at::equal(pair.first, rest.of.at(name).first)) << name;
        EXPECT_TRUE(at::equal(pair.second, rest.of.at(name).second)) << name;
    }
    fs::resize_file(scratch_ / "parts" / "before-the-cut" / "optimizer.safetensors", 1000);
    EXPECT_EQ(fill("parts").updates, 5);
    EXPECT_THAT(warnings_, Contains(HasSubstr("is damaged and is made again")));
}

// A zero that is kept has no gradient in the cut network, but may have had one in the uncut one.
TEST_F(OptimizerFillTest, ZerosThatAreKeptStay) {
    const std::string name = "model.layers.1.mlp.up_proj.weight";
    student_ = fixtures::chopped(*checkpoint(fixtures::kQwen2), kKept, scratch_ / "sparse",
                                 [&](const std::string& tensor, const at::Tensor& value) {
                                     if (tensor == name) value.narrow(1, 0, 20).zero_();
                                 });
    run(scratch_ / "out");
    const auto healed = Checkpoint::open(scratch_ / "out");
    const at::Tensor weight = viewOf(healed->tensor(name));
    EXPECT_EQ(weight.narrow(1, 0, 20).abs().max().item<float>(), 0.0F);
    EXPECT_GT(relative(weight, viewOf(student_->tensor(name))), 1e-6);
}

TEST_F(OptimizerFillTest, RepeatedLayersAndFrozenOnesHaveTheirOwnMomentsOrNone) {
    student_ = fixtures::chopped(*checkpoint(fixtures::kQwen2), {0, 2, 2, 4}, scratch_ / "repeated");
    options_.frozenLayers = {3};
    options_.freezeEmbeddings = true;
    const Moments filled = fill("folder");
    const char* name = "mlp.up_proj.weight";
    const auto of = [&](int position) {
        return filled.of.find("model.layers." + std::to_string(position) + "." + name);
    };
    ASSERT_NE(of(1), filled.of.end());
    ASSERT_NE(of(2), filled.of.end());
    EXPECT_TRUE(at::equal(of(1)->second.first, of(2)->second.first));
    EXPECT_NE(of(1)->second.first.data_ptr(), of(2)->second.first.data_ptr());
    EXPECT_EQ(of(3), filled.of.end());
    EXPECT_FALSE(filled.of.contains("model.embed_tokens.weight"));
    EXPECT_EQ(run(scratch_ / "out").steps, 6);
}

INSTANTIATE_TEST_SUITE_P(Methods, OptimizerFillTest,
                         ::testing::Values(HealMethod::Continued, HealMethod::Distill),
                         [](const auto& info) { return name(info.param); });

TEST_P(OptimizerFillTest, ResumedIsUninterruptedToTheBit) {
    options_.method = GetParam();
    const HealReport whole = run(scratch_ / "whole");
    EXPECT_EQ(whole.fillSteps, 5);
    // Stopped before the first checkpoint, and after it.
    for (const std::int64_t stop : {1, 5}) {
        const fs::path folder = scratch_ / ("stopped" + std::to_string(stop));
        EXPECT_THROW(run(folder, {}, stop), Error);
        EXPECT_EQ(fs::exists(folder / "before-the-cut"), stop == 1);
        const HealReport rest = run(folder, {.resume = true});
        EXPECT_EQ(rest.resumedFrom.value_or(0), stop == 1 ? 0 : 4);
        EXPECT_EQ(rest.fillSteps, 5);
        EXPECT_DOUBLE_EQ(rest.flops, whole.flops);
        for (const char* file : {"model.safetensors", "checkpoint-6/optimizer.safetensors"})
            EXPECT_EQ(content(scratch_ / "whole" / file), content(folder / file)) << file;
        EXPECT_FALSE(fs::exists(folder / "before-the-cut"));
    }
}

// It can be resumed, listed and begun anew like any other.
TEST_F(OptimizerFillTest, ARunThatIsStoppedInThemIsARun) {
    std::stop_source stop;
    stop.request_stop();
    JobContext context(stop.get_token(), {});
    EXPECT_THROW(static_cast<void>(heal(inputs(), {scratch_ / "out"}, context, {})), Error);
    EXPECT_EQ(readRun(scratch_ / "out").state, RunState::Interrupted);
    EXPECT_EQ(run(scratch_ / "out", {.resume = true}).steps, 6);
    EXPECT_EQ(run(scratch_ / "out", {.overwrite = true}).fillSteps, 5);
}

TEST_F(OptimizerFillTest, TheyChangeTheRunAndCountInItsOperationsAndItsDisk) {
    const HealReport with = run(scratch_ / "with");
    const std::int64_t disk = diskNeed(inputs(), 0).total();
    options_.fillSteps = 0;
    const HealReport without = run(scratch_ / "without");
    EXPECT_EQ(without.fillSteps, 0);
    EXPECT_EQ(with.steps, without.steps);
    EXPECT_EQ(with.tokens, without.tokens);
    EXPECT_NE(content(scratch_ / "with" / "model.safetensors"),
              content(scratch_ / "without" / "model.safetensors"));
    const double perToken = trainingFlopsPerToken(checkpoint(fixtures::kQwen2)->config(), {}, nullptr);
    EXPECT_DOUBLE_EQ(with.flops - without.flops, perToken * 5 * 2 * training_.seqLen);
    // Two moments, and the same again while a later state of them takes the place of an earlier one.
    EXPECT_EQ(disk - diskNeed(inputs(), 0).total(),
              2 * 2 * 4 * learningParameters(student_->config(), options_));
}

TEST_F(OptimizerFillTest, WhatCannotBeFilledIsRefusedBeforeAnythingIsWritten) {
    alone_ = true;
    EXPECT_EQ(refused(scratch_ / "out"), ErrorCode::InvalidArgument);
    EXPECT_THAT(message_, HasSubstr("5 steps before the cut need the uncut network"));
    options_.fillSteps = -1;
    options_.preset = HealPreset::Paper;
    EXPECT_EQ(refused(scratch_ / "out"), ErrorCode::InvalidArgument);
    EXPECT_THAT(message_, HasSubstr("500 steps before the cut need the uncut network"));
    alone_ = false;
    options_.frozenLayers = {3};
    EXPECT_EQ(refused(scratch_ / "out"), ErrorCode::InvalidArgument);
    EXPECT_THAT(message_, HasSubstr("layer 3 cannot be frozen"));
    options_.frozenLayers = {};
    // A teacher that lacks a layer.
    teacher_ = fixtures::chopped(*checkpoint(fixtures::kQwen2), {0, 1, 4}, scratch_ / "other");
    EXPECT_EQ(refused(scratch_ / "out"), ErrorCode::InvalidArgument);
    EXPECT_THAT(message_, HasSubstr("no layer 2, which layer 1 of the student"));
    EXPECT_FALSE(fs::exists(scratch_ / "out"));
}

// A width that differs is no layer's that the uncut network has.
TEST_F(OptimizerFillTest, AnotherShapeIsRefused) {
    NetworkConfig config = student_->config();
    config.vocabSize += 8;
    fixtures::NewCheckpoint made(*student_, scratch_ / "wide");
    for (const std::string& name : student_->tensorNames()) {
        at::Tensor value = viewOf(student_->tensor(name));
        if (name == kEmbeddingName) value = at::cat({value, at::ones({8, value.size(1)}, value.options())});
        made.add(name, value, student_->tensor(name).dtype);
    }
    student_ = made.finish(config);
    try {
        static_cast<void>(carriedTensors(*student_, *checkpoint(fixtures::kQwen2), options_));
        FAIL() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        EXPECT_THAT(error.message(), HasSubstr("model.embed_tokens.weight is 328 x 112"));
        EXPECT_THAT(error.message(), HasSubstr("is 320 x 112"));
        EXPECT_THAT(error.hint(), HasSubstr("--fill-steps 0"));
    }
}

TEST_F(OptimizerFillTest, ARunWithOtherStepsBeforeTheCutIsAnotherRun) {
    pauseAfter_ = 3;
    run(scratch_ / "out");
    options_.fillSteps = 4;
    EXPECT_EQ(refused(scratch_ / "out", {.resume = true}), ErrorCode::InvalidArgument);
    EXPECT_THAT(message_, HasSubstr("fill_steps was 5, now 4"));
    // What a preset stands for counts, not its name.
    options_.fillSteps = 5;
    options_.preset = HealPreset::Paper;
    options_.warmupSteps = -1;
    EXPECT_EQ(refused(scratch_ / "out", {.resume = true}), ErrorCode::InvalidArgument);
    EXPECT_THAT(message_, HasSubstr("warmup_steps was -1, now 2000"));
}

}  // namespace
}  // namespace secateur
