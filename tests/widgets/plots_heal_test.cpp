// SPDX-License-Identifier: GPL-3.0-or-later
//
// The plots of healing runs, and the numbers behind them.
#include <QSignalSpy>

#include <gmock/gmock.h>

#include "tests/widgets/plots_fixture.h"
#include "tests/widgets/sample_runs.h"
#include "widgets/plots/heal_curves_view.h"
#include "widgets/plots/plot_canvas.h"

namespace secateur::test {
namespace {

using ::testing::ElementsAre;

TEST(Smoothing, IsTheMovingAverageWithoutBiasTowardsZero) {
    // w = 0.5: s = 2, (0.5 * 2 * 0.5 + 0.5 * 4) / 0.75 = 10/3, ...
    const auto values = smoothed({2.0, 4.0, 8.0}, 0.5);
    ASSERT_EQ(values.size(), 3U);
    EXPECT_DOUBLE_EQ(values[0], 2.0);
    EXPECT_DOUBLE_EQ(values[1], 10.0 / 3.0);
    EXPECT_DOUBLE_EQ(values[2], (0.125 * 2.0 + 0.25 * 4.0 + 0.5 * 8.0) / 0.875);
    EXPECT_THAT(smoothed({2.0, 4.0}, 0.0), ElementsAre(2.0, 4.0));
    EXPECT_DOUBLE_EQ(smoothed(std::vector<double>(50, 3.0), 0.95).back(), 3.0);
}

TEST(ParetoFront, HoldsWhatNoOtherPointBeats) {
    EXPECT_THAT(paretoFront({{3.0, 1.0}, {1.0, 3.0}, {2.0, 4.0}, {2.0, 2.0}, {3.0, 1.0}}),
                ElementsAre(1, 3, 0));
    EXPECT_THAT(paretoFront({{1.0, 2.0}, {1.0, 1.0}}), ElementsAre(1));
    EXPECT_TRUE(paretoFront({}).empty());
}

TEST(HealCurves, DrawsRunsOverEachOtherAgainstAnyAxis) {
    HealCurvesView view;
    show(view);
    EXPECT_TRUE(view.isEmpty());
    view.setCurves({secateur::testing::healCurve("a", 0, 20)});
    EXPECT_FALSE(view.isEmpty());
    const QImage one = picture(view);
    view.setCurves({secateur::testing::healCurve("a", 0, 20), secateur::testing::healCurve("b", 1, 10)});
    const QImage two = picture(view);
    EXPECT_NE(two, one);
    for (const auto axis : {CurveAxis::Tokens, CurveAxis::Seconds, CurveAxis::Flops}) {
        view.setAxis(axis);
        EXPECT_NE(picture(view), two);
    }
    view.setAxis(CurveAxis::Steps);
    view.setLogPerplexity(false);
    EXPECT_NE(picture(view), two);
    view.setLogPerplexity(true);
    view.setSmoothing(95);
    EXPECT_NE(picture(view), two);
    view.setQuantity(CurveQuantity::GradientNorm);
    EXPECT_EQ(view.quantity(), CurveQuantity::GradientNorm);
    view.setCurves({});
    EXPECT_TRUE(view.isEmpty());
}

// What was learned by heart after the minimum is not what the run is worth.
TEST(HealCurves, MarksTheBestEvaluation) {
    HealCurve run = secateur::testing::healCurve("a", 0, 4);
    const double held[] = {1.956, 1.742, 1.788, 1.809};
    for (std::size_t i = 0; i < run.points.size(); ++i) run.points[i].evalPerplexity = held[i];
    HealCurve worse = secateur::testing::healCurve("b", 1, 4);
    for (HealPoint& point : worse.points) point.evalPerplexity = 1.9;
    HealCurvesView view;
    show(view);
    view.setCurves({worse, run});
    EXPECT_TRUE(view.textSummary().contains(QStringLiteral("best 1.742 at step 2")))
        << view.textSummary().toStdString();
    QStringList words;
    auto* canvas = view.findChild<PlotCanvas*>();
    ASSERT_NE(canvas, nullptr);
    for (int i = 0; i < canvas->itemCount(); ++i) {
        if (const auto* text = qobject_cast<QCPItemText*>(canvas->item(i))) words << text->text();
    }
    EXPECT_EQ(words.filter(QStringLiteral("best ")), QStringList{QStringLiteral("best 1.742 at step 2")})
        << words.join('|').toStdString();
}

TEST(HealCurves, EvaluationsHaveBarsWhereTheirErrorsAreKnown) {
    HealCurve run = secateur::testing::healCurve("a", 0, 10);
    HealCurvesView view;
    show(view);
    auto* canvas = view.findChild<PlotCanvas*>();
    ASSERT_NE(canvas, nullptr);
    const auto bars = [&] {
        QCPErrorBars* found = nullptr;
        for (int i = 0; i < canvas->plottableCount(); ++i)
            if (auto* one = qobject_cast<QCPErrorBars*>(canvas->plottable(i))) found = one;
        return found;
    };
    view.setCurves({run});
    EXPECT_EQ(bars(), nullptr) << "a run of an earlier version";
    run.beforeError = 0.5;
    run.points[9].evalStandardError = 0.25;  // of 1.0, at step 10
    view.setCurves({run});
    ASSERT_NE(bars(), nullptr);
    EXPECT_EQ(bars()->data()->size(), 3);  // before, step 5, step 10
    EXPECT_DOUBLE_EQ(bars()->data()->at(0).errorPlus, 0.5);
    EXPECT_DOUBLE_EQ(bars()->data()->at(1).errorPlus, 0.0);
    EXPECT_DOUBLE_EQ(bars()->data()->at(2).errorPlus, 0.25);
    EXPECT_LE(canvas->axisRect(1)->axis(QCPAxis::atLeft)->range().lower, 0.75) << "the bar is seen whole";
    EXPECT_TRUE(view.textSummary().contains(QStringLiteral("held-out perplexity 1.000 \u00b1 0.25")))
        << view.textSummary().toStdString();
    key(view, Qt::Key_Left);
    EXPECT_TRUE(view.hoverText().endsWith(QStringLiteral("held-out perplexity 1.000 \u00b1 0.25")));
    EXPECT_TRUE(view.csv().contains(QStringLiteral("50000000,1,0.25\n"))) << view.csv().toStdString();
}

TEST(HealCurves, ThePlaceThatIsPointedAtTellsWhatTheOtherRunsHadComeTo) {
    HealCurvesView view;
    show(view);
    view.setCurves({secateur::testing::healCurve("a", 0, 20), secateur::testing::healCurve("b", 1, 12)});
    key(view, Qt::Key_Left);  // the last step of b
    EXPECT_TRUE(view.hoverText().startsWith(QStringLiteral("b: step 12,"))) << view.hoverText().toStdString();
    EXPECT_TRUE(view.hoverText().endsWith(QStringLiteral("; a: 1.000 at step 10")))
        << view.hoverText().toStdString();
    for (int i = 0; i < 9; ++i) key(view, Qt::Key_Left);  // step 3, before any evaluation
    EXPECT_TRUE(view.hoverText().endsWith(QStringLiteral("; a: loss 1.333")))
        << view.hoverText().toStdString();
}

TEST(HealCurves, SaysItsNumbers) {
    HealCurvesView view;
    show(view);
    view.setCurves({secateur::testing::healCurve("a, lora", 0, 10)});
    EXPECT_EQ(
        view.textSummary(),
        QStringLiteral("a, lora: 10 steps, loss 4 -> 0.4, unhealed perplexity 12.000, held-out perplexity "
                       "1.000, best 1.000 at step 10, dense 1.500"));
    EXPECT_EQ(view.accessibleDescription(), view.textSummary());
    EXPECT_TRUE(view.csv().contains(
        QStringLiteral("\n\"a, lora\",5,640,2.5,10000000,0.8,0.8,0,0,0.0001,0.5,256,50000000,2,\n")))
        << view.csv().toStdString();
    key(view, Qt::Key_Left);
    EXPECT_EQ(view.hoverText(),
              QStringLiteral("a, lora: step 10, 1.28 k tokens, loss 0.4, held-out perplexity 1.000"));
    key(view, Qt::Key_Left);
    EXPECT_TRUE(view.hoverText().startsWith(QStringLiteral("a, lora: step 9,")));
    // What the pointer shows stays while the curve grows.
    view.setCurves({secateur::testing::healCurve("a, lora", 0, 12)});
    EXPECT_TRUE(view.hoverText().startsWith(QStringLiteral("a, lora: step 9,")));
}

TEST(HealCurves, RunsWithoutEvaluationsOrWithBrokenOnesAreDrawn) {
    HealCurvesView view;
    show(view);
    HealCurve bare = secateur::testing::healCurve("bare", 0, 3);
    bare.before.reset();
    bare.dense.reset();
    HealCurve broken = secateur::testing::healCurve("broken", 1, 5);
    broken.points[4].evalPerplexity = HUGE_VAL;
    broken.points[3].loss = std::nan("");
    view.setCurves({bare, broken});
    EXPECT_GT(colourCount(picture(view)), 5);
    EXPECT_FALSE(view.textSummary().isEmpty());
}

}  // namespace
}  // namespace secateur::test
