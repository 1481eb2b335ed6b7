// SPDX-License-Identifier: GPL-3.0-or-later
//
// Numbers that were measured on text that the plan or the checkpoint has seen say so; perplexities carry
// their standard errors.
#include <cmath>
#include <numeric>
#include <span>

#include <gmock/gmock.h>

#include "core/planning/plan_difference.h"
#include "tests/session/fixtures.h"
#include "tests/short_request.h"

namespace secateur {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kHistoryFamily = "llama3-gqa";

class TextHistoryTest : public testing::Test {
protected:
    TextHistoryTest() : session_(fixtures::open(fixtures::golden(kHistoryFamily))) {
        calibration_ = fixtures::tokens(*session_, kHistoryFamily, "calibration");
        evaluation_ = fixtures::tokens(*session_, kHistoryFamily, "evaluation");
    }

    Plan narrowed() {
        test::ShortRequest request;
        request.width.emplace().ratio = 0.2;
        const auto analysis = session_->measure(calibration_, {}, context_, {});
        return session_->plan(analysis.get(), nullptr, request, context_).plan;
    }

    JobContext context_;
    std::shared_ptr<Session> session_;
    TokenWindows calibration_, evaluation_;
};

TEST_F(TextHistoryTest, APreviewOnCalibrationWindowsSaysSo) {
    const Plan plan = narrowed();
    const int all = calibration_.count();
    PreviewOptions options;
    options.calibration = &calibration_;
    EXPECT_THAT(session_->preview(plan, nullptr, calibration_, options, context_).overlaps,
                ElementsAre(TextOverlap{TextPurpose::Calibration, calibration_.source, all, all}));
    EXPECT_THAT(session_->preview(plan, nullptr, evaluation_, options, context_).overlaps, IsEmpty());
}

TEST_F(TextHistoryTest, MeansMeasuredOnTheJudgedWindowsAreCalibration) {
    const int all = evaluation_.count();
    EXPECT_THAT(session_->preview(narrowed(), nullptr, evaluation_, {}, context_).overlaps,
                ElementsAre(TextOverlap{TextPurpose::Calibration, evaluation_.source, all, all}));
}

// The window and later commands have the plan alone, which names its text.
TEST(TextHistory, WindowsAfterThoseOfCalibrationAreNew) {
    const std::filesystem::path demo = std::filesystem::path(SECATEUR_SOURCE_DIR) / "resources/demo";
    const auto session = fixtures::open(demo / "sprout-12");
    JobContext context;
    TextSource text;
    text.textFile = (demo / "sample.txt").string();
    const auto cut = [&](int samples, int skip) {
        return session->windows(text, {.samples = samples, .seqLen = 32, .skip = skip}, context);
    };
    test::ShortRequest request;
    request.width.emplace().ratio = 0.1;
    const auto analysis = session->measure(cut(4, 0), {}, context, {});
    const Plan plan = session->plan(analysis.get(), nullptr, request, context).plan;
    const auto overlaps = [&](const TokenWindows& windows) {
        return session->preview(plan, analysis.get(), windows, {}, context).overlaps;
    };
    EXPECT_THAT(overlaps(cut(4, 0)), ElementsAre(TextOverlap{TextPurpose::Calibration, "sample.txt", 4, 4}));
    EXPECT_THAT(overlaps(cut(4, 2)), ElementsAre(TextOverlap{TextPurpose::Calibration, "sample.txt", 2, 4}));
    EXPECT_THAT(overlaps(cut(4, 4)), IsEmpty());
    // What compares chops on that text tells it with every number, beside the windows.
    const auto protocol = [&](int skip) {
        return session->chopSweep(analysis.get(), cut(4, skip), {{"top"}, {1}}, context).protocol;
    };
    EXPECT_THAT(protocol(2), ::testing::HasSubstr("calibrated on this text: 2 of 4 windows"));
    EXPECT_THAT(protocol(4), ::testing::Not(::testing::HasSubstr("calibrated")));
}

TEST_F(TextHistoryTest, AHealedCheckpointKnowsWhatItLearnedFrom) {
    const fixtures::Scratch scratch;
    HealRequest request;
    request.options.steps = 1;
    request.options.batchWindows = 2;
    request.record.text = calibration_.text;
    request.record.windows.seqLen = calibration_.seqLen;
    (void)session_->heal(calibration_, nullptr, request, scratch / "healed", context_);
    const auto healed = fixtures::open(scratch / "healed");
    ASSERT_NE(healed->summary().healedBy, nullptr);
    const int all = calibration_.count();
    const auto overlaps = healed->perplexity(calibration_, context_).overlaps;
    EXPECT_THAT(overlaps, ElementsAre(TextOverlap{TextPurpose::Training, "tokens.safetensors", all, all}));
    EXPECT_THAT(healed->perplexity(evaluation_, context_).overlaps, IsEmpty());
    EXPECT_THAT(session_->perplexity(calibration_, context_).overlaps, IsEmpty());
}

// exp of the mean of the windows' mean losses has, to first order, its own value times the error of that
// mean.
TEST_F(TextHistoryTest, ErrorsAreThoseOfMeansOverWindows) {
    PreviewOptions options;
    options.perToken = true;
    const PreviewReport report = session_->preview(narrowed(), nullptr, evaluation_, options, context_);
    const auto scored = static_cast<std::size_t>(evaluation_.seqLen - 1);
    std::vector<double> differences;
    for (int i = 0; i < evaluation_.count(); ++i) {
        const auto at = static_cast<std::ptrdiff_t>(i * scored);
        double sum = 0.0;
        for (std::size_t token = 0; token < scored; ++token)
            sum += report.planTokenLoss[at + token] - report.denseTokenLoss[at + token];
        differences.push_back(sum / static_cast<double>(scored));
    }
    const auto count = static_cast<double>(differences.size());
    const double mean = std::accumulate(differences.begin(), differences.end(), 0.0) / count;
    double squares = 0.0;
    for (const double value : differences) squares += (value - mean) * (value - mean);
    const double error = std::sqrt(squares / (count - 1.0) / count);
    ASSERT_TRUE(report.changeStandardError && report.denseStandardError);
    EXPECT_NEAR(*report.changeStandardError, (1.0 + report.change()) * error, 1e-6);
    EXPECT_NEAR(report.change(), std::exp(mean) - 1.0, 1e-6);
    // Losses of windows tell the same, also of two plans.
    const auto paired = pairedChange(report.denseWindowLoss, report.planWindowLoss);
    ASSERT_TRUE(paired);
    EXPECT_EQ(paired->windows, evaluation_.count());
    EXPECT_NEAR(paired->change, report.change(), 1e-9);
    EXPECT_NEAR(paired->standardError, *report.changeStandardError, 1e-6);
    EXPECT_NEAR(*session_->perplexity(evaluation_, context_).standardError, *report.denseStandardError, 1e-5);
}

TEST_F(TextHistoryTest, OneWindowHasNoStandardError) {
    const TokenWindows one = fixtures::tokens(*session_, kHistoryFamily, "evaluation", 1);
    EXPECT_FALSE(session_->perplexity(one, context_).standardError);
    test::ShortRequest request;
    request.chop.layers = {2};
    const Plan plan = session_->plan(nullptr, nullptr, request, context_).plan;
    EXPECT_FALSE(session_->preview(plan, nullptr, one, {}, context_).changeStandardError);
}

TEST(RunWindows, ATextTooShortToHoldSomeOutIsLearnedWhole) {
    const auto session = fixtures::open(fixtures::golden(kHistoryFamily));
    JobContext context;
    RunRequest run;
    run.text = run.evalText = fixtures::tokens(*session, kHistoryFamily, "calibration").text;
    run.windows.samples = 4;  // a tenth of them is none
    run.windows.seqLen = 48;
    const RunWindows windows = runWindows(*session, run, context);
    EXPECT_FALSE(windows.heldOut);
    EXPECT_EQ(windows.training.count(), 4);
}

TEST(RunWindows, HeldOutOnesAreTheLastOfTheTrainingText) {
    const auto session = fixtures::open(fixtures::golden(kHistoryFamily));
    JobContext context;
    const TokenWindows all = fixtures::tokens(*session, kHistoryFamily, "calibration");
    RunRequest run;
    run.text = run.evalText = all.text;
    run.windows.seqLen = run.evalWindows.seqLen = all.seqLen;
    run.evalWindows.samples = 3;
    const RunWindows windows = runWindows(*session, run, context);
    ASSERT_TRUE(windows.heldOut);
    EXPECT_EQ(windows.heldOut->count(), 3);
    EXPECT_EQ(windows.training.count() + 3, all.count());
    EXPECT_EQ(windowsSeen(*windows.heldOut, windows.training), 0);
    const auto named = heldOutOf(run);
    ASSERT_TRUE(named);
    EXPECT_EQ(session->windows(named->text, named->windows, context).ids, windows.heldOut->ids);
}

}  // namespace
}  // namespace secateur
