// SPDX-License-Identifier: GPL-3.0-or-later
//
// The histogram of one unit against the analysis of the same windows.
#include <cmath>
#include <numeric>
#include <thread>

#include "core/base/error.h"
#include "core/planning/unit_story.h"
#include "tests/session/fixtures.h"

namespace secateur {
namespace {

using fixtures::golden;
using fixtures::open;
using fixtures::tokens;

constexpr int kBinsAsked = 40;

class Activations : public testing::Test {
protected:
    void SetUp() override {
        session = open(golden("llama3-gqa"));
        windows = tokens(*session, "llama3-gqa", "calibration", 8);
        analysis = session->measure(windows, {}, context);
    }
    ActivationHistogram histogramOf(const UnitCell& cell) {
        return session->activations(windows, cell, kBinsAsked, context);
    }

    JobContext context;
    std::shared_ptr<Session> session;
    TokenWindows windows;
    std::shared_ptr<const Analysis> analysis;
};

void expectCounted(const ActivationHistogram& histogram, std::int64_t values) {
    EXPECT_EQ(histogram.values, values);
    ASSERT_EQ(histogram.counts.size(), std::size_t{kBinsAsked});
    EXPECT_EQ(
        std::accumulate(histogram.counts.begin(), histogram.counts.end(), histogram.below + histogram.above),
        values);
    EXPECT_LE(histogram.least, histogram.low);
    EXPECT_GE(histogram.most, histogram.high);
    // The middle of each bin stands for its values: the mean of the bins is near the true one.
    double sum = 0.0;
    std::int64_t inside = 0;
    for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
        sum += static_cast<double>(histogram.counts[i]) *
               (histogram.low + (static_cast<double>(i) + 0.5) * histogram.width());
        inside += histogram.counts[i];
    }
    const double outside = static_cast<double>(values - inside) / static_cast<double>(values);
    EXPECT_NEAR(sum / static_cast<double>(inside), histogram.mean,
                histogram.width() + 20.0 * outside * std::sqrt(histogram.variance));
}

TEST_F(Activations, MeanAndVarianceOfAChannelAreThoseOfTheAnalysis) {
    for (const UnitCell cell : {UnitCell{0, UnitKind::Channels, 0}, UnitCell{1, UnitKind::Channels, 5}}) {
        const ActivationHistogram histogram = histogramOf(cell);
        const ChannelStatistics& measured =
            analysis->layers.at(static_cast<std::size_t>(cell.layer)).downProj;
        const auto channel = static_cast<std::size_t>(cell.unit);
        EXPECT_EQ(histogram.channels, 1);
        expectCounted(histogram, analysis->tokens);
        EXPECT_NEAR(histogram.mean, measured.mean[channel], 1e-5 * std::sqrt(histogram.variance));
        EXPECT_NEAR(histogram.variance / measured.fluctuation[channel], 1.0, 1e-4);
        EXPECT_EQ(histogram.channelVariance, histogram.variance);
        EXPECT_NEAR(
            histogram.biasNorm / (std::abs(histogram.mean) * std::sqrt(measured.weightNorm2[channel])), 1.0,
            1e-4);
        EXPECT_EQ(histogram.text.sha256, analysis->calibration.sha256);
        EXPECT_EQ(histogram.text.samples, 8);
    }
}

TEST_F(Activations, HeadsAndGroupsPoolTheirChannels) {
    const int headDim = session->summary().config.headDim;
    const LayerAnalysis& layer = analysis->layers.at(1);
    for (const UnitCell cell : {UnitCell{1, UnitKind::Heads, 3}, UnitCell{1, UnitKind::Groups, 1}}) {
        const int count = cell.kind == UnitKind::Heads ? headDim : headDim * (layer.heads / layer.kvHeads);
        const ActivationHistogram histogram = histogramOf(cell);
        EXPECT_EQ(histogram.channels, count);
        expectCounted(histogram, analysis->tokens * count);
        double mean = 0.0;
        double fluctuation = 0.0;
        double squares = 0.0;
        for (int i = 0; i < count; ++i) {
            const auto channel = static_cast<std::size_t>(cell.unit * count + i);
            mean += static_cast<double>(layer.oProj.mean[channel]) / count;
            fluctuation += static_cast<double>(layer.oProj.fluctuation[channel]) / count;
            squares += std::pow(layer.oProj.mean[channel], 2) / count;
        }
        EXPECT_NEAR(histogram.mean, mean, 1e-5 * std::sqrt(histogram.variance));
        EXPECT_NEAR(histogram.channelVariance / fluctuation, 1.0, 1e-4);
        const auto tokensSeen = static_cast<double>(analysis->tokens);
        const double pooled = (fluctuation * (tokensSeen - 1.0) / tokensSeen + squares - mean * mean) *
                              (tokensSeen * count) / (tokensSeen * count - 1.0);
        EXPECT_NEAR(histogram.variance / pooled, 1.0, 1e-4);
        EXPECT_GT(histogram.biasNorm, 0.0);
    }
}

// The numbers that lead to the verdict and the histogram are of one and the same thing.
TEST_F(Activations, TheStoryOfAChannelTellsTheSameNumbers) {
    const ScoreTable table =
        widthScores(*analysis, session->summary().config, "WIFV", "AL-AM", Statistics::Exact);
    const UnitCell cell{1, UnitKind::Channels, 7};
    const UnitStory story = unitStory(*analysis, table, cell, nullptr, nullptr);
    const ActivationHistogram histogram = histogramOf(cell);
    EXPECT_NEAR(histogram.mean, story.mean, 1e-5 * std::sqrt(histogram.variance));
    EXPECT_NEAR(histogram.variance / story.fluctuation, 1.0, 1e-4);
    EXPECT_NEAR(histogram.biasNorm / story.biasNorm.value(), 1.0, 1e-4);
    EXPECT_NEAR(histogram.variance * story.weightNorm2 / table.layers[1].channelRaw[7], 1.0, 1e-4);
}

TEST_F(Activations, StreamedWeightsGiveTheSame) {
    const UnitCell cell{1, UnitKind::Channels, 5};
    const ActivationHistogram whole = histogramOf(cell);
    const auto streamed = open(golden("llama3-gqa"), 1);
    const ActivationHistogram again = streamed->activations(windows, cell, kBinsAsked, context);
    EXPECT_EQ(again.counts, whole.counts);
    EXPECT_EQ(again.mean, whole.mean);
}

TEST_F(Activations, UnitsThatThereAreNotAreRefused) {
    for (const UnitCell cell : {UnitCell{99, UnitKind::Channels, 0}, UnitCell{0, UnitKind::Channels, 100000},
                                UnitCell{0, UnitKind::Heads, 64}, UnitCell{0, UnitKind::Groups, -1}}) {
        try {
            static_cast<void>(histogramOf(cell));
            ADD_FAILURE() << formatUnitCell(cell);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
            EXPECT_NE(error.message().find("layer " + std::to_string(cell.layer)), std::string::npos)
                << error.message();
        }
    }
}

TEST_F(Activations, StopsWhenAskedTo) {
    std::stop_source stop;
    double reached = 0.0;
    JobContext stopped(stop.get_token(), [&](const Progress& progress) {
        reached = progress.fraction;
        stop.request_stop();
    });
    try {
        static_cast<void>(session->activations(windows, {1, UnitKind::Channels, 0}, kBinsAsked, stopped));
        ADD_FAILURE() << "it went on";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Cancelled);
    }
    EXPECT_LT(reached, 1.0);
}

}  // namespace
}  // namespace secateur
