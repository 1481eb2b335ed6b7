// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tokens one after another, with keys and values kept, against all of them at once.
#include <filesystem>

#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include "core/model/decoder.h"
#include "core/model/weights.h"

namespace secateur {
namespace {

class KvCacheTest : public ::testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Families, KvCacheTest,
                         ::testing::Values("llama-mha", "llama3-gqa", "mistral-swa", "qwen2", "qwen3"),
                         [](const auto& info) {
                             std::string name = info.param;
                             for (char& c : name)
                                 if (c == '-') c = '_';
                             return name;
                         });

TEST_P(KvCacheTest, OneTokenAfterAnotherIsAllAtOnce) {
    const c10::NoGradGuard quiet;
    const auto checkpoint = Checkpoint::open(std::filesystem::path(SECATEUR_GOLDEN_DIR) / GetParam());
    constexpr int kTokens = 100, kPrompt = 5;  // the room for keys grows on the way
    const ComputePlace place;
    WeightSource weights(checkpoint, place);
    weights.keepResident(true);
    PassContext pass = makePassContext(checkpoint->config(), place, kTokens);
    at::manual_seed(1);
    const at::Tensor input = at::randn({2, kTokens, checkpoint->config().hiddenSize});
    const auto run = [&](const PassContext& context, at::Tensor hidden) {
        for (int position = 0; position < checkpoint->config().layerCount(); ++position)
            runLayer(context, position, weights.layer(position), hidden);
        return hidden;
    };
    const at::Tensor whole = run(pass, input.clone());
    KvCache cache{std::vector<KvCache::Layer>(checkpoint->config().layers.size())};
    std::vector<at::Tensor> parts;
    PassContext some = pass;
    some.cache = &cache;
    for (int from = 0; from < kTokens;) {
        const int count = from == 0 ? kPrompt : 1;
        some.rope = pass.rope.positions(from, count);
        parts.push_back(run(some, input.narrow(1, from, count).clone()));
        from += count;
    }
    EXPECT_LE((at::cat(parts, 1) - whole).abs().max().item<float>(), 1e-4f * whole.abs().max().item<float>());
}

}  // namespace
}  // namespace secateur
