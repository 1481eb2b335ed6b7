// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <cmath>

#include <gtest/gtest.h>

#include "tests/widgets/plots_fixture.h"
#include "widgets/plots/chop_curves_view.h"
#include "widgets/plots/chop_matrix_view.h"
#include "widgets/plots/direct_labels.h"
#include "widgets/plots/label_spread.h"

namespace secateur::test {
namespace {

std::shared_ptr<ChopSweepReport> reportOf(int strategies) {
    auto report = std::make_shared<ChopSweepReport>();
    report->layers = 12;
    report->densePerplexity = 1.7165;
    report->dense.parametersAfter = 5171904;
    report->protocol = "chunked, 24 windows of 128 tokens";
    for (int i = 0; i < strategies; ++i)
        for (int count : {2, 4}) {
            ChopSweepRow row;
            row.strategy = "s" + std::to_string(i);
            row.count = count;
            for (int layer = 0; layer < count; ++layer) row.chop.layers.push_back(3 + layer);
            row.accounting.parametersAfter = 4000000;
            row.perplexity = 2.0 + i + count;
            report->rows.push_back(row);
        }
    return report;
}

class ChopCurves : public testing::Test {
protected:
    ChopCurves() {
        view.setReport(reportOf(2));
        show(view);
    }
    ChopCurvesView view;
};

TEST_F(ChopCurves, SaysExactValuesOfAPointAndSelectsIt) {
    const QPoint place = findHover(view, "s1, 8 of 12 layers kept");
    EXPECT_EQ(view.hoverText(),
              "s1, 8 of 12 layers kept: perplexity 7.000 (+307.8 %), without layers 3 4 5 6");
    QSignalSpy selected(&view, &ChopCurvesView::rowSelected);
    click(view, place);
    ASSERT_EQ(selected.size(), 1);
    EXPECT_EQ(selected[0][0].toInt(), 3);
}

TEST_F(ChopCurves, SaysWhereAChangeIsWithinItsError) {
    auto report = reportOf(1);
    report->rows[0].perplexity = 1.73;
    report->rows[0].changeStandardError = 0.02;
    view.setReport(report);
    key(view, Qt::Key_Home);
    EXPECT_TRUE(view.hoverText().contains("(+0.8 % \u00b1 2.0 %), within its standard error"))
        << view.hoverText().toStdString();
}

TEST_F(ChopCurves, KeysWalkFromFewRemovedLayersToMany) {
    QSignalSpy selected(&view, &ChopCurvesView::rowSelected);
    key(view, Qt::Key_Home);
    EXPECT_TRUE(view.hoverText().startsWith("s0, 10 of 12"));
    key(view, Qt::Key_End);
    EXPECT_TRUE(view.hoverText().startsWith("s1, 8 of 12"));
    key(view, Qt::Key_Left);
    key(view, Qt::Key_Return);
    ASSERT_EQ(selected.size(), 1);
    EXPECT_EQ(selected[0][0].toInt(), 1);
}

// Row 6 of the review: the legend covered the plot. Names stand beside it, each on its own.
TEST_F(ChopCurves, NamesStandBesideThePlotAndNeverOnEachOther) {
    const std::pair<QSize, int> sizes[] = {{{700, 460}, 2},  {{700, 460}, 17}, {{420, 260}, 5},
                                           {{420, 260}, 17}, {{360, 180}, 20}, {{1200, 700}, 20}};
    for (const auto& [size, strategies] : sizes) {
        view.resize(size);
        view.setReport(reportOf(strategies));
        static_cast<void>(picture(view));
        std::vector<QRectF> places;
        for (const QRectF& place : view.labels().places())
            if (!place.isEmpty()) places.push_back(place);
        EXPECT_GE(places.size(), std::min<std::size_t>(size.height() < 200 ? 2 : 5, strategies + 1));
        for (std::size_t i = 0; i < places.size(); ++i) {
            EXPECT_LE(places[i].right(), canvasOf(view)->width()) << strategies;
            for (std::size_t j = 0; j < i; ++j)
                EXPECT_FALSE(places[i].adjusted(0, 0.5, 0, -0.5).intersects(places[j]))
                    << strategies << " " << i << " " << j;
        }
        // The curves keep most of the width.
        EXPECT_GT(places.front().left(), 0.5 * canvasOf(view)->width());
    }
}

TEST_F(ChopCurves, PointingAtANameBringsItsCurveForward) {
    QSignalSpy pointed(&view, &ChopCurvesView::strategyPointed);
    const QImage before = picture(view);
    movePointer(view, view.labels().places()[1].center().toPoint());
    ASSERT_FALSE(pointed.isEmpty());
    EXPECT_EQ(pointed.last()[0].value<std::string>(), "s1");
    EXPECT_NE(picture(view), before);
    view.setPointed({});
    EXPECT_EQ(pointed.last()[0].value<std::string>(), "");
}

TEST_F(ChopCurves, SaysWhoIsBestAndWhereThatChanges) {
    auto report = reportOf(2);
    report->rows[3].perplexity = 5.5;  // s1 with four layers gone
    view.setReport(report);
    EXPECT_TRUE(view.textSummary().contains("best: s0 at 2, s1 at 4")) << view.textSummary().toStdString();
}

TEST_F(ChopCurves, LogAxisAndManyStrategiesAreDrawn) {
    const QImage log = picture(view);
    EXPECT_TRUE(view.logPerplexity());
    view.setLogPerplexity(false);
    EXPECT_NE(picture(view), log);
    view.setReport(reportOf(16));
    EXPECT_GT(colourCount(picture(view)), 10);
}

TEST_F(ChopCurves, NumbersAndSummary) {
    EXPECT_EQ(view.csv(),
              "strategy,count,layers_kept,layers,attention,mlp,parameters,perplexity\n"
              "dense,0,12,,,,5171904,1.7165\n"
              "s0,2,10,3 4,,,4000000,4\n"
              "s0,4,8,3 4 5 6,,,4000000,6\n"
              "s1,2,10,3 4,,,4000000,5\n"
              "s1,4,8,3 4 5 6,,,4000000,7\n");
    EXPECT_EQ(view.textSummary().count('\n'), 5);
    EXPECT_TRUE(view.textSummary().startsWith("dense: perplexity 1.716"));
    EXPECT_EQ(view.provenance(), "chunked, 24 windows of 128 tokens");
}

TEST_F(ChopCurves, EmptyAndNotFinite) {
    auto report = reportOf(1);
    report->rows[0].perplexity = HUGE_VAL;
    view.setReport(report);
    key(view, Qt::Key_Home);
    EXPECT_TRUE(view.hoverText().startsWith("s0, 8 of 12"));
    view.setReport(nullptr);
    EXPECT_TRUE(view.isEmpty());
    EXPECT_EQ(view.csv(), "");
}

TEST(LabelSpread, WhatHasRoomStaysWhereItWishes) {
    EXPECT_EQ(spreadLabels({50.0, 10.0, 90.0}, 10.0, 0.0, 100.0), (std::vector<double>{50.0, 10.0, 90.0}));
}

TEST(LabelSpread, WhatCollidesPartsEvenly) {
    EXPECT_EQ(spreadLabels({50.0, 50.0}, 10.0, 0.0, 100.0), (std::vector<double>{45.0, 55.0}));
    EXPECT_EQ(spreadLabels({50.0, 50.0, 52.0}, 10.0, 0.0, 100.0),
              (std::vector<double>{122.0 / 3, 122.0 / 3 + 10, 122.0 / 3 + 20}));
}

TEST(LabelSpread, NothingLeavesTheRange) {
    EXPECT_EQ(spreadLabels({-20.0, 0.0}, 10.0, 0.0, 100.0), (std::vector<double>{5.0, 15.0}));
    EXPECT_EQ(spreadLabels({99.0, 120.0}, 10.0, 0.0, 100.0), (std::vector<double>{85.0, 95.0}));
    EXPECT_EQ(labelsThatFit(10.0, 0.0, 35.0), 3);
    EXPECT_EQ(labelsThatFit(10.0, 0.0, 30.0), 3);
}

class ChopMatrix : public testing::Test {
protected:
    ChopMatrix() {
        auto report = reportOf(2);
        report->rows[0].chop.layers = {5};
        report->rows[0].chop.attention = {7};
        report->rows[0].chop.mlp = {8};
        report->rows[2].perplexity = 3.0;  // s1 is the better at two
        view.setReport(report, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 2);
        show(view);
    }
    ChopMatrixView view;
};

TEST_F(ChopMatrix, SaysWhatEachStrategyRemovesBestFirst) {
    EXPECT_EQ(view.textSummary(),
              "s1: layers 3 4, perplexity 3.000 (+74.8 %)\n"
              "s0: layer 5, attention of 7, MLP of 8, perplexity 4.000 (+133.0 %)");
    EXPECT_EQ(view.csv(),
              "strategy,layer_0,layer_1,layer_2,layer_3,layer_4,layer_5,layer_6,layer_7,layer_8,layer_9,"
              "layer_10,layer_11,perplexity\n"
              "s1,,,,attention mlp,attention mlp,,,,,,,,3\n"
              "s0,,,,,,attention mlp,,attention,mlp,,,,4\n");
    EXPECT_TRUE(view.title().contains("2 of 12"));
}

TEST_F(ChopMatrix, AClickAndKeysSelectARow) {
    QSignalSpy selected(&view, &ChopMatrixView::rowSelected);
    click(view, findHover(view, "s0: layer 5"));
    key(view, Qt::Key_Up);
    key(view, Qt::Key_Return);
    ASSERT_EQ(selected.size(), 2);
    EXPECT_EQ(selected[0][0].toInt(), 0);
    EXPECT_EQ(selected[1][0].toInt(), 2);
}

TEST_F(ChopMatrix, AnotherCountShowsOtherLayers) {
    const QImage two = picture(view);
    view.setReport(reportOf(2), {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 4);
    EXPECT_NE(picture(view), two);
    EXPECT_TRUE(view.textSummary().startsWith("s0: layers 3 4 5 6"));
    view.setReport(nullptr, {}, 0);
    EXPECT_TRUE(view.isEmpty());
}

}  // namespace
}  // namespace secateur::test
