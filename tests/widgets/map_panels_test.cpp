// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/map_panels.h"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QTemporaryDir>
#include <QToolButton>

#include <gtest/gtest.h>

#include "tests/widgets/find_widget.h"
#include "tests/widgets/plots_fixture.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/layer_selection.h"
#include "widgets/document/plan_document.h"
#include "widgets/plots/channel_map_view.h"
#include "widgets/plots/distribution_view.h"
#include "widgets/plots/profile_view.h"
#include "widgets/plots/similarity_view.h"

namespace secateur {
namespace {

class MapPanelsTest : public ::testing::Test {
protected:
    void open() {
        document_.setModel(testing::sampleModel());
        document_.setAnalysis(testing::sampleAnalysis());
    }

    PlanDocument document_;
    LayerSelection selection_;
};

TEST_F(MapPanelsTest, MapFillsWithTheMeasurementAndSharesTheSelection) {
    ChannelMapPanel panel(document_, selection_);
    panel.show();
    EXPECT_TRUE(panel.view()->isEmpty());
    open();
    EXPECT_FALSE(panel.view()->isEmpty());
    EXPECT_TRUE(panel.view()->provenance().contains(QStringLiteral("leaves.txt, 8 windows of 32 tokens")));
    selection_.setLayer(3);
    EXPECT_EQ(panel.view()->selectedLayer(), 3);
    Q_EMIT panel.view()->layerSelected(1);
    EXPECT_EQ(selection_.layer(), 1);
}

TEST_F(MapPanelsTest, MapSaysWhatThePlanRemoves) {
    ChannelMapPanel panel(document_, selection_);
    panel.show();
    open();
    const QString kept = panel.view()->describeUnit(0, 0);
    WidthRequest width = document_.width();
    width.ratio = 0.6;
    document_.setWidth(QStringLiteral("ratio"), width);
    EXPECT_NE(panel.view()->describeUnit(0, 0), kept);
}

TEST_F(MapPanelsTest, APlanOfBeforeIsMarked) {
    ChannelMapPanel map(document_, selection_);
    map.show();
    DistributionPanel distribution(document_, selection_);
    distribution.show();
    open();
    const QString stale = QStringLiteral("The plan shown is the last that was possible.");
    EXPECT_FALSE(map.view()->provenance().contains(stale));
    WidthRequest width = document_.width();
    width.targetParameters = 10;
    document_.setWidth(QStringLiteral("Set target"), width);
    ASSERT_FALSE(document_.problem().isEmpty());
    EXPECT_TRUE(map.view()->provenance().endsWith(stale)) << map.view()->provenance().toStdString();
    EXPECT_TRUE(distribution.view()->provenance().endsWith(stale));
    document_.undoStack()->undo();
    EXPECT_FALSE(map.view()->provenance().contains(stale));
    EXPECT_FALSE(distribution.view()->provenance().contains(stale));
}

TEST_F(MapPanelsTest, MapShowsAnotherScoreWithoutChangingThePlan) {
    ChannelMapPanel panel(document_, selection_);
    panel.show();
    open();
    const QString csv = panel.view()->csv();
    panel.view()->setValues(UnitValues::Raw);
    const QString raw = panel.view()->csv();
    for (QAction* choice : testing::findNamed<QToolButton>(panel, "View of the map")->menu()->actions())
        if (choice->text() == QStringLiteral("WIFN")) choice->trigger();
    EXPECT_NE(panel.view()->csv(), raw);
    EXPECT_FALSE(document_.undoStack()->canUndo());
}

// As wide as the dock is at 1280 x 720.
TEST_F(MapPanelsTest, TheChoicesOfTheMapStandInOneRow) {
    ChannelMapPanel panel(document_, selection_);
    panel.resize(455, 400);
    panel.show();
    open();
    std::vector<QWidget*> choices;
    for (const char* name : {"Units", "Order"}) choices.push_back(testing::findNamed<QComboBox>(panel, name));
    for (const char* name : {"View of the map", "Reset zoom", "Pin"})
        choices.push_back(testing::findNamed<QToolButton>(panel, name));
    for (const QWidget* choice : choices) {
        EXPECT_EQ(choice->y(), choices.front()->y()) << choice->accessibleName().toStdString();
        EXPECT_LE(choice->geometry().right(), panel.view()->width());
        EXPECT_GE(choice->width(), choice->sizeHint().width());
    }
}

TEST_F(MapPanelsTest, DraggingTheThresholdSetsTheRatioAsOneEdit) {
    DistributionPanel panel(document_, selection_);
    panel.show();
    open();
    EXPECT_DOUBLE_EQ(panel.view()->removedShareAt(-1e9), 0.0);
    EXPECT_DOUBLE_EQ(panel.view()->removedShareAt(panel.view()->channelThreshold()), 0.0);
    Q_EMIT panel.view()->thresholdDragged(-0.5);
    Q_EMIT panel.view()->thresholdDragged(0.0);
    Q_EMIT panel.view()->thresholdReleased(0.0);
    EXPECT_GT(document_.width().ratio, 0.2);
    EXPECT_EQ(document_.undoStack()->count(), 1);
}

// A plan from a file carries what it keeps and no thresholds: those follow from the scores.
TEST_F(MapPanelsTest, ALoadedPlanHasTheThresholdsOfTheOneMadeHere) {
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("plan.json"));
    DistributionPanel panel(document_, selection_);
    panel.show();
    for (const std::string& structure : widthStructures()) {
        open();
        WidthRequest width = document_.width();
        width.ratio = 0.3;
        width.structure = structure;
        document_.setWidth(QStringLiteral("ratio"), width);
        const QString made = panel.view()->hoverText();
        ASSERT_TRUE(made.contains(QStringLiteral(": removes "))) << made.toStdString();
        document_.save(file);
        open();
        EXPECT_TRUE(document_.load(file).isEmpty());
        ASSERT_FALSE(document_.result()->decision.has_value());
        const QString loaded = panel.view()->hoverText();
        EXPECT_EQ(loaded.section(QLatin1Char(':'), 1), made.section(QLatin1Char(':'), 1)) << structure;
        EXPECT_EQ(loaded.startsWith(QStringLiteral("One threshold a layer")), structure.starts_with("UL"))
            << loaded.toStdString();
    }
}

TEST_F(MapPanelsTest, NothingRemovedIsNotAboveAThreshold) {
    ChannelMapPanel panel(document_, selection_);
    panel.show();
    open();
    const QString kept = panel.view()->describeUnit(0, 0);
    EXPECT_TRUE(kept.endsWith(QStringLiteral("kept: the plan narrows nothing here"))) << kept.toStdString();
    EXPECT_FALSE(kept.contains(QStringLiteral("inf")));
}

TEST_F(MapPanelsTest, ProfileShowsWhatWasMeasured) {
    ProfilePanel panel(document_, selection_);
    panel.show();
    EXPECT_TRUE(panel.view()->isEmpty());
    open();
    EXPECT_TRUE(panel.view()->csv().contains(QStringLiteral("block influence")));
    EXPECT_FALSE(panel.view()->csv().contains(QStringLiteral("leave-one-out")));
    document_.setAnalysis(testing::sampleAnalysis(true));
    EXPECT_TRUE(panel.view()->csv().contains(QStringLiteral("leave-one-out")));
}

TEST_F(MapPanelsTest, ASelectedBlockSaysItsCostAndTheButtonChopsIt) {
    SimilarityPanel panel(document_, selection_);
    panel.show();
    auto* chop = panel.findChild<QPushButton*>(QStringLiteral("chopBlock"));
    auto* cost = panel.findChild<QLabel*>(QStringLiteral("blockCost"));
    EXPECT_FALSE(chop->isEnabled());
    open();
    document_.setAnalysis(testing::sampleAnalysis(true));
    EXPECT_FALSE(panel.view()->isEmpty());
    EXPECT_TRUE(cost->text().contains(QStringLiteral("Click a cell")));
    document_.setPartRemoved(3, LayerPart::Mlp, true);
    const int edits = document_.undoStack()->count();
    panel.resize(600, 500);
    panel.show();
    test::click(*panel.view(), test::findHover(*panel.view(), QStringLiteral("layers 2-4")));
    EXPECT_EQ(document_.undoStack()->count(), edits);  // a click edits nothing
    EXPECT_TRUE(cost->text().startsWith(QStringLiteral("Layers 2-4 (3 layers)")))
        << cost->text().toStdString();
    EXPECT_TRUE(cost->text().contains(QStringLiteral("parameters (")));
    EXPECT_TRUE(cost->text().contains(QStringLiteral("Perplexity without one of them: +")));
    EXPECT_EQ(chop->text(), QStringLiteral("Chop these 3 layers"));
    chop->click();
    EXPECT_EQ(document_.undoStack()->count(), edits + 1);
    EXPECT_EQ(document_.chop().layers, (std::vector<int>{2, 3, 4}));
    EXPECT_TRUE(document_.chop().mlp.empty());
    EXPECT_EQ(panel.view()->actions().first()->text(), chop->text());
}

TEST_F(MapPanelsTest, TheWholeNetworkCannotBeChopped) {
    SimilarityPanel panel(document_, selection_);
    panel.show();
    open();
    panel.resize(600, 500);
    panel.show();
    test::click(*panel.view(), test::findHover(*panel.view(), QStringLiteral("layers 0-5")));
    EXPECT_FALSE(panel.findChild<QPushButton*>(QStringLiteral("chopBlock"))->isEnabled());
}

TEST_F(MapPanelsTest, TheProfileHatchesWhatThePlanChops) {
    ProfilePanel panel(document_, selection_);
    panel.show();
    open();
    document_.setPartRemoved(2, LayerPart::Layer, true);
    EXPECT_TRUE(panel.view()->describeLayer(2).startsWith(QStringLiteral("layer 2, chopped")));
    EXPECT_TRUE(panel.view()->describeLayer(3).startsWith(QStringLiteral("layer 3:")));
}

}  // namespace
}  // namespace secateur
