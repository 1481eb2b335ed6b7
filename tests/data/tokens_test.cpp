// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/tokens.h"

#include <numeric>

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/base/job_context.h"

namespace secateur {
namespace {

using Ids = std::vector<std::int32_t>;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// Ids 0, 1, 2, ..., so that an id is its own position.
TokenStream countingStream(int count) {
    TokenStream stream{Ids(static_cast<std::size_t>(count)), "counting.txt", "abc", 4 * count};
    std::iota(stream.ids.begin(), stream.ids.end(), 0);
    return stream;
}

class CutWindows : public testing::Test {
protected:
    TokenWindows cut(int tokens, const WindowOptions& options) {
        return cutWindows(countingStream(tokens), options, context_);
    }
    std::vector<std::string> warnings_;
    JobContext context_{{}, {}, [this](const std::string& warning) { warnings_.push_back(warning); }};
};

TEST_F(CutWindows, TakesAllWholeWindowsInOrderAndDropsTheTail) {
    WindowOptions options;
    options.seqLen = 4;
    const TokenWindows windows = cut(11, options);
    EXPECT_EQ(windows.count(), 2);
    EXPECT_EQ(windows.ids, (Ids{0, 1, 2, 3, 4, 5, 6, 7}));
    EXPECT_EQ(windows.source, "counting.txt");
    EXPECT_EQ(windows.sha256, "abc");
    EXPECT_DOUBLE_EQ(windows.bytesPerToken.value(), 4.0);
    EXPECT_TRUE(warnings_.empty());
}

TEST_F(CutWindows, TakesOnlyAsManyAsAskedFor) {
    WindowOptions options;
    options.seqLen = 4;
    options.samples = 1;
    EXPECT_EQ(cut(11, options).ids, (Ids{0, 1, 2, 3}));
    EXPECT_TRUE(warnings_.empty());
}

TEST_F(CutWindows, WarnsWhenThereAreFewerThanAskedFor) {
    WindowOptions options;
    options.seqLen = 4;
    options.samples = 5;
    EXPECT_EQ(cut(11, options).count(), 2);
    EXPECT_THAT(warnings_,
                ElementsAre(AllOf(HasSubstr("counting.txt"), HasSubstr("2 windows"), HasSubstr("5"))));
}

// The first outputs of SplitMix64 for seed 0 are published: e220a8397b1dcdaf, 6e789e6aa1b965f4,
// 06c45d188009454f.
TEST_F(CutWindows, DrawsRandomStartsByTheDocumentedGenerator) {
    WindowOptions options;
    options.seqLen = 8;
    options.samples = 3;
    options.sampling = Sampling::Random;
    const TokenWindows windows = cut(1000, options);
    constexpr std::uint64_t kStarts = 1000 - 8 + 1;
    for (const auto& [index, draw] : {std::pair<int, std::uint64_t>{0, 0xe220a8397b1dcdaf},
                                      {1, 0x6e789e6aa1b965f4},
                                      {2, 0x06c45d188009454f}}) {
        EXPECT_EQ(windows.window(index).front(), static_cast<std::int32_t>(draw % kStarts)) << index;
        EXPECT_EQ(windows.window(index).back(), windows.window(index).front() + 7);
    }
    EXPECT_EQ(cut(1000, options).ids, windows.ids);
    options.seed = 1;
    EXPECT_NE(cut(1000, options).ids, windows.ids);
}

TEST_F(CutWindows, DrawsAsManyRandomWindowsAsTheTextHoldsWhenAskedForAll) {
    WindowOptions options;
    options.seqLen = 8;
    options.sampling = Sampling::Random;
    EXPECT_EQ(cut(1000, options).count(), 125);
    options.samples = 200;
    EXPECT_EQ(cut(100, options).count(), 200);
    EXPECT_THAT(warnings_, ElementsAre(AllOf(HasSubstr("93 windows"), HasSubstr("200"))));
}

TEST_F(CutWindows, KeepsBosOutOfTheBytesPerToken) {
    WindowOptions options;
    options.seqLen = 4;
    options.bos = true;
    EXPECT_DOUBLE_EQ(cut(9, options).bytesPerToken.value(), 36.0 / 8.0);
    TokenStream ids = countingStream(9);
    ids.textBytes.reset();
    EXPECT_FALSE(cutWindows(ids, options, context_).bytesPerToken.has_value());
}

TEST_F(CutWindows, RefusesATextShorterThanOneWindow) {
    WindowOptions options;
    try {
        static_cast<void>(cut(127, options));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        EXPECT_THAT(error.message(), AllOf(HasSubstr("counting.txt"), HasSubstr("127"), HasSubstr("128")));
    }
    EXPECT_EQ(cut(128, options).count(), 1);
    EXPECT_THROW(static_cast<void>(cut(0, options)), Error);
}

TEST_F(CutWindows, RefusesNumbersOutOfRange) {
    WindowOptions options;
    options.samples = -1;
    EXPECT_THROW(static_cast<void>(cut(1000, options)), Error);
    options.samples = 0;
    for (const int length : {0, -5}) {
        options.seqLen = length;
        EXPECT_THROW(static_cast<void>(cut(1000, options)), Error);
    }
    options = {};
    options.sampling = Sampling::Random;
    options.samples = 2'000'000'000;
    EXPECT_THROW(static_cast<void>(cut(1000, options)), Error);
}

}  // namespace
}  // namespace secateur
