// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/rank.h"

#include <cmath>

#include <gmock/gmock.h>

namespace secateur {
namespace {

using Values = std::vector<float>;

TEST(Rank, OneIsTheLeastAndEqualValuesShare) {
    EXPECT_THAT(ranksOf(Values{0.3F, 0.1F, 0.2F}), testing::ElementsAre(3.0, 1.0, 2.0));
    EXPECT_THAT(ranksOf(Values{5.0F, 1.0F, 5.0F, 5.0F}), testing::ElementsAre(3.0, 1.0, 3.0, 3.0));
    EXPECT_THAT(ranksOf(Values{}), testing::IsEmpty());
}

TEST(Rank, AgreementIsOfOrdersAlone) {
    const Values small{0.1F, 0.2F, 0.3F, 0.4F}, steep{1.0F, 10.0F, 100.0F, 1000.0F};
    EXPECT_DOUBLE_EQ(*rankAgreement(small, steep), 1.0);
    EXPECT_DOUBLE_EQ(*rankAgreement(small, Values{4.0F, 3.0F, 2.0F, 1.0F}), -1.0);
    // 1 - 6 sum d^2 / (n (n^2 - 1)) with d = 0, 1, -1, 0
    EXPECT_DOUBLE_EQ(*rankAgreement(small, Values{1.0F, 3.0F, 2.0F, 4.0F}), 1.0 - 6.0 * 2.0 / 60.0);
}

TEST(Rank, NothingIsSaidOfListsWithoutAnOrder) {
    EXPECT_FALSE(rankAgreement(Values{1.0F, 2.0F}, Values{1.0F, 2.0F}));
    EXPECT_FALSE(rankAgreement(Values{1.0F, 1.0F, 1.0F}, Values{1.0F, 2.0F, 3.0F}));
    EXPECT_FALSE(rankAgreement(Values{1.0F, 2.0F, 3.0F}, Values{1.0F, 2.0F}));
    EXPECT_FALSE(rankAgreement(Values{1.0F, NAN, 3.0F}, Values{1.0F, 2.0F, 3.0F}));
}

}  // namespace
}  // namespace secateur
