// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCheckBox>
#include <QSignalSpy>
#include <cmath>

#include <gtest/gtest.h>

#include "tests/widgets/plots_fixture.h"
#include "widgets/plots/profile_panels.h"
#include "widgets/plots/profile_view.h"

namespace secateur::test {
namespace {

class Profile : public testing::Test {
protected:
    Profile() {
        view.setSeries({{"block influence", "1 - cosine", {0, 1, 3, 4}, {0.8F, 0.05F, 0.02F, 0.1F}},
                        {"leave-one-out", "perplexity", {0, 1, 3, 4}, {3009.0F, 2.0F, 1.8F, NAN}},
                        {"kept", "%", {0, 1, 2, 3, 4}, {100, 50, 0, 80, 100}}});
        show(view);
    }
    ProfileView view;
};

TEST_F(Profile, SaysExactValuesOfALayer) {
    EXPECT_EQ(view.describeLayer(3), "layer 3: block influence 0.02, leave-one-out 1.8, kept 80 %");
    EXPECT_EQ(view.describeLayer(2), "layer 2: kept 0 %");
    EXPECT_EQ(view.describeLayer(4), "layer 4: block influence 0.1, kept 100 %");
    EXPECT_EQ(view.describeLayer(9), "layer 9: nothing measured");
}

TEST_F(Profile, PointerShowsAndClickSelects) {
    QSignalSpy selected(&view, &ProfileView::layerSelected);
    const QPoint place = findHover(view, "layer 3:");
    EXPECT_EQ(view.hoverText(), view.describeLayer(3));
    click(view, place);
    ASSERT_EQ(selected.size(), 1);
    EXPECT_EQ(selected.first().first().toInt(), 3);
}

// One layer that costs a hundred times the others made their curve a flat line.
TEST_F(Profile, OneOutlierDoesNotFlattenWhatIsHeldAgainstABaseline) {
    const QCPRange most = rangeOfMost({5490.0F, 0.4F, -0.1F, 0.3F, 0.2F, 0.6F, 0.5F, 1.1F});
    EXPECT_FLOAT_EQ(static_cast<float>(most.lower), -0.1F);
    EXPECT_FLOAT_EQ(static_cast<float>(most.upper), 1.1F);
    const QCPRange even = rangeOfMost({1.0F, 2.0F, 3.0F, 4.0F, 5.0F, NAN});
    EXPECT_EQ(even.lower, 1.0);
    EXPECT_EQ(even.upper, 5.0);
    EXPECT_EQ(rangeOfMost({1.0F, 1000.0F}).upper, 1000.0);
    EXPECT_EQ(rangeOfMost({2.0F, 2.0F, 2.0F, 2.0F, 2.0F, 9.0F}).upper, 9.0);

    ProfileSeries plain{"leave-one-out", "%", {0, 1, 2, 3, 4, 5}, {5490, 0.4F, -0.1F, 0.3F, 0.9F, 0.2F}};
    view.setSeries({plain});
    const QImage flat = picture(view);
    plain.baseline = 0.0F;
    plain.baselineName = QStringLiteral("all layers: perplexity 1.621");
    view.setSeries({plain});
    EXPECT_NE(picture(view), flat);
    EXPECT_FALSE(view.logScale());
    EXPECT_EQ(view.describeLayer(0), "layer 0: leave-one-out 5490 %");
}

// Ticks were chosen for axes of no length where the view was made anew at the size that it had.
TEST_F(Profile, AnotherThemeAndBackLeavesTheSamePicture) {
    const QPalette usual = view.palette();
    const QImage before = picture(view);
    view.setPalette(QPalette(QColor(0x31, 0x36, 0x3b)));
    EXPECT_NE(picture(view), before);
    view.setPalette(usual);
    EXPECT_EQ(picture(view), before);
}

TEST_F(Profile, ChoppedLayersAreHatchedAndSaidToBe) {
    const QImage before = picture(view);
    view.setChopped({1, 2});
    EXPECT_NE(picture(view), before);
    EXPECT_TRUE(view.describeLayer(1).startsWith("layer 1, chopped: block influence"));
    view.setChopped({});
    EXPECT_EQ(picture(view), before);
}

TEST_F(Profile, SelectionIsDrawn) {
    const QImage before = picture(view);
    EXPECT_GT(colourCount(before), 12);
    view.setSelectedLayer(3);
    EXPECT_NE(picture(view), before);
    view.setSelectedLayer(-1);
    EXPECT_EQ(picture(view), before);
}

TEST_F(Profile, KeysWalkOverTheLayers) {
    QSignalSpy selected(&view, &ProfileView::layerSelected);
    key(view, Qt::Key_Right);
    EXPECT_EQ(view.hoverText(), view.describeLayer(0));
    key(view, Qt::Key_Right);
    key(view, Qt::Key_Right);
    EXPECT_EQ(view.hoverText(), view.describeLayer(2));
    key(view, Qt::Key_End);
    key(view, Qt::Key_Left);
    EXPECT_EQ(view.hoverText(), view.describeLayer(3));
    key(view, Qt::Key_Return);
    EXPECT_EQ(selected.size(), 1);
}

TEST_F(Profile, BoxesShowAndHideCurves) {
    const QImage before = picture(view);
    QCheckBox* box = nullptr;
    for (QCheckBox* candidate : view.findChildren<QCheckBox*>()) {
        if (candidate->text() == "leave-one-out") box = candidate;
    }
    ASSERT_NE(box, nullptr);
    box->click();
    EXPECT_FALSE(view.seriesVisible("leave-one-out"));
    EXPECT_NE(picture(view), before);
    EXPECT_EQ(view.describeLayer(3), "layer 3: block influence 0.02, kept 80 %");
    view.setSeriesVisible("leave-one-out", true);
    EXPECT_TRUE(box->isChecked());
    EXPECT_EQ(picture(view), before);
}

TEST_F(Profile, OneLayerFarAboveTheOthersAsksForALogScaleUntilTheUserChooses) {
    EXPECT_TRUE(view.logScale());
    const ProfileSeries even{"kept", "%", {0, 1, 2}, {40, 50, 60}};
    view.setSeries({even});
    EXPECT_FALSE(view.logScale());
    view.setLogScale(true);
    view.setSeries({even});
    EXPECT_TRUE(view.logScale());
}

TEST_F(Profile, ArrangementAndScaleChangeTheDrawing) {
    view.setLogScale(false);
    const QImage panels = picture(view);
    view.setLogScale(true);
    const QImage log = picture(view);
    EXPECT_NE(log, panels);
    view.setArrangement(ProfileView::Arrangement::Overlaid);
    EXPECT_NE(picture(view), log);
}

TEST_F(Profile, NumbersAndSummary) {
    EXPECT_EQ(view.csv(),
              "layer,block influence (1 - cosine),leave-one-out (perplexity),kept (%)\n"
              "0,0.800000012,3009,100\n1,0.0500000007,2,50\n2,,,0\n3,0.0199999996,1.79999995,80\n4,0."
              "100000001,,100\n");
    EXPECT_TRUE(view.textSummary().startsWith(
        "block influence: least in layer 3 (0.02).\nleave-one-out: least in layer 3 (1.8).\n"));
    view.setSeries({});
    EXPECT_TRUE(view.isEmpty());
}

}  // namespace
}  // namespace secateur::test
