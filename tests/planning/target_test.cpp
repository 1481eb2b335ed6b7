// SPDX-License-Identifier: GPL-3.0-or-later
//
// Targets as people write them, and what plans reach of them.
#include "core/planning/target.h"

#include <gtest/gtest.h>

#include "core/planning/planner.h"
#include "tests/planning/toy_network.h"

namespace secateur {
namespace {

using Kind = Budget::Kind;

Budget sized(Kind kind, std::int64_t amount) {
    return {kind, 0.0, amount};
}

TEST(TargetWords, AreReadAsTheUserMeansThem) {
    const Budget bytes = sized(Kind::Bytes, 4'000'000'000),
                 parameters = sized(Kind::Parameters, 2'500'000'000);
    const Budget speed{Kind::Speedup, 0.0, 0, 1.5};
    const std::pair<const char*, Target> cases[] = {
        {"2.5 B", {{parameters}, {}}},
        {"under 4 GB", {{bytes}, {}}},
        {"at most 4 GB", {{bytes}, {}}},
        {"1.5x decode", {{speed}, {}}},
        {"at least 1.5x", {{speed}, {}}},
        {"under 4 GB with 8k context", {{}, {{4'000'000'000, 8192, 1}}}},
        {"4 GB with 8K context", {{}, {{4'000'000'000, 8192, 1}}}},
        {"4 GB at 5000 tokens", {{}, {{4'000'000'000, 5000, 1}}}},
        {"at most 4 GB at 5000 tokens of context", {{}, {{4'000'000'000, 5000, 1}}}},
        {"4 GB with 8k context batch 4", {{}, {{4'000'000'000, 8192, 4}}}},
        {"4 GB with 8k context, batch 4", {{}, {{4'000'000'000, 8192, 4}}}},
        {"4 GB with 8k context and batch 4 and 2.5 B", {{parameters}, {{4'000'000'000, 8192, 4}}}},
        {"2,500,000,000 and 4 GB, 1.5x", {{parameters, bytes, speed}, {}}},
    };
    for (const auto& [text, expected] : cases) {
        const auto read = parseTarget(text);
        ASSERT_TRUE(read.has_value()) << text;
        EXPECT_EQ(*read, expected) << text;
        EXPECT_EQ(parseTarget(targetText(*read)), expected) << targetText(*read);
    }
}

TEST(TargetWords, OtherTextIsNone) {
    for (const char* text :
         {"", "small", "4 GB and", ", 4 GB", "4 GB with context", "4 GB with 8k", "4 GB with 0 context",
          "2.5 B with 8k context", "with 8k context", "batch 4", "4 GB, batch 4",
          "4 GB with 8k context batch 0", "4 GB with 8k context batch 2 more", "at least 4 GB", "under 1.5x",
          "under 30 %", "0 %", "4 GB with 8k context, batch 2, batch 3", "4 GB with 99999999999999 context"})
        EXPECT_FALSE(parseTarget(text).has_value()) << text;
}

// float32, 4 layers of 2 KV groups of 8: a token is 2 * 4 bytes * 8 * 8 groups = 512 bytes.
TEST(TargetMemory, IsTheWeightsAndTheCacheOfEverySequence) {
    const ModelSummary model = test::summary(test::Shape{});
    const NetworkState dense = stateOf(model.config);
    EXPECT_EQ(cacheBytes(model, dense, 1000, 1), 512'000);
    EXPECT_EQ(cacheBytes(model, dense, 1000, 3), 1'536'000);
    const Accounting sums = account(model, dense);
    const auto excess = [&](const char* words) {
        return reachedBy(*parseTarget(words), model, dense, sums, std::nullopt, std::nullopt).worst();
    };
    const auto weights = static_cast<double>(packedAfter(sums));
    EXPECT_NEAR(excess("1 MB with 1000 tokens"), (weights + 512'000) / 1e6, 1e-9);
    EXPECT_NEAR(excess("1 MB with 1000 tokens batch 2"), (weights + 1'024'000) / 1e6, 1e-9);
    EXPECT_NEAR(excess("1 MB"), weights / 1e6, 1e-9);
}

TEST(TargetMemory, ASlidingWindowHoldsNoMoreThanItself) {
    NetworkConfig network = test::network(test::Shape{});
    network.layers[0].slidingWindow = 100;
    const ModelSummary model = test::summary(network);
    EXPECT_EQ(cacheBytes(model, stateOf(network), 1000, 1), 3 * 128'000 + 12'800);
    EXPECT_EQ(cacheBytes(model, stateOf(network), 50, 1), 50 * 512);
}

TEST(TargetReached, TheWorstPartCounts) {
    const ModelSummary model = test::summary(test::Shape{});
    const NetworkState dense = stateOf(model.config);
    const Accounting sums = account(model, dense);
    const Target target = *parseTarget("50 % and 1 GB and 2x");
    const Reached slow = reachedBy(target, model, dense, sums, 10.0, 10.0);
    ASSERT_EQ(slow.excess.size(), 3u);
    EXPECT_NEAR(slow.excess[0], 2.0, 1e-4);
    EXPECT_LT(slow.excess[1], 1.0);
    EXPECT_NEAR(slow.excess[2], 2.0, 1e-12);
    EXPECT_FALSE(slow.meets());
    EXPECT_FALSE(reachedBy(target, model, dense, sums, std::nullopt, std::nullopt).meets());
    EXPECT_NE(inWords(target, slow).find("about 10 tokens/s"), std::string::npos) << inWords(target, slow);
}

}  // namespace
}  // namespace secateur
