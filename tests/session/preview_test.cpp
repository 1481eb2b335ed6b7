// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include "core/base/error.h"
#include "tests/session/fixtures.h"
#include "tests/short_request.h"

namespace secateur {
namespace {

class PreviewTest : public testing::Test {
protected:
    void SetUp() override {
        session_ = fixtures::open(fixtures::golden(kFamily));
        windows_ = fixtures::tokens(*session_, kFamily, "evaluation");
        analysis_ = session_->measure(fixtures::tokens(*session_, kFamily, "calibration"), {}, context_, {});
    }

    Plan chop(std::vector<int> layers) {
        test::ShortRequest request;
        request.chop.layers = std::move(layers);
        return session_->plan(analysis_.get(), nullptr, request, context_).plan;
    }

    PreviewReport preview(const Plan& plan) {
        return session_->preview(plan, analysis_.get(), windows_, {}, context_);
    }

    static constexpr const char* kFamily = "llama3-gqa";
    JobContext context_;
    std::shared_ptr<Session> session_;
    TokenWindows windows_;
    std::shared_ptr<const Analysis> analysis_;
};

TEST_F(PreviewTest, OnlyLayersFromTheFirstEditUpwardRun) {
    EXPECT_EQ(preview(chop({4})).firstLayerRun, 4);
    EXPECT_EQ(preview(chop({4, 5})).firstLayerRun, 4) << "of the four that are left none runs again";
    EXPECT_EQ(preview(chop({4})).firstLayerRun, 4) << "layer 4 was already out in the last preview";
    EXPECT_EQ(preview(chop({1})).firstLayerRun, 1);
    EXPECT_EQ(preview(chop({1})).firstLayerRun, 5) << "the same plan again needs no layer";
    EXPECT_EQ(preview(chop({})).firstLayerRun, 6) << "the dense network needs no layer";
}

TEST_F(PreviewTest, ReusedStreamsGiveWhatAFreshSessionGives) {
    test::ShortRequest request;
    request.width.emplace().ratio = 0.2;
    const Plan narrow = session_->plan(analysis_.get(), nullptr, request, context_).plan;
    static_cast<void>(preview(chop({3})));
    static_cast<void>(preview(narrow));
    request.chop.layers = {4};
    const Plan both = session_->plan(analysis_.get(), nullptr, request, context_).plan;
    const double reused = preview(both).planPerplexity;
    const auto fresh = fixtures::open(fixtures::golden(kFamily));
    EXPECT_EQ(reused, fresh->preview(both, analysis_.get(), windows_, {}, context_).planPerplexity);
}

TEST_F(PreviewTest, SmallMemoryKeepsFewerStreamsAndTheSameResult) {
    const auto small = fixtures::open(fixtures::golden(kFamily), 2'000'000);
    const PreviewReport first = small->preview(chop({5}), analysis_.get(), windows_, {}, context_);
    EXPECT_LT(first.firstLayerRun, 5);
    EXPECT_NEAR(first.planPerplexity / preview(chop({5})).planPerplexity, 1.0, 1e-6);
}

TEST_F(PreviewTest, PerTokenLossesAverageToThePerplexity) {
    PreviewOptions options;
    options.perToken = true;
    const PreviewReport report = session_->preview(chop({2}), analysis_.get(), windows_, options, context_);
    ASSERT_EQ(report.planTokenLoss.size(), static_cast<std::size_t>(windows_.count()) * 47);
    double sum = 0.0;
    for (float loss : report.planTokenLoss) sum += loss;
    EXPECT_NEAR(std::exp(sum / static_cast<double>(report.planTokenLoss.size())) / report.planPerplexity, 1.0,
                1e-6);
    EXPECT_EQ(report.denseTokenLoss.size(), report.planTokenLoss.size());
}

TEST_F(PreviewTest, BiasWithoutMeansIsMeasuredFromTheTextAndSaysSo) {
    test::ShortRequest request;
    request.width.emplace().ratio = 0.2;
    const Plan plan = session_->plan(analysis_.get(), nullptr, request, context_).plan;
    std::vector<std::string> warnings;
    JobContext listening({}, {}, [&](const std::string& warning) { warnings.push_back(warning); });
    const PreviewReport report = session_->preview(plan, nullptr, windows_, {}, listening);
    EXPECT_GT(report.planPerplexity, report.densePerplexity);
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_NE(warnings[0].find("measured from"), std::string::npos);
}

TEST_F(PreviewTest, AForeignPlanIsRefused) {
    Plan plan = chop({1});
    plan.model.fingerprint = "sha256:0000";
    try {
        static_cast<void>(preview(plan));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        EXPECT_NE(error.message().find("another model"), std::string::npos);
    }
}

TEST_F(PreviewTest, StopsWhenAsked) {
    std::stop_source stop;
    stop.request_stop();
    JobContext stopped(stop.get_token(), {});
    try {
        static_cast<void>(session_->preview(chop({1}), analysis_.get(), windows_, {}, stopped));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Cancelled);
    }
}

}  // namespace
}  // namespace secateur
