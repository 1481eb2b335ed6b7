// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/when_seen.h"

#include <QDockWidget>
#include <QMainWindow>
#include <QTest>

#include <gtest/gtest.h>

#include "tests/widgets/sample_network.h"
#include "widgets/document/layer_selection.h"
#include "widgets/document/plan_document.h"
#include "widgets/panels/map_panels.h"
#include "widgets/plots/distribution_view.h"

namespace secateur {
namespace {

using namespace std::chrono_literals;

// A window with two docks in one place.
class WhenSeenTest : public ::testing::Test {
protected:
    WhenSeenTest() {
        for (QDockWidget* dock : {&front_, &other_}) window_.addDockWidget(Qt::LeftDockWidgetArea, dock);
        window_.tabifyDockWidget(&front_, &other_);
        window_.resize(600, 400);
    }
    QWidget* panelIn(QDockWidget& dock, QWidget* panel) {
        dock.setWidget(panel);
        return panel;
    }
    void bringToFront(QDockWidget& dock) {
        dock.raise();
        QTest::qWait(1);
    }

    QMainWindow window_;
    QDockWidget front_{QStringLiteral("front")};
    QDockWidget other_{QStringLiteral("other")};
    int shown_ = 0;
};

TEST_F(WhenSeenTest, ManyChangesOfAHiddenPanelAreShownOnce) {
    QWidget panel;
    WhenSeen seen(panel, [this] { ++shown_; });
    for (int i = 0; i < 5; ++i) seen.now();
    EXPECT_FALSE(seen.seen());
    EXPECT_EQ(shown_, 0);
    panel.show();
    EXPECT_TRUE(seen.seen());
    EXPECT_EQ(shown_, 1);
    seen.now();
    EXPECT_EQ(shown_, 2);
    panel.hide();
    panel.show();
    EXPECT_EQ(shown_, 2) << "nothing has changed";
}

TEST_F(WhenSeenTest, APanelBehindAnotherDockIsNotSeen) {
    auto* panel = panelIn(other_, new QWidget);
    auto* seen = new WhenSeen(*panel, [this] { ++shown_; });
    int told = 0;
    QObject::connect(seen, &WhenSeen::seenChanged, [&](bool present) { told += present ? 1 : 10; });
    window_.show();
    bringToFront(front_);
    const int before = shown_;
    told = 0;
    seen->now();
    seen->now();
    EXPECT_TRUE(panel->isVisible()) << "as Qt counts it";
    EXPECT_FALSE(seen->seen());
    EXPECT_EQ(shown_, before);
    bringToFront(other_);
    EXPECT_TRUE(seen->seen());
    EXPECT_EQ(shown_, before + 1);
    EXPECT_EQ(told, 1);
    bringToFront(front_);
    EXPECT_EQ(told, 11);
    front_.close();
    QTest::qWait(1);
    EXPECT_TRUE(seen->seen());
}

TEST_F(WhenSeenTest, ChangesThatFollowEachOtherAreShownAfterAPause) {
    QWidget panel;
    panel.show();
    WhenSeen seen(
        panel, [this] { ++shown_; }, 20ms);
    for (int i = 0; i < 5; ++i) seen.soon();
    EXPECT_EQ(shown_, 0);
    EXPECT_TRUE(QTest::qWaitFor([this] { return shown_ > 0; }, 2000));
    QTest::qWait(60);
    EXPECT_EQ(shown_, 1);
    panel.hide();
    seen.soon();
    QTest::qWait(60);
    EXPECT_EQ(shown_, 1);
    panel.show();
    EXPECT_EQ(shown_, 2) << "at once";
}

TEST_F(WhenSeenTest, WhatIsWrittenToFilesIsCaughtUpUnseen) {
    auto* panel = panelIn(other_, new QWidget);
    auto* seen = new WhenSeen(*panel, [this] { ++shown_; });
    seen->now();
    WhenSeen::catchUp(window_);
    EXPECT_EQ(shown_, 1);
    WhenSeen::catchUp(window_);
    EXPECT_EQ(shown_, 1);
}

TEST_F(WhenSeenTest, TheHistogramBehindAnotherDockIsCountedWhenItIsRaised) {
    PlanDocument document;
    LayerSelection selection;
    auto* panel = new DistributionPanel(document, selection);
    panelIn(other_, panel);
    window_.show();
    bringToFront(front_);
    document.setModel(testing::sampleModel());
    document.setAnalysis(testing::sampleAnalysis());
    EXPECT_TRUE(panel->view()->csv().isEmpty());
    bringToFront(other_);
    EXPECT_FALSE(panel->view()->csv().isEmpty());
    delete panel;  // before its document
}

}  // namespace
}  // namespace secateur
