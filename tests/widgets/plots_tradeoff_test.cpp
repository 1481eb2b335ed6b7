// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>

#include <gtest/gtest.h>

#include "tests/widgets/plots_fixture.h"
#include "widgets/plots/tradeoff_view.h"

namespace secateur::test {
namespace {

class Tradeoff : public testing::Test {
protected:
    Tradeoff() {
        view.setDense(TradeoffPoint{5171904, 1.7165, {}});
        view.setHistory({{4700000, 1.8, "layer 3 chopped"}, {4137523, 1.9063, "FLAP, 20 %"}});
        view.setCurrent(TradeoffPoint{2600000, 7.517, "FLAP 50 %"});
        show(view);
    }
    TradeoffView view;
};

TEST_F(Tradeoff, SaysExactValuesOfAPoint) {
    const QPoint place = findHover(view, "plan 2");
    EXPECT_EQ(view.hoverText(),
              "plan 2, FLAP, 20 %: 4.14 M parameters (80.0 % kept), perplexity 1.906 (+11.1 %)");
    QSignalSpy chosen(&view, &TradeoffView::historyPointChosen);
    click(view, place);
    ASSERT_EQ(chosen.size(), 1);
    EXPECT_EQ(chosen[0][0].toInt(), 1);
}

TEST_F(Tradeoff, KeysWalkOverThePoints) {
    QSignalSpy chosen(&view, &TradeoffView::historyPointChosen);
    key(view, Qt::Key_Home);
    EXPECT_TRUE(view.hoverText().startsWith("current plan, FLAP 50 %"));
    key(view, Qt::Key_Return);
    EXPECT_EQ(chosen.size(), 0);
    key(view, Qt::Key_End);
    EXPECT_EQ(view.hoverText(), "dense: 5.17 M parameters, perplexity 1.716");
    key(view, Qt::Key_Left);
    key(view, Qt::Key_Return);
    ASSERT_EQ(chosen.size(), 1);
    EXPECT_EQ(chosen[0][0].toInt(), 0);
}

TEST_F(Tradeoff, DrawsSweepsAndLogAxis) {
    const QImage points = picture(view);
    EXPECT_GT(colourCount(points), 10);
    std::vector<SweepPoint> sweep;
    for (double ratio : {0.0, 0.2, 0.4}) {
        SweepPoint point;
        point.method = "flap";
        point.ratio = ratio;
        point.accounting.parametersAfter = static_cast<std::int64_t>(5171904 * (1 - ratio));
        point.perplexity = 1.7165 + 4 * ratio;
        sweep.push_back(point);
    }
    view.setSweep(sweep);
    const QImage curves = picture(view);
    EXPECT_NE(curves, points);
    view.setLogPerplexity(true);
    EXPECT_TRUE(view.logPerplexity());
    EXPECT_NE(picture(view), curves);
    EXPECT_TRUE(view.csv().contains("\nflap at ratio 0.4,3103142,3.3165\n"));
}

TEST_F(Tradeoff, NumbersAndSummary) {
    EXPECT_EQ(view.csv(),
              "point,parameters,perplexity\n"
              "\"current plan, FLAP 50 %\",2600000,7.517\n"
              "\"plan 2, FLAP, 20 %\",4137523,1.9063\n"
              "\"plan 1, layer 3 chopped\",4700000,1.8\n"
              "dense,5171904,1.7165\n");
    EXPECT_EQ(view.textSummary().count('\n'), 3);
}

TEST_F(Tradeoff, PointsThatAreNotNumbersAreLeftOut) {
    view.setCurrent(TradeoffPoint{2600000, HUGE_VAL, "broken"});
    EXPECT_FALSE(view.csv().contains("broken"));
    view.setDense(std::nullopt);
    view.setHistory({});
    EXPECT_TRUE(view.isEmpty());
}

}  // namespace
}  // namespace secateur::test
