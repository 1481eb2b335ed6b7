// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/heal/trainer.h"

#include <cmath>

#include <c10/core/GradMode.h>

#include "core/base/error.h"
#include "tests/heal/fixtures.h"

namespace secateur {
namespace {

using fixtures::checkpoint;
using fixtures::ids;
using fixtures::tokens;

constexpr const char* kFamily = "llama3-gqa";

class TrainerTest : public ::testing::Test {
protected:
    TrainerTest() : windows_(tokens(kFamily, "calibration", 8)), batch_(ids(windows_, 8)) {}
    [[nodiscard]] TrainableNetwork network(const HealOptions& options = {}) const {
        return {checkpoint(kFamily), {}, options, windows_.seqLen};
    }
    TokenWindows windows_;
    at::Tensor batch_;
};

// AdamW by its formula (Loshchilov and Hutter 1711.05101, algorithm 2), from the gradients that a second
// trainer with learning rate 0 leaves in its first moments.
TEST_F(TrainerTest, FirstStepIsAdamWs) {
    HealOptions options;
    options.clip = 0.0;
    constexpr double kRate = 1e-2;
    TrainableNetwork moved = network(options), still = network(options);
    Trainer trainer(moved, nullptr, options), probe(still, nullptr, options);
    trainer.step(batch_, kRate);
    probe.step(batch_, 0.0);
    for (std::size_t i = 0; i < still.parameters().size(); ++i) {
        const Parameter& before = still.parameters()[i];
        const at::Tensor gradient = probe.firstMoments()[i] / (1.0 - options.beta1);
        const at::Tensor decayed =
            before.value.detach() * (1.0 - (before.decays ? kRate * options.weightDecay : 0.0));
        const at::Tensor expected = decayed - kRate * gradient / (gradient.abs() + options.epsilon);
        const double error = (moved.parameters()[i].value.detach() - expected).abs().max().item<double>();
        // Where a gradient is near epsilon its rounding decides; 1e-4 of the step covers that.
        EXPECT_LE(error, 1e-4 * kRate) << before.name;
    }
}

TEST_F(TrainerTest, LossFallsForEveryMethod) {
    for (const HealMethod method :
         {HealMethod::Continued, HealMethod::Lora, HealMethod::Distill, HealMethod::Scratch}) {
        HealOptions options;
        options.method = method;
        options.dropout = 0.0;
        TrainableNetwork student = network(options);
        Teacher teacher(checkpoint(kFamily), {}, windows_.seqLen);
        Trainer trainer(student, method == HealMethod::Distill ? &teacher : nullptr, options);
        const double first = trainer.step(batch_, 3e-3).crossEntropy;
        HealPoint last;
        for (int step = 0; step < 10; ++step) last = trainer.step(batch_, 3e-3);
        EXPECT_LT(last.crossEntropy, first) << name(method);
        EXPECT_EQ(last.step, 11);
        if (method != HealMethod::Distill) {
            EXPECT_DOUBLE_EQ(last.divergence, 0.0);
        }
    }
}

TEST_F(TrainerTest, TeacherEqualToItsStudentHasNothingToTeach) {
    HealOptions options;
    options.method = HealMethod::Distill;
    options.crossEntropyShare = 0.0;
    TrainableNetwork student = network(options);
    Teacher teacher(checkpoint(kFamily), {}, windows_.seqLen);
    Trainer trainer(student, &teacher, options);
    EXPECT_NEAR(trainer.step(batch_, 0.0).divergence, 0.0, 1e-6);
}

TEST_F(TrainerTest, PartsOfABatchAddUp) {
    // 8 windows at once and a batch that is cut into parts by its length must agree: mean over windows either
    // way.
    HealOptions options;
    TrainableNetwork one = network(options);
    Trainer whole(one, nullptr, options);
    const HealPoint point = whole.step(batch_, 0.0);
    TrainableNetwork two = network(options);
    Trainer repeated(two, nullptr, options);
    const at::Tensor many = batch_.repeat({32, 1});  // 256 windows of 24 tokens: more than are run at once
    const HealPoint same = repeated.step(many, 0.0);
    EXPECT_NEAR(point.loss, same.loss, 1e-5);
    EXPECT_NEAR(point.gradientNorm, same.gradientNorm, 1e-4 * point.gradientNorm);
}

TEST_F(TrainerTest, ALossThatIsNotFiniteNamesStepAndLayerAndLeavesTheWeights) {
    TrainableNetwork broken = network();
    Trainer trainer(broken, nullptr, {});
    for (const Parameter& parameter : broken.parameters()) {
        if (parameter.name.find("layers.2.mlp.up_proj") == std::string::npos) continue;
        const c10::NoGradGuard quiet;
        parameter.value.detach().fill_(NAN);
    }
    const at::Tensor before = broken.parameters().front().value.detach().clone();
    try {
        trainer.step(batch_, 1e-3);
        FAIL() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Corrupt);
        EXPECT_NE(error.message().find("step 1"), std::string::npos) << error.message();
        EXPECT_NE(error.message().find("layer 2"), std::string::npos) << error.message();
    }
    EXPECT_TRUE(at::equal(before, broken.parameters().front().value.detach()));
}

}  // namespace
}  // namespace secateur
