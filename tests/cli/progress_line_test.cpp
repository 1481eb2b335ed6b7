// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/progress_line.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace secateur::cli {

TEST(ProgressText, NamesStagePercentRateAndTimeLeft) {
    const Progress progress{"measure", 0.42, 3100.0, "tokens", 4.2};
    EXPECT_EQ(progressText(progress), "measure   42 %  3.10 k tokens/s  0:04 left");
}

TEST(ProgressText, LeavesOutWhatIsNotKnown) {
    EXPECT_EQ(progressText({"open", 0.0, 0.0, "", -1.0}), "open    0 %");
}

TEST(ProgressBar, FillsWithTheFractionAndStaysInTheTerminal) {
    const std::string half = progressBar({"apply", 0.5, 0.0, "", -1.0}, 120);
    EXPECT_EQ(half, "[############------------]  apply   50 %");
    EXPECT_LT(progressBar({"apply", 0.5, 0.0, "", -1.0}, 20).size(), 20U);
}

TEST(ProgressLine, PlainLinesAreRareAndQuietIsSilent) {
    testing::internal::CaptureStderr();
    ProgressLine plain(ProgressLine::Style::Plain);
    for (int i = 0; i <= 100; ++i) plain.show({"measure", i / 100.0, 1.0, "tokens", 1.0});
    ProgressLine quiet(ProgressLine::Style::Quiet);
    quiet.show({"apply", 0.5, 0.0, "", -1.0});
    const std::string text = testing::internal::GetCapturedStderr();
    EXPECT_EQ(text.substr(0, text.find(" %")), "measure    0");
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 3);
    EXPECT_EQ(text.find("apply"), std::string::npos);
}

}  // namespace secateur::cli
