// SPDX-License-Identifier: GPL-3.0-or-later
//
// Curves are hidden and shown where their names stand, and in the menu of the plot.
#include <QApplication>
#include <QCheckBox>
#include <QContextMenuEvent>
#include <QMenu>
#include <QTest>

#include <gtest/gtest.h>

#include "tests/widgets/plots_fixture.h"
#include "tests/widgets/sample_runs.h"
#include "widgets/plots/chop_curves_view.h"
#include "widgets/plots/curve_toggles.h"
#include "widgets/plots/direct_labels.h"
#include "widgets/plots/heal_curves_view.h"
#include "widgets/plots/kept_widths_view.h"
#include "widgets/plots/plot_canvas.h"
#include "widgets/plots/profile_view.h"
#include "widgets/plots/scatter_view.h"
#include "widgets/plots/tradeoff_view.h"

namespace secateur::test {
namespace {

PlotCanvas& curvePlot(const PlotView& view) {
    return *static_cast<PlotCanvas*>(canvasOf(view));
}

QCPPlottableLegendItem* legendEntry(const PlotView& view, const QString& name) {
    const QCPLegend* legend = curvePlot(view).legend;
    for (int i = 0; i < legend->itemCount(); ++i) {
        auto* entry = qobject_cast<QCPPlottableLegendItem*>(legend->item(i));
        if (entry != nullptr && entry->plottable()->name() == name) return entry;
    }
    return nullptr;
}

void clickLegend(PlotView& view, const QString& name) {
    QApplication::processEvents();
    QCPPlottableLegendItem* entry = legendEntry(view, name);
    ASSERT_NE(entry, nullptr) << name.toStdString();
    click(view, entry->rect().center());
}

// Chooses in the submenu of curves that the Menu key opens.
void chooseInMenu(PlotView& view, const QString& name) {
    QWidget* canvas = canvasOf(view);
    QContextMenuEvent event(QContextMenuEvent::Keyboard, QPoint(5, 5), canvas->mapToGlobal(QPoint(5, 5)));
    QApplication::sendEvent(canvas, &event);
    auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    ASSERT_NE(menu, nullptr);
    QMenu* curves = nullptr;
    for (QAction* entry : menu->actions())
        if (entry->text() == QStringLiteral("Curves")) curves = entry->menu();
    ASSERT_NE(curves, nullptr);
    QAction* found = nullptr;
    for (QAction* entry : curves->actions())
        if (entry->text() == name) found = entry;
    ASSERT_NE(found, nullptr) << name.toStdString();
    EXPECT_TRUE(found->isEnabled());
    found->trigger();
    menu->close();
    QApplication::processEvents();
}

std::vector<HealCurve> twoRuns() {
    return {secateur::testing::healCurve("first", 0, 20), secateur::testing::healCurve("second", 1, 10)};
}

TEST(CurvesShown, AClickInTheLegendHidesARunAndNewStepsLeaveItHidden) {
    HealCurvesView view;
    view.setCurves(twoRuns());
    show(view, {900, 600});
    clickLegend(view, "first");
    EXPECT_TRUE(view.hoverText().startsWith("first, hidden")) << view.hoverText().toStdString();
    EXPECT_FALSE(view.csv().contains("first,"));
    EXPECT_TRUE(view.csv().contains("\nsecond,"));
    EXPECT_TRUE(view.textSummary().endsWith("hidden: first"));
    QCPPlottableLegendItem* entry = legendEntry(view, "first");
    ASSERT_NE(entry, nullptr) << "its name stays";
    EXPECT_LT(entry->textColor().alphaF(), 0.5);
    EXPECT_FALSE(entry->plottable()->visible());
    for (int x = 5; x < canvasOf(view)->width(); x += 9)
        for (int y = 80; y < canvasOf(view)->height(); y += 15) {
            movePointer(view, {x, y});
            ASSERT_FALSE(view.hoverText().startsWith("first:")) << "nothing of it is under the pointer";
        }
    auto longer = twoRuns();
    longer[0] = secateur::testing::healCurve("first", 0, 30);
    view.setCurves(longer);
    EXPECT_FALSE(view.csv().contains("first,"));
    clickLegend(view, "first");
    EXPECT_TRUE(view.csv().contains("first,"));
    EXPECT_TRUE(legendEntry(view, "first")->plottable()->visible());
}

TEST(CurvesShown, TheMenuHidesCurvesAndShowsAll) {
    HealCurvesView view;
    view.setCurves(twoRuns());
    show(view, {900, 600});
    chooseInMenu(view, "first");
    chooseInMenu(view, "second");
    EXPECT_FALSE(view.isEmpty()) << "the legend stays to bring them back";
    EXPECT_FALSE(view.csv().contains("\nsecond,"));
    key(view, Qt::Key_Left);
    EXPECT_FALSE(view.hoverText().startsWith("second:"));
    chooseInMenu(view, "Show all");
    EXPECT_TRUE(view.csv().contains("first,"));
    EXPECT_TRUE(view.csv().contains("\nsecond,"));
}

TEST(CurvesShown, TheNameAtTheEndOfAChopCurveHidesIt) {
    auto report = std::make_shared<ChopSweepReport>();
    report->layers = 12;
    report->densePerplexity = 1.7;
    for (const auto& [strategy, perplexity] : {std::pair("mild", 2.0), {"harsh", 900.0}}) {
        for (const int count : {2, 4}) {
            ChopSweepRow row;
            row.strategy = strategy;
            row.count = count;
            row.perplexity = perplexity + count;
            report->rows.push_back(row);
        }
    }
    ChopCurvesView view;
    view.setReport(report);
    show(view, {800, 460});
    QApplication::processEvents();
    const auto harsh = [&] { return view.labels().places()[1].center().toPoint(); };
    const double before = curvePlot(view).yAxis->range().upper;
    EXPECT_GT(before, 900.0);
    click(view, harsh());
    EXPECT_TRUE(view.curves().hidden("harsh"));
    QApplication::processEvents();
    EXPECT_LT(curvePlot(view).yAxis->range().upper, 20.0) << "the others have its room";
    EXPECT_FALSE(view.csv().contains("harsh,"));
    EXPECT_FALSE(view.labels().places()[1].isEmpty()) << "its name stays";
    auto more = std::make_shared<ChopSweepReport>(*report);
    view.setReport(more);
    QApplication::processEvents();
    EXPECT_FALSE(view.csv().contains("harsh,"));
    click(view, harsh());
    EXPECT_TRUE(view.csv().contains("harsh,"));
    EXPECT_GT(curvePlot(view).yAxis->range().upper, 900.0);
}

TEST(CurvesShown, CheckBoxesOfTheProfileAndItsMenuSayTheSame) {
    ProfileView view;
    view.setSeries({{"influence", "", {0, 1, 2}, {1, 2, 3}}, {"distance", "", {0, 1, 2}, {3, 1, 2}}});
    show(view);
    QCheckBox* box = nullptr;
    for (QCheckBox* each : view.findChildren<QCheckBox*>())
        if (each->text() == "influence") box = each;
    ASSERT_NE(box, nullptr);
    chooseInMenu(view, "influence");
    EXPECT_FALSE(box->isChecked());
    EXPECT_FALSE(view.csv().contains("influence"));
    QTest::mouseClick(box, Qt::LeftButton, {}, QPoint(6, box->height() / 2));
    EXPECT_TRUE(view.csv().contains("influence"));
    QTest::mouseClick(box, Qt::LeftButton, {}, QPoint(6, box->height() / 2));
    chooseInMenu(view, "Show all");
    EXPECT_TRUE(box->isChecked());
}

TEST(CurvesShown, AKindOfPointsOfTheTradeOffIsHiddenAndTheFrontStays) {
    std::vector<TradeoffPoint> points(3);
    points[0].kind = TradeoffKind::Dense;
    points[0].name = "whole";
    for (std::size_t i = 0; i < points.size(); ++i) {
        points[i].parameters = 1e6 * static_cast<double>(9 - i);
        points[i].perplexity = 1.5 + static_cast<double>(i);
    }
    points[1].name = "cut";
    points[2].name = "deeper";
    TradeoffView view;
    view.setPoints(points);
    show(view, {800, 500});
    clickLegend(view, "previewed plan");
    EXPECT_TRUE(view.csv().contains("whole,"));
    EXPECT_FALSE(view.csv().contains("cut,"));
    EXPECT_TRUE(view.onFront(2));
    view.setPoints(points);
    EXPECT_FALSE(view.csv().contains("cut,"));
    clickLegend(view, "dense");
    EXPECT_FALSE(view.isEmpty());
    chooseInMenu(view, "Show all");
    EXPECT_TRUE(view.csv().contains("cut,"));
    EXPECT_TRUE(view.csv().contains("whole,"));
}

TEST(CurvesShown, WhatGoesIsHiddenFromAScatterAndItsRectangle) {
    auto pairs = std::make_shared<ScorePairs>();
    pairs->layers = {0, 1, 2};
    pairs->indices = {-1, -1, -1};
    pairs->x = {1.0F, 2.0F, 3.0F};
    pairs->y = {3.0F, 2.0F, 1.0F};
    ScatterView view;
    view.setPairs(pairs, {false, true, false}, "one", "other");
    show(view, {700, 460});
    clickLegend(view, "removed");
    EXPECT_EQ(view.drawnPoints(), 2);
    EXPECT_EQ(view.csv().count('\n'), 3);
    EXPECT_TRUE(view.textSummary().endsWith("hidden: removed"));
    view.setRemoved({true, true, false});
    EXPECT_EQ(view.drawnPoints(), 1) << "the plan takes another, too";
    clickLegend(view, "kept");
    EXPECT_EQ(view.drawnPoints(), 0);
    EXPECT_FALSE(view.isEmpty()) << "the legend stays to bring them back";
    chooseInMenu(view, "Show all");
    EXPECT_EQ(view.drawnPoints(), 3);
}

TEST(CurvesShown, ASideOfTheWidthsIsHiddenByItsName) {
    KeptWidthsView view;
    view.setWidths({{0, 4, 4, 2, 8, 8, 6}, {2, 4, 3, 0, 8, 4, 0}}, "dense", "small");
    show(view, {700, 460});
    clickLegend(view, "A: dense");
    EXPECT_EQ(view.csv(), "layer,kv_groups,kv_groups_b,channels,channels_b\n0,4,2,8,6\n2,4,0,8,0\n");
    static_cast<void>(findHover(view, "layer 0"));
    EXPECT_EQ(view.hoverText(), "layer 0: B keeps 2 of 4 KV groups and 6 of 8 channels");
    EXPECT_TRUE(view.textSummary().endsWith("hidden: A: dense"));
    EXPECT_LT(legendEntry(view, "A: dense")->textColor().alphaF(), 0.5);
    clickLegend(view, "A: dense");
    EXPECT_TRUE(view.csv().startsWith("layer,kv_groups,kv_groups_a,kv_groups_b,channels"));
}

}  // namespace
}  // namespace secateur::test
