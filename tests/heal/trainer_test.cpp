// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/heal/trainer.h"

#include <cmath>

#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include "core/base/error.h"
#include "core/model/tensors.h"
#include "tests/heal/fixtures.h"
#include "tests/threads.h"

namespace secateur {
namespace {

using fixtures::checkpoint;
using fixtures::ids;
using fixtures::tokens;

class TrainerTest : public ::testing::Test {
protected:
    TrainerTest() : windows_(tokens(fixtures::kLlama3Gqa, "calibration", 8)), batch_(ids(windows_, 8)) {}
    [[nodiscard]] TrainableNetwork network(const HealOptions& options = {}) const {
        return {checkpoint(fixtures::kLlama3Gqa), {}, options, windows_.seqLen};
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
        Teacher teacher(checkpoint(fixtures::kLlama3Gqa), {}, windows_.seqLen);
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
    Teacher teacher(checkpoint(fixtures::kLlama3Gqa), {}, windows_.seqLen);
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

// Away from the checkpoint, so that a teacher has something to teach and adapters are not zero.
void perturb(const TrainableNetwork& network) {
    const c10::NoGradGuard quiet;
    const at::Generator generator = seededGenerator(at::kCPU, 5);
    for (const Parameter& parameter : network.parameters())
        parameter.value.detach().add_(at::empty(parameter.value.sizes()).normal_(0.0, 0.02, generator));
}

TEST_F(TrainerTest, ThreadsShareABatch) {
    Teacher teacher(checkpoint(fixtures::kLlama3Gqa), {}, windows_.seqLen);
    for (const HealMethod method : {HealMethod::Continued, HealMethod::Lora, HealMethod::Distill}) {
        for (const bool recompute : {false, true}) {
            HealOptions options;
            options.method = method;
            options.recompute = recompute;
            options.dropout = 0.0;
            options.hiddenShare = method == HealMethod::Distill ? 0.5 : 0.0;
            std::vector<HealPoint> points;
            std::vector<std::vector<at::Tensor>> moments;
            for (const int threads : {1, 3}) {
                const test::Threads some(threads);
                TrainableNetwork student = network(options);
                perturb(student);
                Trainer trainer(student, &teacher, options);
                points.push_back(trainer.step(batch_, 0.0));
                moments.push_back(trainer.firstMoments());
            }
            const std::string what = std::string(name(method)) + (recompute ? ", recomputed" : "");
            const HealPoint &one = points[0], &three = points[1];
            EXPECT_NEAR(one.loss, three.loss, 1e-6 * one.loss) << what;
            EXPECT_NEAR(one.divergence, three.divergence, 1e-5 * one.divergence) << what;
            EXPECT_NEAR(one.hiddenDistance, three.hiddenDistance, 1e-5 * one.hiddenDistance) << what;
            EXPECT_NEAR(one.gradientNorm, three.gradientNorm, 1e-5 * one.gradientNorm) << what;
            for (std::size_t i = 0; i < moments[0].size(); ++i)
                EXPECT_LE(at::linalg_vector_norm(moments[0][i] - moments[1][i]).item<double>(),
                          1e-4 * at::linalg_vector_norm(moments[0][i]).item<double>() + 1e-9)
                    << what << ", tensor " << i;
        }
    }
}

TEST_F(TrainerTest, DropoutIsDrawnAnewInEveryStepAndAgainWhenALayerIsRecomputed) {
    const auto steps = [&](bool recompute) {
        HealOptions options;
        options.method = HealMethod::Lora;
        options.dropout = 0.4;
        options.recompute = recompute;
        TrainableNetwork student = network(options);
        Trainer trainer(student, nullptr, options);
        for (int step = 0; step < 3; ++step) trainer.step(batch_, 1e-2);
        std::vector<HealPoint> still;
        for (int step = 0; step < 2; ++step) still.push_back(trainer.step(batch_, 0.0));
        return still;
    };
    const std::vector<HealPoint> plain = steps(false), again = steps(false), recomputed = steps(true);
    EXPECT_NE(plain[0].loss, plain[1].loss);  // the weights are the same
    for (std::size_t i = 0; i < plain.size(); ++i) {
        EXPECT_EQ(plain[i].loss, again[i].loss);
        EXPECT_EQ(plain[i].gradientNorm, again[i].gradientNorm);
        EXPECT_NEAR(plain[i].loss, recomputed[i].loss, 1e-4 * plain[i].loss);
        EXPECT_NEAR(plain[i].gradientNorm, recomputed[i].gradientNorm, 1e-2 * plain[i].gradientNorm);
    }
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
