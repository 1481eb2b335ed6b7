// SPDX-License-Identifier: GPL-3.0-or-later
//
// Text that a network writes: with keys and values kept, and drawn as asked for.
#include "core/evaluate/completion.h"

#include <array>
#include <cmath>
#include <thread>

#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/model/layer_pass.h"
#include "tests/evaluate/fixtures.h"

namespace secateur {
namespace {

std::vector<std::int32_t> promptOf(const fixtures::Network& network, int count) {
    const auto window = network.windows.window(0);
    return {window.begin(), window.begin() + count};
}

class Completions : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Families, Completions,
                         testing::Values("llama-mha", "llama3-gqa", "mistral-swa", "qwen2", "qwen3"),
                         [](const auto& info) {
                             std::string name = info.param;
                             std::erase(name, '-');
                             return name;
                         });

TEST_P(Completions, LogitsWithTheCacheAreThoseOfTheWholeText) {
    const c10::NoGradGuard quiet;
    fixtures::Network network(GetParam());
    JobContext context;
    const PassContext pass = makePassContext(network.weights.config(), network.weights.place(), 24);
    at::Tensor hidden = embed(network.weights, network.windows, 0, 1);
    runLayers(network.weights, pass, hidden, context);
    const at::Tensor whole = logitsOf(network.weights, hidden[0]);
    constexpr int kPrompt = 9;
    TokenReader reader(network.weights, 24);
    const auto window = network.windows.window(0);
    const double size = whole.abs().max().item<double>();
    for (int read = 0; read < 24;) {
        const int count = read == 0 ? kPrompt : 1;
        const at::Tensor logits =
            reader.read(window.subspan(static_cast<std::size_t>(read), count), context)[0];
        read += count;
        EXPECT_LE((logits - whole[read - 1]).abs().max().item<double>(), 1e-5 * size) << read;
    }
}

TEST_P(Completions, SequencesSideBySideAreReadAsEachAlone) {
    const c10::NoGradGuard quiet;
    fixtures::Network network(GetParam());
    JobContext context;
    constexpr int kBatch = 3, kPrompt = 7;
    TokenReader together(network.weights, 24, kBatch);
    std::vector<std::unique_ptr<TokenReader>> alone;
    for (int i = 0; i < kBatch; ++i) alone.push_back(std::make_unique<TokenReader>(network.weights, 24));
    int marks = 0;
    together.setMark([&] { ++marks; });
    for (int read = 0; read < 12;) {
        const int count = read == 0 ? kPrompt : 1;
        std::vector<std::int32_t> ids;
        std::vector<at::Tensor> expected;
        for (int i = 0; i < kBatch; ++i) {
            const auto some = network.windows.window(i).subspan(static_cast<std::size_t>(read), count);
            ids.insert(ids.end(), some.begin(), some.end());
            expected.push_back(alone[static_cast<std::size_t>(i)]->read(some, context)[0]);
        }
        const at::Tensor whole = at::stack(expected);
        const at::Tensor logits = together.read(ids, context);
        EXPECT_LE((logits - whole).abs().max().item<double>(), 1e-5 * whole.abs().max().item<double>());
        read += count;
    }
    EXPECT_EQ(marks, 6 * (network.layers() + 2)) << "embeddings, each layer and the head, in each of 6 reads";
}

TEST_P(Completions, GreedyTakesTheMostProbableTokenEachTime) {
    const c10::NoGradGuard quiet;
    fixtures::Network network(GetParam());
    JobContext context;
    CompletionOptions options;
    options.temperature = 0.0;
    options.tokens = 8;
    const auto prompt = promptOf(network, 10);
    const WrittenTokens written = writeTokens(network.weights, prompt, -1, options, {}, context);
    ASSERT_EQ(written.ids.size(), 8u);
    TokenWindows text;
    text.seqLen = 18;
    text.ids = prompt;
    text.ids.insert(text.ids.end(), written.ids.begin(), written.ids.end());
    at::Tensor hidden = embed(network.weights, text, 0, 1);
    runLayers(network.weights, makePassContext(network.weights.config(), network.weights.place(), 18), hidden,
              context);
    const at::Tensor logits = logitsOf(network.weights, hidden[0]);
    double loss = 0.0;
    for (int i = 0; i < 8; ++i) {
        const std::int32_t id = written.ids[static_cast<std::size_t>(i)];
        const at::Tensor row = logits[9 + i];
        EXPECT_LE((row.max() - row[id]).item<float>(), 1e-4F) << i;
        loss += (row.logsumexp(0) - row[id]).item<double>() / 8;
    }
    EXPECT_NEAR(written.meanLoss, loss, 1e-4);
}

TEST(CompletionDraws, ASeedFixesTheText) {
    const c10::NoGradGuard quiet;
    fixtures::Network network("llama3-gqa");
    JobContext context;
    CompletionOptions options;
    options.tokens = 20;
    options.temperature = 1.0;
    const auto prompt = promptOf(network, 6);
    const auto write = [&](std::uint64_t seed) {
        options.seed = seed;
        return writeTokens(network.weights, prompt, -1, options, {}, context).ids;
    };
    const auto first = write(1);
    EXPECT_EQ(write(1), first);
    EXPECT_NE(write(2), first);
}

TEST(CompletionDraws, TheEndTokenEndsTheTextAndIsNoPartOfIt) {
    const c10::NoGradGuard quiet;
    fixtures::Network network("llama3-gqa");
    JobContext context;
    CompletionOptions options;
    options.tokens = 12;
    options.temperature = 0.0;
    const auto prompt = promptOf(network, 6);
    const auto all = writeTokens(network.weights, prompt, -1, options, {}, context).ids;
    std::vector<std::int32_t> seen;
    const WrittenTokens ended = writeTokens(
        network.weights, prompt, all[3], options, [&](std::int32_t id) { seen.push_back(id); }, context);
    EXPECT_TRUE(ended.ended);
    const auto stop = std::find(all.begin(), all.end(), all[3]);
    EXPECT_EQ(ended.ids, std::vector<std::int32_t>(all.begin(), stop));
    EXPECT_EQ(seen, ended.ids);
}

TEST(CompletionDraws, StopsAtTheNextLayer) {
    const c10::NoGradGuard quiet;
    fixtures::Network network("llama3-gqa");
    std::stop_source stop;
    JobContext context(stop.get_token(), {});
    CompletionOptions options;
    options.tokens = 1'000;
    int written = 0;
    const auto onToken = [&](std::int32_t) {
        if (++written == 3) stop.request_stop();
    };
    try {
        static_cast<void>(writeTokens(network.weights, promptOf(network, 4), -1, options, onToken, context));
        FAIL() << "was not stopped";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Cancelled);
    }
    EXPECT_EQ(written, 3);
}

// A toy distribution: logits of 1/2, 1/4, 1/8 and 1/8.
at::Tensor toy() {
    return at::tensor({std::log(0.125F), std::log(0.5F), std::log(0.125F), std::log(0.25F)});
}

std::array<double, 4> frequencies(const CompletionOptions& options, int draws = 40'000) {
    TokenSampler sampler(options);
    std::array<double, 4> counts{};
    for (int i = 0; i < draws; ++i) counts[static_cast<std::size_t>(sampler.draw(toy()))] += 1.0 / draws;
    return counts;
}

// Four standard errors of a share of 1/2 in 40 000 draws are 0.01.
void expectNear(const std::array<double, 4>& counts, const std::array<double, 4>& shares) {
    for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(counts[i], shares[i], 0.01) << i;
}

TEST(CompletionDraws, FrequenciesAreTheProbabilities) {
    CompletionOptions options;
    options.temperature = 1.0;
    expectNear(frequencies(options), {0.125, 0.5, 0.125, 0.25});
}

TEST(CompletionDraws, TemperatureFlattensAndSharpens) {
    CompletionOptions options;
    options.temperature = 0.5;  // squares: 1/4, 1/16, 1/64, 1/64 of 22/64
    expectNear(frequencies(options), {1.0 / 22, 16.0 / 22, 1.0 / 22, 4.0 / 22});
    options.temperature = 1e6;
    expectNear(frequencies(options), {0.25, 0.25, 0.25, 0.25});
    options.temperature = 0.0;
    expectNear(frequencies(options, 100), {0.0, 1.0, 0.0, 0.0});
}

TEST(CompletionDraws, TopKAndTopPLeaveTheRestOut) {
    CompletionOptions options;
    options.temperature = 1.0;
    options.topK = 2;
    expectNear(frequencies(options), {0.0, 2.0 / 3, 0.0, 1.0 / 3});
    options.topK = 0;
    options.topP = 0.7;  // one half is too little, three quarters are enough
    expectNear(frequencies(options), {0.0, 2.0 / 3, 0.0, 1.0 / 3});
    options.topP = 1e-9;
    expectNear(frequencies(options, 100), {0.0, 1.0, 0.0, 0.0});
}

TEST(CompletionDraws, RefusesWhatMeansNothing) {
    const auto refused = [](auto change) {
        CompletionOptions options;
        change(options);
        EXPECT_THROW(TokenSampler{options}, Error);
    };
    refused([](auto& options) { options.temperature = -0.1; });
    refused([](auto& options) { options.temperature = std::nan(""); });
    refused([](auto& options) { options.topK = -1; });
    refused([](auto& options) { options.topP = 0.0; });
    refused([](auto& options) { options.topP = 1.5; });
    TokenSampler sampler({});
    EXPECT_THROW(static_cast<void>(sampler.draw(at::full({3}, std::nanf("")))), Error);
}

}  // namespace
}  // namespace secateur
