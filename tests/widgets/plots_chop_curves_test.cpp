// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <cmath>

#include <gtest/gtest.h>

#include "tests/widgets/plots_fixture.h"
#include "widgets/plots/chop_curves_view.h"

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

TEST_F(ChopCurves, SaysExactValuesOfAPointAndChoosesIt) {
    const QPoint place = findHover(view, "s1, 8 of 12 layers kept");
    EXPECT_EQ(view.hoverText(),
              "s1, 8 of 12 layers kept: perplexity 7.000 (+307.8 %), without layers 3 4 5 6");
    QSignalSpy chosen(&view, &ChopCurvesView::rowChosen);
    click(view, place);
    ASSERT_EQ(chosen.size(), 1);
    EXPECT_EQ(chosen[0][0].toInt(), 3);
}

TEST_F(ChopCurves, KeysWalkFromFewLayersToMany) {
    QSignalSpy chosen(&view, &ChopCurvesView::rowChosen);
    key(view, Qt::Key_Home);
    EXPECT_TRUE(view.hoverText().startsWith("s0, 8 of 12"));
    key(view, Qt::Key_End);
    EXPECT_TRUE(view.hoverText().startsWith("s1, 10 of 12"));
    key(view, Qt::Key_Left);
    key(view, Qt::Key_Return);
    ASSERT_EQ(chosen.size(), 1);
    EXPECT_EQ(chosen[0][0].toInt(), 0);
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
    EXPECT_EQ(view.textSummary().count('\n'), 4);
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

}  // namespace
}  // namespace secateur::test
