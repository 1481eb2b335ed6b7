// SPDX-License-Identifier: GPL-3.0-or-later
//
// LayerChop's distillation baseline (arXiv 2305.14864, eq. 7): hidden states, attention outputs and the
// embedding table beside the logits, values and gradients against the formula in float64.
#include <cmath>

#include <torch/csrc/autograd/autograd.h>

#include "core/base/error.h"
#include "tests/heal/distillation_fixture.h"
#include "tests/heal/reference_network.h"

namespace secateur {
namespace {

using fixtures::checkpoint;
using fixtures::ReferenceNetwork;

constexpr double kSlope = 0.1;  // of the first moment: 1 - beta1

struct Formula {
    at::Tensor loss, hidden, attention, embedding;
};

at::Tensor apart(const std::vector<at::Tensor>& learnt, const std::vector<at::Tensor>& taught) {
    at::Tensor sum = at::zeros({}, at::kDouble);
    for (std::size_t i = 0; i < learnt.size(); ++i)
        sum = sum + (learnt[i] - taught[i].detach()).square().mean() / taught[i].detach().square().mean();
    return sum / static_cast<double>(learnt.size());
}

Formula formula(const ReferenceNetwork& student, const ReferenceNetwork& teacher, const at::Tensor& batch,
                const HealOptions& options) {
    const auto own = student.run(batch), taught = teacher.run(batch);
    const std::int64_t last = batch.size(1) - 1;
    const auto rows = [&](const at::Tensor& logits) {
        return at::log_softmax(logits.narrow(1, 0, last).flatten(0, 1) / options.temperature, -1);
    };
    const at::Tensor targets = batch.narrow(1, 1, last).flatten();
    const at::Tensor entropy = at::cross_entropy_loss(own.logits.narrow(1, 0, last).flatten(0, 1), targets);
    const at::Tensor q = rows(own.logits), p = rows(taught.logits).detach();
    const at::Tensor divergence =
        options.temperature * options.temperature * (p.exp() * (p - q)).sum(-1).mean();
    const char* table = "model.embed_tokens.weight";
    Formula result;
    result.hidden = apart(own.streams, taught.streams);
    result.attention = apart(own.attention, taught.attention);
    result.embedding = apart({student.of(table)}, {teacher.of(table)});
    result.loss = options.crossEntropyShare * entropy + (1.0 - options.crossEntropyShare) * divergence +
                  options.hiddenShare * result.hidden + options.attentionShare * result.attention +
                  options.embeddingShare * result.embedding;
    return result;
}

class DistancesTest : public fixtures::DistillationFixture {  // parameter: recompute
protected:
    DistancesTest() : DistillationFixture(fixtures::kLlamaMha) { options_.clip = 0.0; }
    void compare(double value, const at::Tensor& expected, const char* what) const {
        EXPECT_NEAR(value, expected.item<double>(), 1e-5 * std::abs(expected.item<double>()) + 1e-12) << what;
    }
    void check() {
        Teacher teacher(checkpoint(fixtures::kLlamaMha), {}, windows_.seqLen);
        TrainableNetwork network = student();
        Trainer trainer(network, &teacher, options_);
        const HealPoint point = trainer.step(batch_, 0.0);
        const TrainableNetwork dense(checkpoint(fixtures::kLlamaMha), {}, {}, windows_.seqLen);
        const ReferenceNetwork reference(student()), taught(dense);
        const Formula expected = formula(reference, taught, batch_, options_);
        compare(point.loss, expected.loss, "loss");
        if (options_.hiddenShare > 0.0) compare(point.hiddenDistance, expected.hidden, "hidden");
        if (options_.attentionShare > 0.0) compare(point.attentionDistance, expected.attention, "attention");
        if (options_.embeddingShare > 0.0) compare(point.embeddingDistance, expected.embedding, "embedding");
        std::vector<at::Tensor> leaves;
        for (const Parameter& parameter : network.parameters())
            leaves.push_back(reference.of(parameter.name));
        const auto gradients = torch::autograd::grad({expected.loss}, leaves);
        for (std::size_t i = 0; i < leaves.size(); ++i) {
            const at::Tensor ours = trainer.firstMoments()[i].to(at::kDouble) / kSlope;
            EXPECT_LE((ours - gradients[i]).norm().item<double>(),
                      1e-4 * gradients[i].norm().item<double>() + 1e-9)
                << network.parameters()[i].name;
        }
    }
};

INSTANTIATE_TEST_SUITE_P(Activations, DistancesTest, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "recomputed" : "kept"; });

TEST_P(DistancesTest, HiddenStatesAreTheFormula) {
    options_.recompute = GetParam();
    options_.hiddenShare = 0.7;
    check();
}

TEST_P(DistancesTest, AttentionOutputsAreTheFormula) {
    options_.recompute = GetParam();
    options_.attentionShare = 0.6;
    check();
}

TEST_P(DistancesTest, AllTogetherAreTheFormula) {
    options_.recompute = GetParam();
    options_.embeddingShare = 1.3;
    options_.microBatch = 4;  // batches of 4 and 2: the embedding counts once a step
    check();
    // Mean squares are of the windows that run at once: the formula of these two is that of one batch.
    options_.microBatch = 0;
    options_.hiddenShare = 0.7;
    options_.attentionShare = 0.6;
    check();
}

TEST_F(DistancesTest, AFrozenEmbeddingIsNotPulled) {
    options_.embeddingShare = 1.0;
    options_.freezeEmbeddings = true;
    Teacher teacher(checkpoint(fixtures::kLlamaMha), {}, windows_.seqLen);
    TrainableNetwork network(checkpoint(fixtures::kLlamaMha), {}, options_, windows_.seqLen);
    EXPECT_THROW(Trainer(network, &teacher, options_), Error);
}

TEST_F(DistancesTest, FrozenFirstLayersStillHaveAnAttentionOutput) {
    options_.attentionShare = 1.0;
    options_.freezeEmbeddings = true;
    options_.frozenLayers = {0, 1};
    Teacher teacher(checkpoint(fixtures::kLlamaMha), {}, windows_.seqLen);
    TrainableNetwork same(checkpoint(fixtures::kLlamaMha), {}, options_, windows_.seqLen);
    EXPECT_NEAR(Trainer(same, &teacher, options_).step(batch_, 0.0).attentionDistance, 0.0, 1e-9);
}

}  // namespace
}  // namespace secateur
