// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/text_overlap.h"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

namespace secateur {
namespace {

constexpr int kLength = 32;

// `count` windows of consecutive numbers from `first` on.
TokenWindows numbers(int first, int count, int length = kLength) {
    TokenWindows windows;
    windows.seqLen = length;
    windows.ids.resize(static_cast<std::size_t>(count) * length);
    std::iota(windows.ids.begin(), windows.ids.end(), first);
    return windows;
}

TEST(TextOverlap, CountsWindowsThatWereUsed) {
    EXPECT_EQ(windowsSeen(numbers(0, 4), numbers(0, 8)), 4);
    EXPECT_EQ(windowsSeen(numbers(0, 8), numbers(0, 3)), 3);
    EXPECT_EQ(windowsSeen(numbers(0, 4), numbers(4 * kLength, 4)), 0);
}

TEST(TextOverlap, FindsTheSameTextInOtherWindows) {
    EXPECT_EQ(windowsSeen(numbers(0, 4), numbers(5, 4, 64)), 4);
    EXPECT_EQ(windowsSeen(numbers(3, 2, 8), numbers(0, 2)), 2) << "windows shorter than a run";
}

TEST(TextOverlap, APhraseInCommonIsNotTheText) {
    TokenWindows judged = numbers(0, 1, 128);
    TokenWindows used = numbers(1000, 1, 128);
    std::copy_n(judged.ids.begin(), 40, used.ids.begin() + 10);
    EXPECT_EQ(windowsSeen(judged, used), 0);
    std::copy_n(judged.ids.begin(), 100, used.ids.begin() + 10);
    EXPECT_EQ(windowsSeen(judged, used), 1);
}

TEST(TextOverlap, SaysWhatTheTextWasUsedFor) {
    EXPECT_EQ(inWords({TextPurpose::Training, "a.txt", 32, 32}), "seen in training: 32 of 32 windows");
    EXPECT_EQ(inWords({TextPurpose::Calibration, "a.txt", 1, 1}), "calibrated on this text: 1 of 1 window");
}

}  // namespace
}  // namespace secateur
