// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/start_options.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace secateur {
namespace {

const ComputeChoice kKept{QStringLiteral("cpu"), QStringLiteral("bf16"), 3, 5'000'000'000};

TEST(StartOptions, AreThoseOfThePreferencesWhereTheCommandLineSaysNothing) {
    const SessionOptions options = startOptions({}, kKept);
    EXPECT_EQ(options.device, "cpu");
    EXPECT_EQ(options.dtype, ComputeDtype::BF16);
    EXPECT_EQ(options.threads, 3);
    EXPECT_EQ(options.memoryLimit, 5'000'000'000);
    const SessionOptions usual = startOptions({}, ComputeChoice{});
    EXPECT_EQ(usual.device, SessionOptions{}.device);
    EXPECT_EQ(usual.dtype, ComputeDtype::Auto);
    EXPECT_EQ(usual.threads, 0);
    EXPECT_EQ(usual.memoryLimit, 0);
}

TEST(StartOptions, OfTheCommandLineWin) {
    const SessionOptions options =
        startOptions({QStringLiteral("cuda:1"), QStringLiteral("f32"), QStringLiteral("0"), 7}, kKept);
    EXPECT_EQ(options.device, "cuda:1");
    EXPECT_EQ(options.dtype, ComputeDtype::F32);
    EXPECT_EQ(options.threads, 0);
    EXPECT_EQ(options.memoryLimit, 7);
}

TEST(StartOptions, ThatAreNoneAreRefused) {
    EXPECT_THROW(static_cast<void>(startOptions({{}, QStringLiteral("f8"), {}, {}}, kKept)), Error);
    EXPECT_THROW(static_cast<void>(startOptions({{}, {}, QStringLiteral("many"), {}}, kKept)), Error);
    EXPECT_THROW(static_cast<void>(startOptions({{}, {}, QStringLiteral("-1"), {}}, kKept)), Error);
}

}  // namespace
}  // namespace secateur
