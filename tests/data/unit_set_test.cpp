// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/unit_set.h"

#include <random>

#include <gmock/gmock.h>

#include "core/base/error.h"

namespace secateur {
namespace {

std::string refusal(const std::string& text, int units) {
    try {
        (void)parseUnits(text, units, "here");
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        return error.message();
    }
    return "accepted";
}

TEST(UnitSet, ReadsInclusiveRanges) {
    EXPECT_EQ(parseUnits("0-3,5", 7, ""), (UnitMask{1, 1, 1, 1, 0, 1, 0}));
    EXPECT_EQ(parseUnits("5,0-3", 7, ""), (UnitMask{1, 1, 1, 1, 0, 1, 0}));
    EXPECT_EQ(parseUnits("2-2", 3, ""), (UnitMask{0, 0, 1}));
    EXPECT_EQ(parseUnits("", 3, ""), (UnitMask{0, 0, 0}));
    EXPECT_EQ(parseUnits("", 0, ""), UnitMask{});
}

TEST(UnitSet, RefusesWhatIsNotASet) {
    EXPECT_EQ(refusal("3-1", 5), "here: the range 3-1 descends");
    EXPECT_EQ(refusal("0-3,2", 5), "here: unit 2 appears twice");
    EXPECT_EQ(refusal("0-5", 5), "here: unit 5 is out of range, there are 5");
    EXPECT_EQ(refusal("0", 0), "here: unit 0 is out of range, there are 0");
    EXPECT_EQ(refusal("0,", 5), "here: a number is missing at character 3");
    EXPECT_EQ(refusal("-1", 5), "here: a number is missing at character 1");
    EXPECT_EQ(refusal("1-", 5), "here: a number is missing at character 3");
    EXPECT_EQ(refusal("1 -2", 5), "here: an unexpected character at character 2");
    EXPECT_EQ(refusal("a", 5), "here: a number is missing at character 1");
    EXPECT_EQ(refusal("1-2-3", 5), "here: an unexpected character at character 4");
    EXPECT_EQ(refusal("9999999999", 5), "here: a number has too many digits at character 10");
    EXPECT_EQ(refusal("0-999999999", 5), "here: unit 999999999 is out of range, there are 5");
}

TEST(UnitSet, WritesWhatItReads) {
    std::mt19937 generator(3);
    for (int round = 0; round < 200; ++round) {
        UnitMask mask(generator() % 70);
        for (auto& unit : mask) unit = generator() % 3 != 0;
        const std::string text = formatUnits(mask);
        EXPECT_EQ(parseUnits(text, static_cast<int>(mask.size()), ""), mask) << text;
    }
    EXPECT_EQ(formatUnits({1, 1, 1, 1, 0, 1}), "0-3,5");
    EXPECT_EQ(formatUnits({0, 0}), "");
}

TEST(UnitSet, Counts) {
    EXPECT_EQ(countKept({1, 0, 1}), 2);
    EXPECT_THAT(keptIndices({1, 0, 1}), testing::ElementsAre(0, 2));
}

}  // namespace
}  // namespace secateur
