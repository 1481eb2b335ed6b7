// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <gtest/gtest.h>

#include "tests/widgets/plots_fixture.h"
#include "widgets/plots/channel_map_view.h"

namespace secateur::test {
namespace {

class ChannelMap : public testing::Test {
protected:
    ChannelMap() {
        const WidthDecision decision = smallDecision();
        view.setOrder(UnitOrder::Natural);
        view.setData(smallTable());
        view.setKept(smallKept());
        view.setDecision(&decision);
        show(view);
    }
    ChannelMapView view;
};

TEST_F(ChannelMap, SaysValueRankAndReason) {
    EXPECT_EQ(view.describeUnit(1, 3),
              "layer 1, channel 3: WIFV 0.42, z 1.9, rank 1 of 5, kept: above the threshold 0.31");
    EXPECT_EQ(view.describeUnit(0, 0),
              "layer 0, channel 0: WIFV 1, z -1.5, rank 8 of 8, removed: not above the threshold 0.31");
    EXPECT_EQ(view.describeUnit(2, 0), "");
    EXPECT_EQ(view.describeUnit(1, 5), "");
}

TEST_F(ChannelMap, SaysWhatThePlanMakesOfTheWeights) {
    auto kept = smallKept();
    kept->forms = {"", "4 bits", "", ""};
    view.setKept(kept);
    EXPECT_TRUE(view.describeUnit(1, 3).endsWith("kept: above the threshold 0.31; weights: 4 bits"))
        << view.describeUnit(1, 3).toStdString();
    EXPECT_FALSE(view.describeUnit(0, 0).contains("weights"));
    EXPECT_TRUE(view.textSummary().contains("Layer 1: 2 of 5 kept, 4 bits, highest"))
        << view.textSummary().toStdString();
}

TEST_F(ChannelMap, SaysWhyThePlanWentAgainstTheThreshold) {
    auto kept = smallKept();
    kept->channels[0][0] = 1;
    kept->channels[0][7] = 0;
    kept->channels[1].clear();
    kept->layer[3] = false;
    view.setKept(kept);
    EXPECT_TRUE(
        view.describeUnit(0, 0).endsWith("kept below the threshold 0.31, for a minimum or a round number"));
    EXPECT_TRUE(view.describeUnit(0, 7).endsWith("removed above the threshold 0.31, for a round number"));
    EXPECT_TRUE(view.describeUnit(1, 3).endsWith("removed: the MLP of layer 1 is dropped"));
    EXPECT_TRUE(view.describeUnit(3, 0).endsWith("removed: layer 3 is chopped"));
    WidthDecision other = smallDecision();
    other.channelThreshold[0] = NAN;
    const auto table = smallTable();
    table->metric = "WIFN";
    other.scores = table;
    view.setDecision(&other);
    EXPECT_TRUE(view.describeUnit(0, 0).endsWith("kept: the plan does not narrow this layer"));
    view.setKept(smallKept());
    EXPECT_TRUE(view.describeUnit(1, 3).endsWith("kept by the plan, which compares WIFN (AL-AM)"));
    view.setKept(nullptr);
    EXPECT_TRUE(view.describeUnit(1, 3).endsWith("rank 1 of 5"));
}

TEST_F(ChannelMap, HeadsAreJudgedWithTheirGroup) {
    view.setUnitKind(UnitKind::Heads);
    EXPECT_EQ(view.title(), "Which heads matter in each layer?");
    EXPECT_EQ(view.describeUnit(0, 1),
              "layer 0, head 1 (KV group 0): WIFV 1, z 1, rank 1 of 4, kept: above the threshold 0.31");
    EXPECT_TRUE(view.describeUnit(0, 3).contains("(KV group 1)"));
    EXPECT_TRUE(view.describeUnit(0, 3).endsWith("removed: not above the threshold 0.31"));
}

TEST_F(ChannelMap, PointerShowsTheCellUnderIt) {
    QSignalSpy spy(&view, &PlotView::unitHovered);
    const QPoint place = findHover(view, "layer 1, channel 3:");
    EXPECT_EQ(view.hoverText(), view.describeUnit(1, 3));
    ASSERT_FALSE(spy.isEmpty());
    EXPECT_EQ(spy.last().first().toString(), view.describeUnit(1, 3));
    movePointer(view, {1, 1});
    EXPECT_TRUE(view.hoverText().startsWith("The wheel zooms")) << view.hoverText().toStdString();
    QSignalSpy selected(&view, &ChannelMapView::layerSelected);
    click(view, place);
    ASSERT_EQ(selected.size(), 1);
    EXPECT_EQ(selected.first().first().toInt(), 1);
}

TEST_F(ChannelMap, DrawsNoCellBeyondALayer) {
    view.setKept(nullptr);
    const QPoint beyond = findHover(view, "layer 1 has 5 MLP channels");
    const QPoint missing = findHover(view, "layer 2 was not measured");
    const QPoint inside = findHover(view, "layer 1, channel 3");
    const QColor background = view.palette().color(QPalette::Base);
    const QImage image = picture(view);
    EXPECT_EQ(QColor(image.pixel(beyond + QPoint(9, 9))), background);
    EXPECT_EQ(QColor(image.pixel(missing + QPoint(9, 9))), background);
    EXPECT_NE(QColor(image.pixel(inside + QPoint(9, 9))), background);
}

TEST_F(ChannelMap, RemovedUnitsLookDifferent) {
    const QImage with = picture(view);
    EXPECT_GT(colourCount(with), 12);
    view.setKept(nullptr);
    const QImage without = picture(view);
    EXPECT_NE(with, without);
    const QPoint keptCell = findHover(view, "layer 0, channel 7");
    const QPoint removedCell = findHover(view, "layer 0, channel 1");
    const QPoint inwards(9, 9);
    EXPECT_EQ(with.pixel(keptCell + inwards), without.pixel(keptCell + inwards));
    EXPECT_NE(with.pixel(removedCell + inwards), without.pixel(removedCell + inwards));
}

TEST_F(ChannelMap, KeysMoveTheCursorAndChooseTheLayer) {
    QSignalSpy selected(&view, &ChannelMapView::layerSelected);
    key(view, Qt::Key_Down);
    EXPECT_EQ(view.hoverText(), view.describeUnit(0, 0));
    key(view, Qt::Key_Down);
    for (int i = 0; i < 3; ++i) key(view, Qt::Key_Right);
    EXPECT_EQ(view.hoverText(), view.describeUnit(1, 3));
    key(view, Qt::Key_End);
    EXPECT_EQ(view.hoverText(), view.describeUnit(1, 4));
    key(view, Qt::Key_Right);
    EXPECT_EQ(view.hoverText(), view.describeUnit(1, 4));
    key(view, Qt::Key_Return);
    ASSERT_EQ(selected.size(), 1);
    EXPECT_EQ(selected.first().first().toInt(), 1);
}

TEST_F(ChannelMap, RankedOrderPutsTheHighestFirst) {
    view.setOrder(UnitOrder::Ranked);
    key(view, Qt::Key_Down);
    EXPECT_EQ(view.hoverText(), view.describeUnit(0, 7));
    key(view, Qt::Key_End);
    EXPECT_EQ(view.hoverText(), view.describeUnit(0, 0));
    EXPECT_TRUE(view.csv().startsWith("layer,unit,raw,score,kept\n0,7,8,1.60000002,1\n0,6,7,1.20000005,1\n"));
}

TEST_F(ChannelMap, EveryOptionChangesThePicture) {
    QImage before = picture(view);
    const auto changed = [&] {
        const QImage now = picture(view);
        return now != std::exchange(before, now);
    };
    view.setOrder(UnitOrder::Ranked);
    EXPECT_TRUE(changed());
    view.setValues(UnitValues::Raw);
    EXPECT_TRUE(changed());
    view.setLogScale(true);
    EXPECT_TRUE(changed());
    view.setColourMap(secateur::ColourMap::Cividis);
    EXPECT_TRUE(changed());
    view.setUnitKind(UnitKind::Groups);
    EXPECT_TRUE(changed());
    view.setSelectedLayer(3);
    EXPECT_TRUE(changed());
}

TEST_F(ChannelMap, WheelZoomsAndDoubleClickShowsAll) {
    const QPoint place = findHover(view, "layer 0, channel 0:");
    auto table = std::make_shared<ScoreTable>(*smallTable());
    for (LayerScores& layer : table->layers) {
        layer.channelRaw.assign(4000, 1.0F);
        layer.channelScore.assign(4000, 0.5F);
        layer.channelScore[3999] = 3.0F;
    }
    view.setData(table);
    view.setKept(nullptr);
    const QString all = view.csv();
    QWidget* canvas = canvasOf(view);
    for (int i = 0; i < 5; ++i) {
        QWheelEvent wheel(place, canvas->mapToGlobal(place), {}, {0, 120}, Qt::NoButton, Qt::ControlModifier,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(canvas, &wheel);
    }
    EXPECT_LT(view.csv().count('\n'), all.count('\n') / 2);
    EXPECT_TRUE(view.csv().contains("\n3,"));  // only the units were zoomed
    QTest::mouseDClick(canvas, Qt::LeftButton, {}, place);
    EXPECT_EQ(view.csv(), all);
}

TEST_F(ChannelMap, NumbersAndSummaryAreComplete) {
    const QString csv = view.csv();
    EXPECT_EQ(csv.count('\n'), 1 + 8 + 5 + 8);
    EXPECT_TRUE(csv.contains("\n1,3,0.419999987,1.89999998,1\n"));
    EXPECT_TRUE(csv.contains("\n0,0,1,-1.5,0\n"));
    const QString text = view.textSummary();
    EXPECT_TRUE(text.startsWith("21 MLP channels in 3 layers, WIFV (standardised); the plan removes 11."));
    EXPECT_TRUE(text.contains("Layer 1: 2 of 5 kept, highest 1.9 at channel 3."));
    EXPECT_TRUE(text.contains("Layer 2: not measured."));
    EXPECT_EQ(canvasOf(view)->accessibleDescription(), text);
}

TEST_F(ChannelMap, InfiniteScoresAreDrawn) {
    auto table = smallTable();
    table->layers[1].groupScore = {HUGE_VALF};
    table->layers[1].groupRaw = {2.0F};
    view.setUnitKind(UnitKind::Groups);
    view.setData(table);
    EXPECT_GT(colourCount(picture(view)), 5);
    EXPECT_TRUE(view.describeUnit(1, 0).contains("z inf, rank 1 of 1"));
}

}  // namespace
}  // namespace secateur::test
