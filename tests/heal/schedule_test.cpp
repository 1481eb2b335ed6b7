// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "core/data/heal.h"

namespace secateur {
namespace {

TEST(Schedule, WarmsUpPeaksAndFallsToItsShare) {
    HealOptions options;
    options.warmup = 0.1;
    options.lastRate = 0.1;
    const auto at = [&](double step) { return rateAt(options, 1e-3, step, 100); };
    EXPECT_DOUBLE_EQ(at(0), 1e-4);
    EXPECT_DOUBLE_EQ(at(9), 1e-3);
    EXPECT_DOUBLE_EQ(at(10), 1e-3);
    EXPECT_NEAR(at(55), 1e-3 * (0.1 + 0.9 * 0.5), 1e-9);
    EXPECT_NEAR(at(100), 1e-4, 1e-12);
    options.schedule = Schedule::Linear;
    EXPECT_NEAR(at(55), 1e-3 * (0.1 + 0.9 * 0.5), 1e-9);
    EXPECT_NEAR(at(32.5), 1e-3 * (0.1 + 0.9 * 0.75), 1e-9);
    options.schedule = Schedule::Constant;
    EXPECT_DOUBLE_EQ(at(99), 1e-3);
}

TEST(Schedule, RatesFollowMethodAndSize) {
    EXPECT_DOUBLE_EQ(defaultRate(HealMethod::Continued, 5'000'000), 5e-4);
    EXPECT_DOUBLE_EQ(defaultRate(HealMethod::Continued, 500'000'000), 1e-4);
    EXPECT_DOUBLE_EQ(defaultRate(HealMethod::Lora, 5'000'000), 3e-3);
    EXPECT_DOUBLE_EQ(defaultRate(HealMethod::Continued, 7'000'000'000), 3e-5);
    EXPECT_DOUBLE_EQ(defaultRate(HealMethod::Lora, 7'000'000'000), 3e-4);
}

TEST(WindowOrder, SeesEveryWindowOnceAnEpoch) {
    std::multiset<int> seen;
    for (std::int64_t step = 0; step < 10; ++step)
        for (const int window : windowsOfStep(3, step, 4, 10)) seen.insert(window);
    for (int window = 0; window < 10; ++window) EXPECT_EQ(seen.count(window), 4u);
}

TEST(WindowOrder, IsAFunctionOfSeedAndStep) {
    EXPECT_EQ(windowsOfStep(3, 7, 4, 100), windowsOfStep(3, 7, 4, 100));
    EXPECT_NE(windowsOfStep(3, 7, 4, 100), windowsOfStep(4, 7, 4, 100));
    EXPECT_NE(windowsOfStep(3, 0, 100, 100), windowsOfStep(3, 1, 100, 100));  // every epoch its own order
}

TEST(HealMethod, NamesGoBothWays) {
    for (const char* word : {"continued", "lora", "distill", "scratch"})
        EXPECT_STREQ(name(*healMethod(word)), word);
    EXPECT_FALSE(healMethod("prayer"));
}

}  // namespace
}  // namespace secateur
