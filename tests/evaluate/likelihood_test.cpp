// SPDX-License-Identifier: GPL-3.0-or-later
//
// Likelihoods of continuations and divergences, against the losses and logits of whole windows.
#include "core/evaluate/likelihood.h"

#include <array>

#include <c10/core/GradMode.h>
#include <gmock/gmock.h>

#include "core/evaluate/divergence.h"
#include "core/evaluate/perplexity.h"
#include "core/model/layer_source.h"
#include "tests/evaluate/fixtures.h"

namespace secateur {
namespace {

// Every layer's MLP adds half of what it did.
class Halved final : public DerivedSource {
public:
    explicit Halved(std::shared_ptr<LayerSource> inner) : DerivedSource(std::move(inner)) {}
    [[nodiscard]] const NetworkConfig& config() const override { return inner().config(); }
    [[nodiscard]] LayerWeights layer(int position) override {
        LayerWeights layer = inner().layer(position);
        layer.linear(LinearName::Down).weight = layer.linear(LinearName::Down).weight * 0.5;
        return layer;
    }
    void release(int position) override { inner().release(position); }
    [[nodiscard]] std::string key(int position) const override { return "halved " + inner().key(position); }
};

JudgedSequence sequenceOf(const fixtures::Network& network, int window, int length, int judged) {
    const auto ids = network.windows.window(window);
    return {{ids.begin(), ids.begin() + length}, judged};
}

double lossOf(const at::Tensor& losses, int window, int length, int judged) {
    return losses[window].narrow(0, length - 1 - judged, judged).to(at::kDouble).sum().item<double>();
}

TEST(Likelihoods, AreMinusTheLossesWhateverRunsBeside) {
    const c10::NoGradGuard quiet;
    fixtures::Network network("llama3-gqa");
    JobContext context;
    const at::Tensor losses = chunkedLosses(network.weights, network.windows, fixtures::kRoomy, context);
    std::vector<JudgedSequence> sequences;
    const std::vector<std::array<int, 3>> wishes{{0, 24, 5}, {1, 7, 1}, {2, 20, 19},
                                                 {0, 24, 5}, {3, 9, 4}, {4, 8, 1}};
    for (const auto& [window, length, judged] : wishes)
        sequences.push_back(sequenceOf(network, window, length, judged));
    for (const std::int64_t bytes : {fixtures::kRoomy, std::int64_t{1}}) {
        const std::vector<AnswerScore> scores = likelihoods(network.weights, sequences, 128, bytes, context);
        for (std::size_t i = 0; i < wishes.size(); ++i) {
            const auto& [window, length, judged] = wishes[i];
            EXPECT_NEAR(scores[i].logLikelihood, -lossOf(losses, window, length, judged), 1e-4) << i;
        }
    }
}

// What begins alike runs once; each text is judged as if it ran alone, also beyond a sliding window.
TEST(Likelihoods, OfTextsThatBeginAlikeAreThoseOfEachAlone) {
    const c10::NoGradGuard quiet;
    JobContext context;
    for (const char* family : {"llama-mha", "llama3-gqa", "mistral-swa", "qwen2", "qwen3"}) {
        fixtures::Network network(family);
        const auto textOf = [&](int beginning, int shared, int end, int own, int judged) {
            JudgedSequence text = sequenceOf(network, beginning, shared, judged);
            const auto ids = network.windows.window(end);
            text.ids.insert(text.ids.end(), ids.begin(), ids.begin() + own);
            return text;
        };
        std::vector<JudgedSequence> texts{
            textOf(0, 20, 1, 6, 6), textOf(0, 20, 2, 9, 4), textOf(0, 20, 3, 1, 1), textOf(0, 20, 4, 2, 12),
            textOf(5, 15, 1, 4, 4), textOf(5, 15, 2, 3, 3), textOf(0, 12, 5, 5, 5)};
        for (const std::int64_t bytes : {fixtures::kRoomy, std::int64_t{1}}) {
            const std::vector<AnswerScore> together =
                likelihoods(network.weights, texts, 128, bytes, context);
            for (std::size_t i = 0; i < texts.size(); ++i) {
                const auto alone =
                    likelihoods(network.weights, std::span(texts).subspan(i, 1), 128, bytes, context);
                EXPECT_NEAR(together[i].logLikelihood, alone[0].logLikelihood, 2e-4)
                    << family << ", text " << i;
                EXPECT_EQ(together[i].likeliest, alone[0].likeliest);
            }
        }
    }
}

TEST(Likelihoods, TellsWhetherGreedyWritingGivesTheContinuation) {
    const c10::NoGradGuard quiet;
    fixtures::Network network("llama-mha");
    JobContext context;
    const at::Tensor best = windowLogits(network.weights, network.windows, 0, context).argmax(1);
    JudgedSequence right = sequenceOf(network, 0, 10, 1), wrong = right;
    right.ids.back() = static_cast<std::int32_t>(best[8].item<std::int64_t>());
    wrong.ids.back() = right.ids.back() == 0 ? 1 : 0;
    const std::vector<AnswerScore> scores =
        likelihoods(network.weights, std::vector{right, wrong}, 128, fixtures::kRoomy, context);
    EXPECT_TRUE(scores[0].likeliest);
    EXPECT_FALSE(scores[1].likeliest);
    EXPECT_GT(scores[0].logLikelihood, scores[1].logLikelihood);
}

TEST(Likelihoods, DropTheBeginningOfWhatIsTooLong) {
    const c10::NoGradGuard quiet;
    fixtures::Network network("llama-mha");
    JobContext context;
    const JudgedSequence whole = sequenceOf(network, 1, 20, 3);
    const JudgedSequence end{{whole.ids.end() - 11, whole.ids.end()}, 3};
    const auto cut = likelihoods(network.weights, std::vector{whole}, 10, fixtures::kRoomy, context);
    const auto alone = likelihoods(network.weights, std::vector{end}, 10, fixtures::kRoomy, context);
    EXPECT_DOUBLE_EQ(cut[0].logLikelihood, alone[0].logLikelihood);
}

TEST(Divergences, AreThoseOfAFloat64Computation) {
    const c10::NoGradGuard quiet;
    fixtures::Network one("llama3-gqa", 3), other("llama3-gqa", 3);
    std::vector<double> divergences, agreements;
    JobContext context;
    WeightSource second(std::make_shared<Halved>(other.weights.source()), ComputePlace{});
    const Divergence found = divergenceOf(one.weights, second, one.windows, fixtures::kRoomy, context);
    for (int window = 0; window < one.windows.count(); ++window) {
        const at::Tensor p =
            at::log_softmax(windowLogits(one.weights, one.windows, window, context).to(at::kDouble), 1);
        const at::Tensor q =
            at::log_softmax(windowLogits(second, one.windows, window, context).to(at::kDouble), 1);
        const at::Tensor each = (p.exp() * (p - q)).sum(1).narrow(0, 0, p.size(0) - 1);
        divergences.push_back(each.mean().item<double>());
        agreements.push_back(
            p.argmax(1).eq(q.argmax(1)).narrow(0, 0, p.size(0) - 1).to(at::kDouble).mean().item<double>());
    }
    EXPECT_GT(found.divergence.value, 0.0);
    EXPECT_NEAR(found.divergence.value, meanOf(divergences).value, 1e-9);
    EXPECT_NEAR(found.divergence.standardError, meanOf(divergences).standardError, 1e-9);
    EXPECT_DOUBLE_EQ(found.agreement.value, meanOf(agreements).value);
    EXPECT_EQ(found.tokens, 3 * 23);
    const Divergence same = divergenceOf(one.weights, other.weights, one.windows, 1, context);
    EXPECT_NEAR(same.divergence.value, 0.0, 1e-12);
    EXPECT_EQ(same.agreement.value, 1.0);
}

}  // namespace
}  // namespace secateur
