// SPDX-License-Identifier: GPL-3.0-or-later
//
// Distillation beyond the divergence of logits: hidden states, cached logits, text the teacher writes.
#include "core/heal/teacher.h"

#include <cmath>
#include <fstream>

#include <c10/core/GradMode.h>

#include "core/base/error.h"
#include "core/heal/teacher_cache.h"
#include "core/model/forward.h"
#include "tests/heal/distillation_fixture.h"

namespace secateur {
namespace {

using fixtures::checkpoint;
using fixtures::Scratch;

class TeacherTest : public fixtures::DistillationFixture {
protected:
    TeacherTest() : DistillationFixture(fixtures::kQwen3) {}
    // One step of learning rate 0 and what it says.
    HealPoint probe(Teacher& teacher, std::vector<at::Tensor>* gradients = nullptr) {
        TrainableNetwork network = student();
        Trainer trainer(network, &teacher, options_);
        const HealPoint point = trainer.step(batch_, 0.0, {0, 1, 2, 3, 4, 5});
        if (gradients != nullptr) *gradients = trainer.firstMoments();
        return point;
    }

    Scratch scratch_;
};

TEST_F(TeacherTest, CacheOfTheWholeVocabularyIsTheTeacher) {
    Teacher plain(checkpoint(fixtures::kQwen3), {}, windows_.seqLen),
        cached(checkpoint(fixtures::kQwen3), {}, windows_.seqLen);
    std::filesystem::create_directories(scratch_ / "");
    cached.cacheIn(scratch_ / "cache", windows_, 1 << 20, options_.temperature);
    std::vector<at::Tensor> expected, gradients;
    const double divergence = probe(plain, &expected).divergence;
    ASSERT_GT(divergence, 0.01);
    for (int pass = 0; pass < 2; ++pass) {  // computed, then read
        EXPECT_NEAR(probe(cached, &gradients).divergence, divergence, 1e-4 * divergence);
        for (std::size_t i = 0; i < gradients.size(); ++i)
            EXPECT_LE((gradients[i] - expected[i]).norm().item<double>(),
                      1e-3 * expected[i].norm().item<double>() + 1e-8);
    }
}

// The tail is one bucket: the divergence over k + 1 outcomes, by its definition.
TEST_F(TeacherTest, WhatTheCacheLeavesOutIsOneBucket) {
    constexpr int kTop = 5;
    Teacher plain(checkpoint(fixtures::kQwen3), {}, windows_.seqLen),
        cached(checkpoint(fixtures::kQwen3), {}, windows_.seqLen);
    cached.cacheIn(scratch_ / "cache", windows_, kTop, options_.temperature);
    const double reported = probe(cached).divergence;
    const c10::NoGradGuard quiet;
    const TrainableNetwork network = student();
    LayerOutputs none;
    const TeacherSide side = plain.side(batch_, {}, {}, none, options_);
    const double tau = options_.temperature;
    const at::Tensor p = at::softmax(at::linear(side.x, side.head).to(at::kFloat) / tau, -1).to(at::kDouble);
    const at::Tensor q =
        at::softmax(at::linear(inputsOf(network.stream(batch_)), network.head()) / tau, -1).to(at::kDouble);
    const auto [top, which] = p.topk(kTop, -1);
    const at::Tensor qTop = q.gather(1, which);
    const at::Tensor pRest = 1.0 - top.sum(1), qRest = 1.0 - qTop.sum(1);
    const at::Tensor sum = (top * (top / qTop).log()).sum(1) + pRest * (pRest / qRest).log();
    EXPECT_NEAR(reported, tau * tau * sum.mean().item<double>(), 1e-4 * reported);
}

// Gradient of the bucketed divergence against finite differences of the loss in one weight's direction.
TEST_F(TeacherTest, BucketedGradientIsTheSlopeOfTheLoss) {
    Teacher cached(checkpoint(fixtures::kQwen3), {}, windows_.seqLen);
    cached.cacheIn(scratch_ / "cache", windows_, 5, options_.temperature);
    options_.clip = 0.0;
    TrainableNetwork network = student();
    Trainer trainer(network, &cached, options_);
    trainer.step(batch_, 0.0, {0, 1, 2, 3, 4, 5});
    constexpr double kSlope = 0.1;  // of the first moment: 1 - beta1
    std::vector<at::Tensor> gradients;
    double square = 0.0;
    for (const at::Tensor& moment : trainer.firstMoments()) {
        gradients.push_back(moment / kSlope);
        square += gradients.back().square().sum().item<double>();
    }
    const double length = 2e-3 / std::sqrt(square);
    const auto lossAt = [&](double along) {
        TrainableNetwork moved = student();
        for (std::size_t i = 0; i < gradients.size(); ++i) {
            const c10::NoGradGuard quiet;
            moved.parameters()[i].value.detach().add_(gradients[i], along);
        }
        Trainer there(moved, &cached, options_);
        return there.step(batch_, 0.0, {0, 1, 2, 3, 4, 5}).loss;
    };
    const double slope = (lossAt(length) - lossAt(-length)) / (2.0 * length);
    EXPECT_NEAR(slope, square, 0.02 * square);
}

TEST_F(TeacherTest, ADamagedRecordIsComputedAgain) {
    const auto file = scratch_ / "cache";
    double whole = 0.0;
    {
        Teacher teacher(checkpoint(fixtures::kQwen3), {}, windows_.seqLen);
        teacher.cacheIn(file, windows_, 5, options_.temperature);
        whole = probe(teacher).divergence;
    }
    {
        std::fstream damaged(file, std::ios::in | std::ios::out | std::ios::binary);
        damaged.seekp(static_cast<std::streamoff>(std::filesystem::file_size(file) / 2));
        damaged << "damage";
    }
    Teacher teacher(checkpoint(fixtures::kQwen3), {}, windows_.seqLen);
    teacher.cacheIn(file, windows_, 5, options_.temperature);
    EXPECT_DOUBLE_EQ(probe(teacher).divergence, whole);
}

TEST_F(TeacherTest, HiddenStatesOfAnEqualStudentHaveNoDistance) {
    options_.hiddenShare = 1.0;
    Teacher teacher(checkpoint(fixtures::kQwen3), {}, windows_.seqLen);
    HealOptions same = options_;
    TrainableNetwork network(checkpoint(fixtures::kQwen3), {}, same, windows_.seqLen);
    Trainer trainer(network, &teacher, same);
    EXPECT_NEAR(trainer.step(batch_, 0.0).hiddenDistance, 0.0, 1e-9);
    EXPECT_GT(probe(teacher).hiddenDistance, 0.1);
}

TEST_F(TeacherTest, HiddenStatesComeNearer) {
    options_.hiddenShare = 1.0;
    options_.crossEntropyShare = 0.0;
    Teacher teacher(checkpoint(fixtures::kQwen3), {}, windows_.seqLen);
    TrainableNetwork network = student();
    Trainer trainer(network, &teacher, options_);
    const double first = trainer.step(batch_, 1e-2).hiddenDistance;
    double last = first;
    for (int step = 0; step < 20; ++step) last = trainer.step(batch_, 1e-2).hiddenDistance;
    EXPECT_LT(last, 0.9 * first);
}

TEST_F(TeacherTest, ATeacherWithoutTheStudentsLayersIsRefused) {
    options_.hiddenShare = 1.0;
    const std::filesystem::path demo =
        std::filesystem::path(SECATEUR_SOURCE_DIR) / "resources/demo/sprout-12";
    Teacher other(Checkpoint::open(demo), {}, windows_.seqLen);
    TrainableNetwork network = student();
    EXPECT_THROW(Trainer(network, &other, options_), Error);
}

TEST_F(TeacherTest, WritesTheSameWindowsForTheSameSeed) {
    Teacher teacher(checkpoint(fixtures::kQwen3), {}, windows_.seqLen);
    JobContext context;
    const TokenWindows one = teacher.write(windows_, 9, 1, context);
    EXPECT_EQ(one.count(), 9);
    EXPECT_EQ(one.ids, teacher.write(windows_, 9, 1, context).ids);
    EXPECT_NE(one.ids, teacher.write(windows_, 9, 2, context).ids);
    // Begins like the text it continues.
    EXPECT_EQ(one.ids[0], windows_.ids[0]);
}

}  // namespace
}  // namespace secateur
