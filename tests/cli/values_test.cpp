// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/values.h"

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>

#include "core/base/error.h"

namespace secateur::cli {

using testing::DoubleEq;
using testing::ElementsAre;
using testing::Pointwise;

TEST(ParseAmount, ReadsDecimalAndBinaryPrefixes) {
    EXPECT_EQ(parseAmount("4096", "--x"), 4096);
    EXPECT_EQ(parseAmount("300k", "--x"), 300'000);
    EXPECT_EQ(parseAmount("8G", "--x"), 8'000'000'000);
    EXPECT_EQ(parseAmount("8GB", "--x"), 8'000'000'000);
    EXPECT_EQ(parseAmount("512MiB", "--x"), 512 * 1024 * 1024);
    EXPECT_EQ(parseAmount("1.5 GiB", "--x"), 1536LL * 1024 * 1024);
    EXPECT_EQ(parseAmount("1e6", "--x"), 1'000'000);
}

TEST(ParseAmount, TellsMalformedFromOutOfRange) {
    EXPECT_THROW((void)parseAmount("many", "--x"), CLI::ParseError);
    EXPECT_THROW((void)parseAmount("8Q", "--x"), CLI::ParseError);
    EXPECT_THROW((void)parseAmount("", "--x"), CLI::ParseError);
    EXPECT_THROW((void)parseAmount("0", "--x"), Error);
    EXPECT_THROW((void)parseAmount("-3G", "--x"), Error);
    EXPECT_THROW((void)parseAmount("1e30", "--x"), Error);
}

TEST(ParseNumbers, ReadsListsAndRanges) {
    EXPECT_THAT(parseNumbers("3,4", "--chop"), ElementsAre(3, 4));
    EXPECT_THAT(parseNumbers("0-2, 5", "--chop"), ElementsAre(0, 1, 2, 5));
}

TEST(ParseNumbers, TellsMalformedFromOutOfRange) {
    EXPECT_THROW((void)parseNumbers("3,x", "--chop"), CLI::ParseError);
    EXPECT_THROW((void)parseNumbers("", "--chop"), CLI::ParseError);
    EXPECT_THROW((void)parseNumbers("3,,4", "--chop"), CLI::ParseError);
    EXPECT_THROW((void)parseNumbers("-1", "--chop"), Error);
    EXPECT_THROW((void)parseNumbers("5-3", "--chop"), Error);
    EXPECT_THROW((void)parseNumbers("0-999999999", "--chop"), Error);
}

TEST(ParseRatios, IncludesBothEnds) {
    EXPECT_THAT(parseRatios("0:0.6:0.1", "--ratio"),
                Pointwise(DoubleEq(), {0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6}));
    EXPECT_THAT(parseRatios("0.1,0.25", "--ratio"), Pointwise(DoubleEq(), {0.1, 0.25}));
    EXPECT_THAT(parseRatios("0.3:0.3:0.1", "--ratio"), Pointwise(DoubleEq(), {0.3}));
    EXPECT_THAT(parseRatios("0:0.5:0.2", "--ratio"), Pointwise(DoubleEq(), {0.0, 0.2, 0.4}));
}

TEST(ParseRatios, TellsMalformedFromOutOfRange) {
    EXPECT_THROW((void)parseRatios("0:0.6", "--ratio"), CLI::ParseError);
    EXPECT_THROW((void)parseRatios("abc", "--ratio"), CLI::ParseError);
    EXPECT_THROW((void)parseRatios("0:1.5:0.1", "--ratio"), Error);
    EXPECT_THROW((void)parseRatios("0:0.6:0", "--ratio"), Error);
    EXPECT_THROW((void)parseRatios("0:0.6:-0.1", "--ratio"), Error);
    EXPECT_THROW((void)parseRatios("0.6:0:0.1", "--ratio"), Error);
    EXPECT_THROW((void)parseRatios("0:0.9:1e-9", "--ratio"), Error);
    EXPECT_THROW((void)parseRatios("nan", "--ratio"), Error);
}

TEST(ParseIds, TakesCommasBlanksAndBrackets) {
    EXPECT_THAT(parseIds("1,2,3", "--decode"), ElementsAre(1, 2, 3));
    EXPECT_THAT(parseIds("[1, 2 3]", "--decode"), ElementsAre(1, 2, 3));
    EXPECT_THAT(parseIds("", "--decode"), ElementsAre());
    EXPECT_THROW((void)parseIds("1,x", "--decode"), CLI::ParseError);
    EXPECT_THROW((void)parseIds("-1", "--decode"), Error);
    EXPECT_THROW((void)parseIds("4294967296", "--decode"), Error);
}

TEST(AtLeast, RefusesWhatDoesNotFitAnInt) {
    EXPECT_EQ(atLeast(3, 3, "--n"), 3);
    EXPECT_THROW((void)atLeast(2, 3, "--n"), Error);
    EXPECT_THROW((void)atLeast(std::int64_t{1} << 40, 0, "--n"), Error);
}

TEST(ParseCounts, RangesAndLists) {
    EXPECT_THAT(parseCounts("1:4", "--count"), testing::ElementsAre(1, 2, 3, 4));
    EXPECT_THAT(parseCounts("2:7:2", "--count"), testing::ElementsAre(2, 4, 6));
    EXPECT_THAT(parseCounts("6,2", "--count"), testing::ElementsAre(6, 2));
    EXPECT_THROW((void)parseCounts("0", "--count"), Error);
    EXPECT_THROW((void)parseCounts("3:1", "--count"), Error);
    EXPECT_THROW((void)parseCounts("1:3:0", "--count"), Error);
    EXPECT_THROW((void)parseCounts("1:", "--count"), CLI::ParseError);
    EXPECT_THROW((void)parseCounts("1:2:3:4", "--count"), CLI::ParseError);
}

}  // namespace secateur::cli
