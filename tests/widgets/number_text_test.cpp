// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/number_text.h"

#include <gmock/gmock.h>

#include "core/base/error.h"

namespace secateur {
namespace {

using ::testing::ElementsAre;

TEST(ParseAmount, ReadsWhatPeopleWrite) {
    EXPECT_EQ(parseAmount(QStringLiteral("4.2 M")), 4200000);
    EXPECT_EQ(parseAmount(QStringLiteral("4200000")), 4200000);
    EXPECT_EQ(parseAmount(QStringLiteral("4,200,000")), 4200000);
    EXPECT_EQ(parseAmount(QStringLiteral("8.2 MB")), 8200000);
    EXPECT_EQ(parseAmount(QStringLiteral("1.5G")), 1500000000);
    EXPECT_EQ(parseAmount(QStringLiteral("12k")), 12000);
}

TEST(ParseAmount, RefusesOtherText) {
    for (const char* text : {"", "much", "-3", "0", "1e9", "4.2 X", "1..2", "99999999999999999999 T"}) {
        EXPECT_FALSE(parseAmount(QLatin1String(text)).has_value()) << text;
    }
}

TEST(ParseLayers, ReadsRangesAndRefusesOthers) {
    EXPECT_THAT(parseLayers(QStringLiteral(" 0, 9-11 "), 12, QStringLiteral("Protected")),
                ElementsAre(0, 9, 10, 11));
    EXPECT_TRUE(parseLayers({}, 12, QStringLiteral("Protected")).empty());
    EXPECT_THROW(parseLayers(QStringLiteral("12"), 12, QStringLiteral("Protected")), Error);
    EXPECT_THROW(parseLayers(QStringLiteral("one"), 12, QStringLiteral("Protected")), Error);
    EXPECT_EQ(formatLayers({0, 9, 10, 11}), QStringLiteral("0, 9-11"));
    EXPECT_TRUE(formatLayers({}).isEmpty());
}

}  // namespace
}  // namespace secateur
