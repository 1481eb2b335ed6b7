// SPDX-License-Identifier: GPL-3.0-or-later
//
// The plots of two plans, and of two scores.
#include <QComboBox>
#include <QSignalSpy>

#include <gmock/gmock.h>

#include "tests/widgets/plots_fixture.h"
#include "widgets/plots/difference_map_view.h"
#include "widgets/plots/kept_widths_view.h"
#include "widgets/plots/plot_canvas.h"
#include "widgets/plots/scatter_view.h"
#include "widgets/plots/score_difference_view.h"

namespace secateur::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The bands move, and nothing below them is drawn again.
template <class View>
void expectToMarkWithoutDrawing(View& view, const std::vector<int>& layers) {
    const QImage before = picture(view);
    QSignalSpy drawn(static_cast<QCustomPlot*>(canvasOf(view)), &QCustomPlot::afterReplot);
    view.setSelectedLayers(layers);
    EXPECT_NE(picture(view), before);
    view.setSelectedLayers({});
    EXPECT_EQ(picture(view), before);
    EXPECT_EQ(drawn.size(), 0);
}

class KeptWidthsPlot : public ::testing::Test {
protected:
    KeptWidthsPlot() {
        view.setWidths({{0, 4, 4, 2, 8, 8, 6}, {2, 4, 3, 0, 8, 4, 0}}, QStringLiteral("dense"),
                       QStringLiteral("small"));
        show(view);
    }
    KeptWidthsView view;
};

TEST_F(KeptWidthsPlot, AttentionAndMlpHaveAPanelEachAsWideAsTheDrawing) {
    static_cast<void>(picture(view));
    const auto& plot = *static_cast<QCustomPlot*>(canvasOf(view));
    ASSERT_EQ(plot.axisRectCount(), 2);
    for (const QCPAxisRect* rect : plot.axisRects()) {
        EXPECT_GT(rect->width(), plot.width() / 2);
        EXPECT_LT(rect->axis(QCPAxis::atBottom)->range().lower, 0.0);
        EXPECT_GT(rect->axis(QCPAxis::atBottom)->range().upper, 2.0);
        EXPECT_GT(rect->axis(QCPAxis::atLeft)->range().upper, 100.0);
        EXPECT_EQ(rect->plottables().size(), 2) << "bars of A and of B";
    }
}

TEST_F(KeptWidthsPlot, SaysWhatBothKeepOfALayer) {
    EXPECT_TRUE(view.title().endsWith(QLatin1Char('?')));
    const QPoint place = findHover(view, QStringLiteral("layer 2"));
    EXPECT_EQ(view.hoverText(),
              QStringLiteral("layer 2: A keeps 3 of 4 KV groups and 4 of 8 channels, B 0 and 0"));
    QSignalSpy selected(&view, &KeptWidthsView::layerSelected);
    click(view, place);
    ASSERT_EQ(selected.size(), 1);
    EXPECT_EQ(selected[0][0].toInt(), 2);
    key(view, Qt::Key_Home);
    EXPECT_TRUE(view.hoverText().startsWith(QStringLiteral("layer 0")));
    EXPECT_TRUE(view.csv().endsWith(QStringLiteral("\n2,4,3,0,8,4,0\n")));
    expectToMarkWithoutDrawing(view, {2});
    view.setWidths({}, {}, {});
    EXPECT_TRUE(view.isEmpty());
    EXPECT_TRUE(view.csv().isEmpty());
}

class DifferenceMap : public ::testing::Test {
protected:
    DifferenceMap() {
        const auto both = PairFate::KeptByBoth, a = PairFate::RemovedByA, b = PairFate::RemovedByB,
                   none = PairFate::RemovedByBoth;
        view.setRows({{1, {both, a, a, none}, {both, both}}, {3, {b, b, both, both}, {a, b}}});
        show(view);
    }
    DifferenceMapView view;
};

TEST_F(DifferenceMap, ASelectionIsMarkedWithoutDrawingTheMapAgain) {
    expectToMarkWithoutDrawing(view, {3});
}

TEST_F(DifferenceMap, SaysTheFateOfAUnitAndCountsThoseOfItsLayer) {
    EXPECT_EQ(view.describeUnit(0, 1),
              QStringLiteral(
                  "layer 1, channel 1: removed by A alone. In this layer: 1 kept by both, 2 removed by "
                  "A alone, 0 removed by B alone, 1 removed by both, overlap of what is removed 33.3 %"));
    const QPoint place = findHover(view, QStringLiteral("layer 3, channel 0"));
    EXPECT_TRUE(view.hoverText().startsWith(QStringLiteral("layer 3, channel 0: removed by B alone")));
    QSignalSpy selected(&view, &DifferenceMapView::layerSelected);
    click(view, place);
    ASSERT_EQ(selected.size(), 1);
    EXPECT_EQ(selected[0][0].toInt(), 3);
    EXPECT_EQ(view.csv(),
              QStringLiteral("layer,units,kept_by_both,removed_by_a,removed_by_b,removed_by_both\n"
                             "1,4,1,2,0,1\n3,4,2,0,2,0\n"));
    view.setShowGroups(true);
    EXPECT_TRUE(view.csv().endsWith(QStringLiteral("3,2,0,1,1,0\n")));
}

TEST_F(DifferenceMap, KeysMoveOverTheUnits) {
    key(view, Qt::Key_Right);
    EXPECT_TRUE(view.hoverText().startsWith(QStringLiteral("layer 1, channel 0")));
    key(view, Qt::Key_Down);
    EXPECT_TRUE(view.hoverText().startsWith(QStringLiteral("layer 3, channel 0")));
    key(view, Qt::Key_Right);
    EXPECT_TRUE(view.hoverText().startsWith(QStringLiteral("layer 3, channel 1")));
}

// Alternating fates on more units than pixels show as the mean of their colours, whatever the zoom of one
// pixel.
TEST(DifferenceMapPooling, ManyUnitsOnAPixelMixTheirColours) {
    DifferenceMapView one, mixed, other;
    std::vector<PairFate> a(28672, PairFate::RemovedByA), b(28672, PairFate::RemovedByB), half = a;
    for (std::size_t i = 0; i < half.size(); i += 2) half[i] = PairFate::RemovedByB;
    one.setRows({{0, a, {}}});
    mixed.setRows({{0, half, {}}});
    other.setRows({{0, b, {}}});
    const auto middle = [](PlotView& view) {
        show(view);
        const QImage image = picture(view);
        return image.pixelColor(image.width() / 2, image.height() / 2);
    };
    const QColor first = middle(one), last = middle(other), between = middle(mixed);
    EXPECT_NE(first, last);
    EXPECT_NEAR(between.red(), (first.red() + last.red()) / 2.0, 8.0);
    EXPECT_NEAR(between.green(), (first.green() + last.green()) / 2.0, 8.0);
    EXPECT_NEAR(between.blue(), (first.blue() + last.blue()) / 2.0, 8.0);
}

class ScoreDifferences : public ::testing::Test {
protected:
    ScoreDifferences() {
        auto difference = std::make_shared<ScoreDifference>();
        difference->metric = "WIFV";
        difference->layers = {{1, {{0.5F, -0.5F, 0.0F}, {0.1F, -0.1F, 0.0F}, 0.25}, {{0.0F}, {0.0F}, {}}},
                              {4, {{0.0F, 0.0F, 0.0F}, {0.0F, 1.0F, 0.0F}, 1.0}, {{0.0F}, {0.5F}, {}}}};
        view.setDifference(difference);
        show(view);
    }
    ScoreDifferenceView view;
};

TEST_F(ScoreDifferences, AUnitSaysByHowMuchItsPlaceAndScoreDiffer) {
    static_cast<void>(findHover(view, QStringLiteral("layer 1, channel 1")));
    EXPECT_EQ(
        view.hoverText(),
        QStringLiteral("layer 1, channel 1: higher by 1 of 2 places in A; score of B against A -10.0 % of "
                       "their mean. In this layer: Spearman 0.25"));
    EXPECT_TRUE(view.describeUnit(1, 0).contains(QStringLiteral("at the same place")));
    EXPECT_TRUE(
        view.csv().startsWith(QStringLiteral("layer,channel,rank_difference,relative_difference\n"
                                             "1,0,0.5,0.1\n1,1,-0.5,-0.1\n")));
    EXPECT_TRUE(view.textSummary().contains(QStringLiteral("layer 4: Spearman 1.00")));
    expectToMarkWithoutDrawing(view, {4});
}

TEST_F(ScoreDifferences, ColoursGoToBothSidesAndReachWhatMostStayWithin) {
    EXPECT_DOUBLE_EQ(view.scale(), 0.5) << "of ranks";
    const auto colourAt = [&](const QString& unit) {
        const QPoint place = findHover(view, unit);
        return picture(view).pixelColor(place + QPoint(12, 12));  // beside the frame of the cell
    };
    const QColor up = colourAt(QStringLiteral("layer 1, channel 0"));
    const QColor down = colourAt(QStringLiteral("layer 1, channel 1"));
    const QColor same = colourAt(QStringLiteral("layer 1, channel 2"));
    EXPECT_NE(up, down);
    EXPECT_NE(up, same);
    EXPECT_NE(down, same);
    auto* of = view.findChildren<QComboBox*>().last();
    ASSERT_EQ(of->itemText(1), QStringLiteral("of scores"));
    const QImage ranks = picture(view);
    of->setCurrentIndex(1);
    EXPECT_NE(picture(view), ranks);
    EXPECT_DOUBLE_EQ(view.scale(), 0.1);
    view.setDifference(nullptr);
    EXPECT_TRUE(view.isEmpty());
}

// Both maps are in one panel.
TEST(PairMaps, ChoicesOfUnitsHaveNamesOfTheirOwn) {
    const DifferenceMapView plans;
    const ScoreDifferenceView scores;
    const QString one = plans.findChild<QComboBox*>()->accessibleName();
    const QString other = scores.findChild<QComboBox*>()->accessibleName();
    EXPECT_FALSE(one.isEmpty());
    EXPECT_FALSE(other.isEmpty());
    EXPECT_NE(one, other);
}

std::shared_ptr<const ScorePairs> fourLayers() {
    auto pairs = std::make_shared<ScorePairs>();
    pairs->layers = {0, 1, 2, 5};
    pairs->indices = {-1, -1, -1, -1};
    pairs->x = {0.9F, 0.1F, 0.2F, 0.3F};
    pairs->y = {40.0F, 1.0F, 30.0F, 5.0F};
    pairs->agreement = 0.8;
    return pairs;
}

class Scatter : public ::testing::Test {
protected:
    Scatter() {
        view.setPairs(fourLayers(), {false, true, false, false}, QStringLiteral("influence"),
                      QStringLiteral("leave-one-out"));
        show(view);
    }
    ScatterView view;
};

TEST_F(Scatter, SaysTheAgreementWithItsCount) {
    EXPECT_EQ(view.agreementText(), QStringLiteral("Spearman 0.80 over 4 layers"));
    EXPECT_TRUE(view.textSummary().startsWith(view.agreementText()));
    EXPECT_TRUE(view.hoverText().isEmpty() || view.hoverText() == view.agreementText());
    EXPECT_EQ(view.csv(), QStringLiteral("layer,influence,leave-one-out,removed\n0,0.9,40,0\n1,0.1,1,1\n"
                                         "2,0.2,30,0\n5,0.3,5,0\n")
                              .replace(QStringLiteral("0.9"), QStringLiteral("0.899999976"))
                              .replace(QStringLiteral("0.1,"), QStringLiteral("0.100000001,"))
                              .replace(QStringLiteral("0.2,"), QStringLiteral("0.200000003,"))
                              .replace(QStringLiteral("0.3,"), QStringLiteral("0.300000012,")));
}

TEST_F(Scatter, APointSaysItsLayerAndWhetherItStays) {
    static_cast<void>(findHover(view, QStringLiteral("layer 1")));
    EXPECT_EQ(view.hoverText(), QStringLiteral("layer 1: influence 0.1, leave-one-out 1, removed"));
    QSignalSpy selected(&view, &ScatterView::layersSelected);
    key(view, Qt::Key_End);
    key(view, Qt::Key_Return);
    ASSERT_EQ(selected.size(), 1);
    EXPECT_THAT(selected[0][0].value<std::vector<int>>(), ElementsAre(0));
}

TEST_F(Scatter, ARectangleSelectsTheLayersInIt) {
    QSignalSpy selected(&view, &ScatterView::layersSelected);
    const QPoint low = findHover(view, QStringLiteral("layer 1"));
    const QPoint high = findHover(view, QStringLiteral("layer 5"));
    const QRect drawing = static_cast<PlotCanvas*>(canvasOf(view))->axisRect()->rect();
    const QPoint corner(std::max(drawing.left() + 1, std::min(low.x(), high.x()) - 30),
                        std::min(drawing.bottom() - 1, std::max(low.y(), high.y()) + 30));
    const QPoint opposite(std::max(low.x(), high.x()) + 30, std::min(low.y(), high.y()) - 30);
    press(view, corner);
    drag(view, QPoint(opposite.x(), corner.y()));
    drag(view, opposite);
    release(view, opposite);
    ASSERT_EQ(selected.size(), 1);
    EXPECT_THAT(selected[0][0].value<std::vector<int>>(), ElementsAre(1, 5)) << "2 lies above";
    const QImage before = picture(view);
    view.setSelectedLayers({1, 5});
    EXPECT_NE(picture(view), before);
    press(view, QPoint(opposite.x(), opposite.y() - 20));
    drag(view, QPoint(opposite.x() + 40, opposite.y() - 60));
    release(view, QPoint(opposite.x() + 40, opposite.y() - 60));
    ASSERT_EQ(selected.size(), 2);
    EXPECT_THAT(selected[1][0].value<std::vector<int>>(), IsEmpty()) << "an empty rectangle selects none";
}

TEST_F(Scatter, FarApartValuesHaveALogScaleAndManyPointsAreThinned) {
    auto many = std::make_shared<ScorePairs>();
    many->units = PairedUnits::Channels;
    for (int i = 0; i < 100000; ++i) {
        many->layers.push_back(i / 1000);
        many->indices.push_back(i % 1000);
        many->x.push_back(static_cast<float>(i + 1));
        many->y.push_back(static_cast<float>((i * 7) % 1000));
    }
    const QImage before = picture(view);
    view.setPairs(many, {}, QStringLiteral("WIFV"), QStringLiteral("IFV"));
    EXPECT_NE(picture(view), before);
    EXPECT_GT(view.drawnPoints(), 5000);
    EXPECT_LE(view.drawnPoints(), 6000);
    EXPECT_EQ(view.agreementText(),
              QStringLiteral("no rank correlation over 100000 channels: too few, or all the same"));
    EXPECT_EQ(view.csv().count(QLatin1Char('\n')), 100001) << "the numbers are of all";
}

TEST(ScatterEmpty, SaysWhatToDo) {
    ScatterView view;
    show(view);
    EXPECT_TRUE(view.isEmpty());
    EXPECT_TRUE(view.emptyText().contains(QStringLiteral("Run > Measure")));
    view.setPairs(nullptr, {}, {}, {});
    EXPECT_TRUE(view.csv().isEmpty());
    EXPECT_THAT(view.selectedLayers(), IsEmpty());
}

}  // namespace
}  // namespace secateur::test
