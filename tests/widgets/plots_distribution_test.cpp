// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <cmath>

#include <gtest/gtest.h>

#include "tests/widgets/plots_fixture.h"
#include "widgets/plots/distribution_view.h"

namespace secateur::test {
namespace {

class Distribution : public testing::Test {
protected:
    Distribution() {
        const WidthDecision decision = smallDecision();
        view.setData(smallTable());
        view.setCosts(10, 1);
        view.setDecision(&decision);
        show(view);
    }
    DistributionView view;
};

// Where the pointer takes the line in the upper panel.
QPoint lineOf(DistributionView& view) {
    const QSize size = canvasOf(view)->size();
    for (int x = 0; x < size.width(); x += 3) {
        movePointer(view, {x, size.height() / 4});
        if (canvasOf(view)->cursor().shape() == Qt::SizeHorCursor) return {x, size.height() / 4};
    }
    ADD_FAILURE() << "no line to take";
    return {};
}

TEST_F(Distribution, CountsWhatAThresholdRemoves) {
    EXPECT_FLOAT_EQ(static_cast<float>(view.channelThreshold()), 0.31F);
    EXPECT_EQ(view.removedChannelsAt(0.31), 11);
    EXPECT_EQ(view.removedGroupsAt(0.31), 3);
    EXPECT_NEAR(view.removedShareAt(0.31), (11 + 30) / (21.0 + 60.0), 1e-12);
    EXPECT_EQ(view.removedChannelsAt(100.0), 21);
    EXPECT_EQ(view.removedShareAt(-100.0), 0.0);
    EXPECT_EQ(view.hoverText(),
              "Threshold 0.31: removes 11 of 21 MLP channels and 3 of 6 KV groups, 50.6 % of their weights");
}

TEST_F(Distribution, ProtectedLayersStayOut) {
    WidthDecision decision = smallDecision();
    decision.channelThreshold[0] = decision.groupThreshold[0] = NAN;
    view.setDecision(&decision);
    EXPECT_EQ(view.removedChannelsAt(100.0), 13);
    EXPECT_TRUE(view.draggable());
}

TEST_F(Distribution, InfiniteScoresAreNeverRemoved) {
    auto table = smallTable();
    table->layers[1].groupScore = {HUGE_VALF};
    view.setData(table);
    EXPECT_EQ(view.removedGroupsAt(1e30), 4);
    EXPECT_GT(colourCount(picture(view)), 5);
}

TEST_F(Distribution, DraggingTheLineSaysWhereItIs) {
    QSignalSpy dragged(&view, &DistributionView::thresholdDragged);
    QSignalSpy groups(&view, &DistributionView::groupThresholdDragged);
    QSignalSpy released(&view, &DistributionView::thresholdReleased);
    const QImage before = picture(view);
    const QPoint line = lineOf(view);
    press(view, line);
    drag(view, line + QPoint(30, 0));
    drag(view, line + QPoint(60, 5));
    release(view, line + QPoint(60, 5));
    ASSERT_EQ(dragged.size(), 3);
    EXPECT_GT(dragged[0].first().toDouble(), 0.31);
    EXPECT_GT(dragged[1].first().toDouble(), dragged[0].first().toDouble());
    ASSERT_EQ(released.size(), 1);
    EXPECT_EQ(released[0].first().toDouble(), dragged[2].first().toDouble());
    EXPECT_EQ(view.groupThreshold(), view.channelThreshold());
    EXPECT_EQ(groups.size(), 0);
    EXPECT_NE(picture(view), before);
    const WidthDecision decision = smallDecision();
    view.setDecision(&decision);
    EXPECT_FLOAT_EQ(static_cast<float>(view.channelThreshold()), 0.31F);
    EXPECT_EQ(dragged.size(), 3);
}

TEST_F(Distribution, KeysMoveTheLine) {
    QSignalSpy dragged(&view, &DistributionView::thresholdDragged);
    key(view, Qt::Key_Right);
    key(view, Qt::Key_Right);
    key(view, Qt::Key_Left);
    ASSERT_EQ(dragged.size(), 3);
    EXPECT_GT(dragged[1].first().toDouble(), dragged[0].first().toDouble());
    EXPECT_NEAR(dragged[2].first().toDouble(), dragged[0].first().toDouble(), 1e-6);
}

TEST_F(Distribution, ModulesWithTheirOwnThresholdMoveAlone) {
    WidthDecision decision = smallDecision();
    decision.groupThreshold.assign(3, 0.0F);
    auto table = smallTable();
    table->structure = "AL-MM";
    decision.scores = table;
    view.setData(table);
    view.setDecision(&decision);
    QSignalSpy dragged(&view, &DistributionView::thresholdDragged);
    QSignalSpy groups(&view, &DistributionView::groupThresholdDragged);
    key(view, Qt::Key_Down);
    key(view, Qt::Key_Right);
    EXPECT_EQ(groups.size(), 1);
    EXPECT_EQ(dragged.size(), 0);
    EXPECT_GT(view.groupThreshold(), 0.0);
    EXPECT_FLOAT_EQ(static_cast<float>(view.channelThreshold()), 0.31F);
}

TEST_F(Distribution, OneThresholdALayerCannotBeDragged) {
    auto table = smallTable();
    table->structure = "UL-UM";
    WidthDecision decision = smallDecision();
    decision.scores = table;
    decision.strict = false;
    decision.channelThreshold = {0.0F, 0.1F, 0.0F};
    decision.groupThreshold = {0.0F, 0.3F, 0.0F};
    view.setData(table);
    view.setDecision(&decision);
    EXPECT_FALSE(view.draggable());
    EXPECT_TRUE(std::isnan(view.channelThreshold()));
    EXPECT_TRUE(view.hoverText().startsWith(
        "One threshold a layer: removes 7 of 21 MLP channels and 3 of 6 KV groups"));
    view.setSelectedLayer(1);
    view.setOnlySelectedLayer(true);
    EXPECT_FLOAT_EQ(static_cast<float>(view.channelThreshold()), 0.1F);
    EXPECT_EQ(view.removedChannelsAt(0.1), 1);
}

TEST_F(Distribution, SaysWhenThePlanComparesOtherScores) {
    WidthDecision other = smallDecision();
    const auto table = smallTable();
    table->metric = "IFV";
    other.scores = table;
    view.setDecision(&other);
    EXPECT_FALSE(view.draggable());
    EXPECT_TRUE(view.hoverText().contains("The plan compares IFV (AL-AM)"));
    view.setDecision(nullptr);
    EXPECT_EQ(view.hoverText(), "No threshold yet: set a ratio in the plan.");
}

// The curve of shares rises to the right, to what the counts say.
TEST_F(Distribution, EveryPlaceSaysWhatAThresholdThereRemoves) {
    const auto shareAt = [&](int x) {
        movePointer(view, {x, canvasOf(view)->height() / 4});
        const QString text = view.hoverText();
        const auto at = text.indexOf("a threshold here removes ");
        return at < 0 ? -1.0 : text.mid(at + 25).section(' ', 0, 0).toDouble();
    };
    double before = 0.0;
    int places = 0;
    for (int x = 0; x < canvasOf(view)->width(); x += 6) {
        const double share = shareAt(x);
        if (share < 0.0) continue;
        ++places;
        EXPECT_GE(share, before) << x;
        before = share;
    }
    EXPECT_GT(places, 30);
    EXPECT_GT(before, 85.0);
    EXPECT_LE(before, 100.0);
    // Beside the line, where the pointer does not take it.
    int beside = lineOf(view).x();
    while (shareAt(beside) < 0.0 && beside < canvasOf(view)->width()) ++beside;
    EXPECT_NEAR(shareAt(beside), 100.0 * view.removedChannelsAt(0.31) / 21.0, 10.0);
}

TEST_F(Distribution, NumbersAddUp) {
    int kept = 0;
    int removed = 0;
    for (const QString& line : view.csv().split('\n')) {
        const QStringList fields = line.split(',');
        if (fields.size() != 5 || fields[0] != "channel") continue;
        kept += fields[3].toInt();
        removed += fields[4].toInt();
    }
    EXPECT_EQ(kept, 10);
    EXPECT_EQ(removed, 11);
    EXPECT_TRUE(view.textSummary().startsWith("Threshold 0.31"));
}

// Scores have long tails, which must not take the room of the many.
TEST(DistributionOfManyScores, TheRightHalfOfTheDrawingIsUsed) {
    constexpr int kUnits = 2000;
    auto table = std::make_shared<ScoreTable>(ScoreTable{"WIFV", "AL-AM", "exact", {}});
    LayerScores& layer = table->layers.emplace_back();
    for (int i = 0; i < kUnits; ++i)
        layer.channelScore.push_back(static_cast<float>(std::pow((i + 0.5) / kUnits, -0.7)));
    layer.channelRaw = layer.channelScore;
    DistributionView view;
    view.setData(table);
    show(view);
    const QStringList lines = view.csv().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    const auto number = [&](qsizetype line, int field) {
        return lines.at(line).section(QLatin1Char(','), field, field).toDouble();
    };
    ASSERT_GT(lines.size(), 40);
    const double middle = (number(1, 1) + number(80, 2)) / 2;
    double right = 0.0;
    for (qsizetype line = 1; line <= 80; ++line)
        right += number(line, 1) >= middle ? number(line, 3) + number(line, 4) : 0.0;
    EXPECT_GT(right, 0.1 * kUnits);
}

}  // namespace
}  // namespace secateur::test
