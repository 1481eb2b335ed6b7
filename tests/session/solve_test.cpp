// SPDX-License-Identifier: GPL-3.0-or-later
//
// Plans for a target, measured and ranked through the session.
#include <algorithm>
#include <stop_token>

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/data/take_back.h"
#include "tests/session/fixtures.h"

namespace secateur {
namespace {

using testing::HasSubstr;

class Solves : public testing::Test {
protected:
    void SetUp() override {
        const std::filesystem::path demo = std::filesystem::path(SECATEUR_SOURCE_DIR) / "resources/demo";
        session_ =
            Session::open(demo / "sprout-12", {.device = "cpu", .dtype = ComputeDtype::F32, .threads = 1});
        TextSource text;
        text.textFile = (demo / "sample.txt").string();
        calibration_ = session_->windows(text, {.samples = 4, .seqLen = 48}, context_);
        judged_ = session_->windows(text, {.samples = 4, .seqLen = 48, .skip = 64}, context_);
        analysis_ = session_->measure(calibration_, {}, context_);
    }
    SolveReport solve(const char* words, std::vector<std::string> families, JobContext& context,
                      const Session::SolveCallback& onRow = {}) {
        SolveRequest request{*parseTarget(words), std::move(families)};
        request.timed = false;
        return session_->solve(request, analysis_.get(), calibration_, judged_, context, onRow);
    }
    PreviewReport preview(const Plan& plan) {
        return session_->preview(plan, analysis_.get(), judged_,
                                 {.perToken = false, .calibration = &calibration_}, context_);
    }

    JobContext context_;
    std::shared_ptr<Session> session_;
    TokenWindows calibration_, judged_;
    std::shared_ptr<const Analysis> analysis_;
};

TEST_F(Solves, TheRankingIsThatOfSeparatePreviews) {
    std::size_t seen = 0;
    const SolveReport report = solve("25 %", {"chop", "width"}, context_,
                                     [&](const SolveReport& so) { EXPECT_EQ(so.rows.size(), ++seen); });
    EXPECT_EQ(report.proposed, static_cast<int>(report.rows.size()));
    EXPECT_EQ(seen, report.rows.size());
    EXPECT_FALSE(report.partial);
    ASSERT_GE(report.rows.size(), 6u);
    double before = 0.0;
    const auto& best = report.rows.front();
    for (const SolveRow& row : report.rows) {
        ASSERT_EQ(row.problem, "");
        const PreviewReport alone = preview(row.plan);
        EXPECT_NEAR(row.measured.planPerplexity / alone.planPerplexity, 1.0, 1e-6) << row.steps;
        EXPECT_GE(row.measured.planPerplexity, before);
        before = row.measured.planPerplexity;
        EXPECT_LE(row.reached.parameters, 0.75 * static_cast<double>(report.dense.parameters) + 1);
        EXPECT_EQ(row.reached.parameters, alone.accounting.parametersAfter);
        EXPECT_NEAR(row.behind, row.measured.planPerplexity - best.measured.planPerplexity, 1e-6);
        EXPECT_FALSE(row.reached.rate);
        EXPECT_GT(row.memoryBytes, row.reached.bytes);
    }
    EXPECT_TRUE(best.tied());
    EXPECT_EQ(best.behind, 0.0);
}

// 32 channels: what sprout-12's 512 suit. The price is that of the same method without alignment.
TEST_F(Solves, AlignmentHasAPriceInPerplexity) {
    const SolveReport report = solve("25 %", {"width"}, context_);
    EXPECT_EQ(report.align, 32);
    bool priced = false;
    for (const SolveRow& row : report.rows) {
        if (row.snapParameters == 0) continue;
        priced = true;
        EXPECT_TRUE(row.snapPerplexity);
        EXPECT_TRUE(row.snapPerplexityError);
    }
    EXPECT_TRUE(priced);
}

TEST_F(Solves, CalibratedStepsMeetATargetOfBytes) {
    const SolveReport report = solve("4 MB", {"quantize"}, context_);
    ASSERT_EQ(report.rows.size(), 2u);
    for (const SolveRow& row : report.rows) {
        EXPECT_THAT(row.steps, HasSubstr("bits=4 group=64"));
        EXPECT_LE(row.reached.bytes, 4'000'000);
        EXPECT_TRUE(row.stock);
        EXPECT_NEAR(row.measured.planPerplexity / preview(row.plan).planPerplexity, 1.0, 1e-6);
    }
}

// The order is that of leave-one-out on the calibration windows, which are fewer than 1024 tokens here.
TEST_F(Solves, WithoutAnAnalysisWhatFamiliesNeedIsMeasured) {
    SolveRequest request{*parseTarget("10 %"), {"sublayers"}};
    request.timed = false;
    const SolveReport report = session_->solve(request, nullptr, calibration_, judged_, context_);
    ASSERT_EQ(report.rows.size(), 2u);
    const auto measured = session_->measure(calibration_, {.leaveOneOut = true}, context_);
    for (const SolveRow& row : report.rows) {
        const auto& chop = std::get<ChopStep>(row.plan.steps.front());
        const bool attention = !chop.attention.empty();
        const std::vector<int>& gone = attention ? chop.attention : chop.mlp;
        const std::vector<float>& losses =
            attention ? measured->leaveOneOut->attention : measured->leaveOneOut->mlp;
        float worst = 0.0F;
        for (const int layer : gone) worst = std::max(worst, losses.at(static_cast<std::size_t>(layer)));
        EXPECT_EQ(std::ranges::count_if(losses, [&](float loss) { return loss <= worst; }),
                  static_cast<std::ptrdiff_t>(gone.size()))
            << row.steps;
    }
}

TEST_F(Solves, AStopKeepsTheBestSoFar) {
    std::stop_source stop;
    JobContext stoppable(stop.get_token(), {});
    const SolveReport report = solve("25 %", {"chop"}, stoppable, [&](const SolveReport& so) {
        if (so.rows.size() == 2) stop.request_stop();
    });
    EXPECT_TRUE(report.partial);
    ASSERT_EQ(report.rows.size(), 2u);
    EXPECT_GT(report.proposed, 2);
    EXPECT_LE(report.rows[0].measured.planPerplexity, report.rows[1].measured.planPerplexity);
    EXPECT_FALSE(report.rows[0].plan.steps.empty());
}

TEST_F(Solves, AStopBeforeTheFirstPlanIsACancelledJob) {
    std::stop_source stop;
    stop.request_stop();
    JobContext stopped(stop.get_token(), {});
    try {
        static_cast<void>(solve("25 %", {"chop"}, stopped));
        ADD_FAILURE() << "not cancelled";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Cancelled);
    }
}

TEST_F(Solves, ProgressGrowsToTheEnd) {
    double last = 0.0;
    JobContext watched({}, [&](const Progress& progress) {
        EXPECT_GE(progress.fraction, last - 1e-12);
        last = progress.fraction;
    });
    static_cast<void>(solve("25 %", {"chop"}, watched));
    EXPECT_GT(last, 0.9);
}

TEST_F(Solves, WhatIsOddIsSaid) {
    const SolveReport report = solve("8 MB with 8k context", {"chop"}, context_);
    ASSERT_FALSE(report.warnings.empty());
    EXPECT_THAT(report.warnings.front(), HasSubstr("not for 8192"));
    EXPECT_EQ(report.memoryAt.context, 8192);
    for (const SolveRow& row : report.rows) EXPECT_LE(row.memoryBytes, 8'000'000);
    std::vector<std::string> warnings;
    JobContext heard({}, {}, [&](const std::string& message) { warnings.push_back(message); });
    static_cast<void>(solve("25 %", {"sublayers", "chop"}, heard));
    EXPECT_THAT(warnings, testing::Contains(HasSubstr("no leave-one-out")));
}

}  // namespace
}  // namespace secateur
