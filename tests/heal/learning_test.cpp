// SPDX-License-Identifier: GPL-3.0-or-later
//
// What learns and what does not: frozen layers, zeros of sparse networks, chosen linears, bf16 products.
#include <algorithm>
#include <cmath>

#include <c10/core/GradMode.h>
#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/model/tensors.h"
#include "core/planning/heal_forecast.h"
#include "core/storage/checkpoint_writer.h"
#include "tests/heal/fixtures.h"

namespace secateur {
namespace {

using fixtures::checkpoint;
using fixtures::ids;
using fixtures::Scratch;
using fixtures::tokens;

constexpr const char* kSparseWeight = "model.layers.1.mlp.up_proj.weight";

class LearningTest : public ::testing::Test {
protected:
    LearningTest() : windows_(tokens(fixtures::kLlama3Gqa, "calibration", 8)), batch_(ids(windows_, 8)) {}

    // Trains a few steps and returns the network.
    std::unique_ptr<TrainableNetwork> trained(const HealOptions& options, const ComputePlace& place = {}) {
        auto network = std::make_unique<TrainableNetwork>(source_, place, options, windows_.seqLen);
        Trainer trainer(*network, nullptr, options);
        for (int step = 0; step < 3; ++step) last_ = trainer.step(batch_, 1e-2);
        return network;
    }
    [[nodiscard]] at::Tensor stored(const std::string& name) const {
        return viewOf(source_->tensor(name)).to(at::kFloat);
    }
    // The family with a quarter of one linear's weights set to zero.
    void makeSparse() {
        const auto dense = checkpoint(fixtures::kLlama3Gqa);
        CheckpointWriter writer(scratch_ / "sparse", dense->summary().bytes, {});
        for (const std::string& name : dense->tensorNames()) {
            const TensorView& view = dense->tensor(name);
            at::Tensor value = viewOf(view).clone();
            if (name == kSparseWeight) value.flatten().view({-1, 4}).select(1, 0).zero_();
            writer.add(name, view.dtype, view.shape, bytesOf(value));
        }
        writer.writeConfig(dense->config(), Dtype::F32, HfLayout::Stock, dense->configJson());
        writer.finish();
        source_ = Checkpoint::open(scratch_ / "sparse");
    }

    Scratch scratch_;
    std::shared_ptr<const Checkpoint> source_ = checkpoint(fixtures::kLlama3Gqa);
    TokenWindows windows_;
    at::Tensor batch_;
    HealPoint last_;
};

TEST_F(LearningTest, FrozenLayersStayAndTheOthersMove) {
    HealOptions options;
    options.frozenLayers = {0, 2};
    options.freezeEmbeddings = true;
    const auto network = trained(options);
    for (const std::string& name : source_->tensorNames()) {
        const bool still = name.find("layers.0.") != std::string::npos ||
                           name.find("layers.2.") != std::string::npos || name == kEmbeddingName ||
                           name == kOutputHeadName;
        EXPECT_EQ(at::equal(network->merged(name).to(at::kFloat), stored(name)), still) << name;
    }
}

TEST_F(LearningTest, ALayerThatIsNotThereCannotBeFrozen) {
    HealOptions options;
    options.frozenLayers = {99};
    EXPECT_THROW(trained(options), Error);
}

TEST_F(LearningTest, ParametersThatLearnAreThoseForeseen) {
    for (const char* family : {"llama-mha", "llama3-gqa", "mistral-swa", "qwen2", "qwen3"}) {
        const auto opened = checkpoint(family);
        for (const HealMethod method : {HealMethod::Continued, HealMethod::Lora}) {
            for (const bool part : {false, true}) {
                HealOptions options;
                options.method = method;
                if (part) {
                    options.frozenLayers = {1};
                    options.freezeEmbeddings = true;
                    options.loraTargets = {"q_proj", "down_proj"};
                }
                const TrainableNetwork network(opened, {}, options, 16);
                std::int64_t learning = 0;
                for (const Parameter& parameter : network.parameters()) learning += parameter.value.numel();
                EXPECT_EQ(learning, learningParameters(opened->config(), options))
                    << family << " " << name(method) << " " << part;
            }
        }
    }
}

TEST_F(LearningTest, ZerosOfASparseLinearStayZero) {
    makeSparse();
    const at::Tensor before = stored(kSparseWeight);
    for (const HealMethod method : {HealMethod::Continued, HealMethod::Lora}) {
        HealOptions options;
        options.method = method;
        options.dropout = 0.0;
        const auto network = trained(options);
        EXPECT_EQ(network->sparseLinears(), 1);
        const at::Tensor after = network->merged(kSparseWeight);
        EXPECT_EQ(after.eq(0).sum().item<std::int64_t>(), before.eq(0).sum().item<std::int64_t>());
        EXPECT_EQ(after.index({before.eq(0)}).abs().max().item<float>(), 0.0f) << name(method);
        EXPECT_FALSE(at::equal(after, before)) << name(method);
        options.keepZeros = false;
        EXPECT_LT(trained(options)->merged(kSparseWeight).eq(0).sum().item<std::int64_t>(),
                  before.eq(0).sum().item<std::int64_t>());
    }
}

TEST_F(LearningTest, AdaptersOverASparseLinearMergeIntoWhatTheyComputed) {
    makeSparse();
    HealOptions options;
    options.method = HealMethod::Lora;
    options.dropout = 0.0;
    const auto network = trained(options);
    const double adapted = network->meanLoss(batch_);
    CheckpointWriter writer(scratch_ / "merged", source_->summary().bytes, {});
    for (const std::string& name : source_->tensorNames()) {
        const at::Tensor value = network->merged(name).to(at::kFloat).contiguous();
        writer.add(name, Dtype::F32, value.sizes().vec(), bytesOf(value));
    }
    writer.writeConfig(source_->config(), Dtype::F32, HfLayout::Stock, source_->configJson());
    writer.finish();
    const TrainableNetwork merged(Checkpoint::open(scratch_ / "merged"), {}, {}, windows_.seqLen);
    EXPECT_NEAR(merged.meanLoss(batch_), adapted, 1e-5);
}

TEST_F(LearningTest, OnlyChosenLinearsGetAdapters) {
    HealOptions options;
    options.method = HealMethod::Lora;
    options.loraTargets = {"v_proj"};
    const auto network = trained(options);
    for (const Parameter& parameter : network->parameters())
        EXPECT_NE(parameter.name.find("v_proj.lora_"), std::string::npos) << parameter.name;
    EXPECT_TRUE(at::equal(network->merged("model.layers.0.self_attn.q_proj.weight").to(at::kFloat),
                          stored("model.layers.0.self_attn.q_proj.weight")));
}

// bf16 has 8 bits of mantissa: gradients agree with float32 to a few percent, masters keep all their bits.
TEST_F(LearningTest, Bf16ProductsLearnNearlyTheSame) {
    HealOptions options;
    options.clip = 0.0;
    const ComputePlace bf16{at::kCPU, at::kBFloat16, at::kBFloat16};
    for (const bool recompute : {false, true}) {
        options.recompute = recompute;
        TrainableNetwork exact(source_, {}, options, windows_.seqLen);
        TrainableNetwork rounded(source_, bf16, options, windows_.seqLen);
        Trainer exactly(exact, nullptr, options), roughly(rounded, nullptr, options);
        const HealPoint one = exactly.step(batch_, 0.0);
        const HealPoint two = roughly.step(batch_, 0.0);
        EXPECT_NEAR(one.loss, two.loss, 0.01 * one.loss);
        EXPECT_NEAR(one.gradientNorm, two.gradientNorm, 0.03 * one.gradientNorm);
        for (std::size_t i = 0; i < exact.parameters().size(); ++i) {
            EXPECT_EQ(rounded.parameters()[i].value.scalar_type(), at::kFloat);
            const at::Tensor& a = exactly.firstMoments()[i];
            const double distance = (a - roughly.firstMoments()[i]).norm().item<double>();
            EXPECT_LE(distance, 0.1 * a.norm().item<double>() + 1e-7) << exact.parameters()[i].name;
        }
    }
}

TEST_F(LearningTest, Bf16LossFallsForEveryMethod) {
    const ComputePlace bf16{at::kCPU, at::kBFloat16, at::kBFloat16};
    for (const HealMethod method : {HealMethod::Continued, HealMethod::Lora}) {
        HealOptions options;
        options.method = method;
        options.dropout = 0.0;
        const TrainableNetwork before(source_, bf16, options, windows_.seqLen);
        EXPECT_LT(trained(options, bf16)->meanLoss(batch_), before.meanLoss(batch_)) << name(method);
    }
}

}  // namespace
}  // namespace secateur
