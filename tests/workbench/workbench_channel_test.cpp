// SPDX-License-Identifier: GPL-3.0-or-later
//
// A cell of the map looked at closer, over the real session: pinned by the keyboard, counted, and told.
#include <QDockWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <cmath>

#include <gtest/gtest.h>

#include "app/workbench/session_engine.h"
#include "app/workbench/workbench_window.h"
#include "tests/widgets/find_widget.h"
#include "widgets/models/rows_model.h"
#include "widgets/plots/activation_view.h"
#include "widgets/plots/channel_map_view.h"

namespace secateur {
namespace {

class WorkbenchChannelTest : public ::testing::Test {
protected:
    WorkbenchChannelTest() : settings_(folder_.filePath(QStringLiteral("s.ini"))) {
        settings_.setCalibration({{}, 8, 64});
        settings_.setEvaluation({{}, 8, 64});
        SessionOptions options;
        options.dtype = ComputeDtype::F32;
        engine_ = std::make_unique<SessionEngine>(options);
        window_ = std::make_unique<WorkbenchWindow>(*engine_, settings_);
        window_->resize(1280, 800);
        window_->show();
    }
    ~WorkbenchChannelTest() override { window_.reset(); }

    static bool eventually(const std::function<bool()>& holds) { return QTest::qWaitFor(holds, 240000); }
    void press(Qt::Key key) {
        for (QWidget* child : window_->findChild<ChannelMapView*>()->findChildren<QWidget*>()) {
            if (child->inherits("QCustomPlot")) QTest::keyClick(child, key);
        }
    }

    QTemporaryDir folder_;
    Settings settings_;
    std::unique_ptr<SessionEngine> engine_;
    std::unique_ptr<WorkbenchWindow> window_;
};

TEST_F(WorkbenchChannelTest, APinnedCellIsCountedAndAgreesWithTheMeasurement) {
    window_->workflow().openDemo();
    PlanDocument& document = window_->workflow().document();
    ASSERT_TRUE(eventually([&] { return document.analysis() != nullptr; }));
    ChannelFeed& feed = window_->channels();
    for (const Qt::Key key : {Qt::Key_Down, Qt::Key_Down, Qt::Key_Right, Qt::Key_P}) press(key);
    ASSERT_TRUE(feed.pinned().has_value());
    EXPECT_EQ(feed.pinned()->layer, 1);
    press(Qt::Key_Right);
    press(Qt::Key_P);  // another one before the first is counted
    const UnitCell cell = *feed.pinned();
    ASSERT_TRUE(eventually([&] { return feed.state() != ChannelFeed::State::Running; }));
    ASSERT_EQ(feed.state(), ChannelFeed::State::Current) << feed.problem().toStdString();
    EXPECT_EQ(feed.histogram()->cell, cell);
    EXPECT_TRUE(feed.agrees());
    const ChannelStatistics& measured = document.analysis()->layers.at(1).downProj;
    const auto at = static_cast<std::size_t>(cell.unit);
    EXPECT_NEAR(feed.histogram()->mean, measured.mean[at], 1e-4 * std::sqrt(feed.histogram()->variance));
    EXPECT_NEAR(feed.histogram()->variance / measured.fluctuation[at], 1.0, 1e-3);
    window_->layouts().dock(QStringLiteral("channel"))->raise();
    EXPECT_TRUE(eventually([&] { return !window_->findChild<ActivationView*>()->isEmpty(); }));
    const QAbstractItemModel& told =
        *testing::findNamed<QTableView>(*window_, "From activation to verdict")->model();
    EXPECT_FLOAT_EQ(static_cast<float>(told.index(1, 1).data(SortRole).toDouble()), measured.fluctuation[at]);
}

}  // namespace
}  // namespace secateur
