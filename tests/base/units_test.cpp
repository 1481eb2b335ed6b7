// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/units.h"

#include <gtest/gtest.h>

namespace secateur {
namespace {

TEST(Units, APerplexityCarriesItsErrorWithTwoDigits) {
    EXPECT_EQ(formatPerplexity(1.7163, 0.0123), "1.716 ± 0.012");
    EXPECT_EQ(formatPerplexity(30.42, 2.561), "30.420 ± 2.6");
    EXPECT_EQ(formatPerplexity(9480.3, 1201.6), "9480 ± 1202");
    EXPECT_EQ(formatPerplexity(1.7163, std::nullopt), "1.716");
    EXPECT_EQ(formatPerplexity(1.7163, 0.0), "1.716") << "the same value in every window";
}

TEST(Units, AChangeHasASign) {
    EXPECT_EQ(formatChange(0.0093), "+0.9 %");
    EXPECT_EQ(formatChange(-0.25), "-25.0 %");
    EXPECT_EQ(formatChange(0.0), "+0.0 %");
    EXPECT_EQ(formatChange(29.6314), "+2963 %");
    EXPECT_EQ(formatChange(0.0093, 0.0041), "+0.9 % ± 0.4 %");
}

}  // namespace
}  // namespace secateur
