// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/channel_feed.h"

#include <QSignalSpy>

#include <gtest/gtest.h>

#include "tests/widgets/fake_engine.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/plan_document.h"

namespace secateur {
namespace {

using State = ChannelFeed::State;

class ChannelFeedTest : public ::testing::Test {
protected:
    void open() {
        document.setModel(testing::sampleModel());
        document.setAnalysis(testing::sampleAnalysis());
    }
    std::shared_ptr<ActivationHistogram> answer(std::size_t request) {
        auto histogram = std::make_shared<ActivationHistogram>();
        histogram->cell = engine.activationRequests.at(request).cell;
        histogram->text = testing::sampleAnalysis()->calibration;
        histogram->counts = {1, 2, 3};
        Q_EMIT engine.activationsReady(histogram, engine.activationRequests.at(request).id);
        return histogram;
    }

    testing::FakeEngine engine;
    PlanDocument document;
    ChannelFeed feed{document, engine, [] {
                         ChannelFeed::Text text;
                         text.source.textFile = "leaves.txt";
                         text.windows.samples = 8;
                         return text;
                     }};
    UnitCell first{1, UnitKind::Channels, 3};
    UnitCell second{2, UnitKind::Heads, 1};
};

TEST_F(ChannelFeedTest, APinnedUnitIsCountedOnTheCalibrationText) {
    open();
    QSignalSpy pins(&feed, &ChannelFeed::pinChanged);
    feed.pin(first);
    EXPECT_EQ(pins.size(), 1);
    EXPECT_EQ(feed.state(), State::Running);
    ASSERT_EQ(engine.activationRequests.size(), 1U);
    EXPECT_EQ(engine.activationRequests[0].cell, first);
    EXPECT_EQ(engine.activationRequests[0].text.textFile, "leaves.txt");
    EXPECT_EQ(engine.activationRequests[0].windows.samples, 8);
    const auto histogram = answer(0);
    EXPECT_EQ(feed.state(), State::Current);
    EXPECT_EQ(feed.histogram(), histogram);
    EXPECT_TRUE(feed.agrees());
}

TEST_F(ChannelFeedTest, AnswersToUnitsOfBeforeAreDropped) {
    open();
    feed.pin(first);
    feed.pin(second);
    ASSERT_EQ(engine.activationRequests.size(), 2U);
    answer(0);
    EXPECT_EQ(feed.state(), State::Running);
    EXPECT_EQ(feed.histogram(), nullptr);
    const auto histogram = answer(1);
    EXPECT_EQ(feed.histogram(), histogram);
    feed.unpin();
    answer(1);
    EXPECT_EQ(feed.state(), State::Empty);
    EXPECT_EQ(feed.histogram(), nullptr);
}

TEST_F(ChannelFeedTest, WhatWasCountedIsNotCountedAgain) {
    open();
    feed.pin(first);
    const auto histogram = answer(0);
    feed.pin(second);
    answer(1);
    feed.pin(first);
    EXPECT_EQ(engine.activationRequests.size(), 2U);
    EXPECT_EQ(feed.state(), State::Current);
    EXPECT_EQ(feed.histogram(), histogram);
}

TEST_F(ChannelFeedTest, LeaveOneOutThatArrivesLaterAsksForNothing) {
    open();
    feed.pin(first);
    document.setAnalysis(testing::sampleAnalysis(true));
    EXPECT_EQ(engine.activationRequests.size(), 1U);
    answer(0);
    document.setAnalysis(testing::sampleAnalysis());
    EXPECT_EQ(engine.activationRequests.size(), 1U);
    EXPECT_EQ(feed.state(), State::Current);
}

TEST_F(ChannelFeedTest, AnotherMeasurementIsCountedAnew) {
    open();
    feed.pin(first);
    answer(0);
    auto other = std::make_shared<Analysis>(*testing::sampleAnalysis());
    other->calibration.sha256 = "def";
    document.setAnalysis(other);
    EXPECT_EQ(feed.state(), State::Running);
    ASSERT_EQ(engine.activationRequests.size(), 2U);
    answer(0);  // of the measurement before
    EXPECT_EQ(feed.state(), State::Running);
    answer(1);
    EXPECT_EQ(feed.state(), State::Current);
    EXPECT_FALSE(feed.agrees());  // the fake counted the text of before
}

TEST_F(ChannelFeedTest, WaitsForTheMeasurementAndGoesWithTheModel) {
    document.setModel(testing::sampleModel());
    feed.pin(first);
    EXPECT_EQ(feed.state(), State::Waiting);
    EXPECT_TRUE(engine.activationRequests.empty());
    document.setAnalysis(testing::sampleAnalysis());
    EXPECT_EQ(feed.state(), State::Running);
    document.setModel(testing::sampleModel());
    EXPECT_EQ(feed.state(), State::Empty);
    EXPECT_FALSE(feed.pinned().has_value());
}

TEST_F(ChannelFeedTest, FailuresAreSaidAndCanBeTriedAgain) {
    open();
    feed.pin(first);
    engine.fail(EngineTask::Preview, QStringLiteral("another job"));
    EXPECT_EQ(feed.state(), State::Running);
    engine.fail(EngineTask::Activations, QStringLiteral("The disk is gone."), QStringLiteral("Plug it in."));
    EXPECT_EQ(feed.state(), State::Failed);
    EXPECT_EQ(feed.problem(), "The disk is gone.\nPlug it in.");
    feed.pin(first);
    EXPECT_EQ(feed.state(), State::Running);
    EXPECT_EQ(engine.activationRequests.size(), 2U);
    engine.fail(EngineTask::Activations, {}, {}, true);
    EXPECT_EQ(feed.problem(), "The count was cancelled.");
}

}  // namespace
}  // namespace secateur
