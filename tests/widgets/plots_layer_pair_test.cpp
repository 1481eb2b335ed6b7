// SPDX-License-Identifier: GPL-3.0-or-later
//
// A metric of layers by two measurements.
#include <QApplication>
#include <QComboBox>
#include <QSignalSpy>

#include <gtest/gtest.h>

#include "tests/widgets/plots_fixture.h"
#include "widgets/plots/curve_toggles.h"
#include "widgets/plots/direct_labels.h"
#include "widgets/plots/layer_pair_view.h"
#include "widgets/plots/plot_canvas.h"

namespace secateur::test {
namespace {

class LayerPairPlot : public ::testing::Test {
protected:
    LayerPairPlot() {
        view.setMetrics({{.name = "influence",
                          .unit = "1 - cosine",
                          .layers = {0, 1, 3},
                          .a = {0.5F, 0.25F, 0.75F},
                          .b = {0.5F, 0.5F, 0.5F},
                          .agreement = 0.5},
                         {.name = "left out", .layers = {0, 1, 3}, .b = {1.0F, 2.0F, 300.0F}}},
                        QStringLiteral("this text"), QStringLiteral("that text"));
        show(view);
        QApplication::processEvents();
    }
    QCustomPlot& plot() { return *static_cast<QCustomPlot*>(canvasOf(view)); }
    QString heading() {
        const auto* text = qobject_cast<QCPTextElement*>(plot().plotLayout()->element(0, 0));
        return text != nullptr ? text->text() : QString();
    }
    LayerPairView view;
};

TEST_F(LayerPairPlot, SaysBothValuesOfALayerAndTheirDifference) {
    EXPECT_TRUE(view.title().endsWith(QLatin1Char('?')));
    EXPECT_EQ(heading(), QStringLiteral("influence (1 - cosine)"));
    const QPoint place = findHover(view, QStringLiteral("layer 3"));
    EXPECT_EQ(view.hoverText(),
              QStringLiteral("layer 3: influence (1 - cosine) 0.75 of A, 0.5 of B, B - A -0.25"));
    QSignalSpy selected(&view, &LayerPairView::layerSelected);
    click(view, place);
    ASSERT_EQ(selected.size(), 1);
    EXPECT_EQ(selected[0][0].toInt(), 3);
    key(view, Qt::Key_Home);
    key(view, Qt::Key_Right);
    EXPECT_TRUE(view.hoverText().startsWith(QStringLiteral("layer 1"))) << view.hoverText().toStdString();
    EXPECT_EQ(view.provenance(), QStringLiteral("A: this text; B: that text; Spearman 0.50 over 3 layers"));
    EXPECT_EQ(view.csv(), QStringLiteral("layer,A: influence (1 - cosine),B: influence (1 - cosine),B - A\n"
                                         "0,0.5,0.5,0\n1,0.25,0.5,0.25\n3,0.75,0.5,-0.25\n"));
    EXPECT_TRUE(
        view.textSummary().contains(QStringLiteral("\nlayer 1: influence (1 - cosine) 0.25 of A, 0.5 of B")));
}

TEST_F(LayerPairPlot, ALayerThatIsNotThereLeavesAGap) {
    ASSERT_EQ(plot().graphCount(), 2);
    int gaps = 0;
    for (const QCPGraphData& point : *plot().graph(0)->data()) gaps += std::isnan(point.value) ? 1 : 0;
    EXPECT_EQ(gaps, 1);
}

TEST_F(LayerPairPlot, TheLetterAtTheEndOfACurveHidesIt) {
    const auto letter = [&](std::size_t side) { return view.labels().places()[side].center().toPoint(); };
    const double least = plot().yAxis->range().lower;
    click(view, letter(0));
    QApplication::processEvents();
    EXPECT_TRUE(view.curves().hidden(QStringLiteral("A")));
    EXPECT_GT(plot().yAxis->range().lower, least) << "the axis goes by what is left";
    EXPECT_TRUE(view.csv().startsWith(QStringLiteral("layer,B: influence")));
    EXPECT_TRUE(view.textSummary().endsWith(QStringLiteral("hidden: A")));
    click(view, letter(0));
    EXPECT_FALSE(view.curves().hidden(QStringLiteral("A")));
}

TEST_F(LayerPairPlot, WhatOneSideHasNotMeasuredIsSaid) {
    QSignalSpy chosen(&view, &LayerPairView::metricChosen);
    view.setMetric(1);
    ASSERT_EQ(chosen.size(), 1);
    EXPECT_EQ(view.provenance(),
              QStringLiteral("A: this text; B: that text; A was measured without left out"));
    EXPECT_EQ(view.csv(), QStringLiteral("layer,B: left out\n0,1\n1,2\n3,300\n"));
    EXPECT_EQ(plot().graphCount(), 1);
    EXPECT_EQ(plot().axisRectCount(), 1) << "there is no difference to draw";
    EXPECT_TRUE(heading().endsWith(QStringLiteral("log scale")));
    EXPECT_TRUE(view.logScale()) << "one layer would flatten the others";
    EXPECT_EQ(plot().yAxis->scaleType(), QCPAxis::stLogarithmic);
    key(view, Qt::Key_Home);
    EXPECT_EQ(view.hoverText(), QStringLiteral("layer 0: left out 1 of B"));
}

TEST_F(LayerPairPlot, TheChosenMetricStaysWithOtherValuesAndGoesWithItsPlace) {
    view.setMetric(1);
    view.setMetrics({{.name = "other", .layers = {0}, .a = {1.0F}, .b = {1.0F}},
                     {.name = "influence", .layers = {0}, .a = {1.0F}, .b = {1.0F}},
                     {.name = "left out", .layers = {0}, .a = {1.0F}, .b = {1.0F}}},
                    {}, {});
    EXPECT_EQ(view.metric(), 2);
    view.setMetrics({{.name = "other", .layers = {0}, .a = {1.0F}, .b = {1.0F}}}, {}, {});
    EXPECT_EQ(view.metric(), 0);
    view.setMetrics({}, {}, {});
    EXPECT_EQ(view.metric(), -1);
    EXPECT_TRUE(view.isEmpty());
    EXPECT_TRUE(view.csv().isEmpty());
    EXPECT_EQ(view.textSummary(), view.emptyText());
}

TEST_F(LayerPairPlot, OneLayerThatCostsAHundredTimesTheOthersLeavesTheAxis) {
    LayerPairMetric cost{.name = "cost", .layers = {0, 1, 2, 3, 4, 5}, .change = true};
    cost.a = {5000.0F, 1.0F, 2.0F, 1.5F, 3.0F, 2.0F};
    cost.b = {4000.0F, 2.0F, 1.0F, 2.5F, 2.0F, 3.0F};
    view.setMetrics({cost}, {}, {});
    QApplication::processEvents();
    EXPECT_LT(plot().yAxis->range().upper, 20.0);
    EXPECT_LE(plot().yAxis->range().lower, 0.0) << "0 is the dense network";
    QStringList said;
    for (int i = 0; i < plot().itemCount(); ++i)
        if (const auto* text = qobject_cast<QCPItemText*>(plot().item(i))) said << text->text();
    EXPECT_TRUE(said.contains(QStringLiteral("\u2191 5000"))) << said.join(QLatin1Char('|')).toStdString();
    EXPECT_TRUE(said.contains(QStringLiteral("\u2193 -1000"))) << said.join(QLatin1Char('|')).toStdString();
    EXPECT_FALSE(view.logScale());
}

}  // namespace
}  // namespace secateur::test
