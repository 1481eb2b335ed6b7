// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/channel_panel.h"

#include <QComboBox>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>
#include <cmath>

#include <gtest/gtest.h>

#include "core/planning/planner.h"
#include "tests/widgets/fake_engine.h"
#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/layer_selection.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/settings.h"
#include "widgets/models/rows_model.h"
#include "widgets/panels/map_panels.h"
#include "widgets/plots/activation_view.h"
#include "widgets/plots/channel_map_view.h"
#include "widgets/plots/unit_text.h"

namespace secateur {
namespace {

class ChannelPanelTest : public ::testing::Test {
protected:
    ChannelPanelTest() { panel.show(); }
    void open() {
        document.setModel(testing::sampleModel());
        document.setAnalysis(testing::sampleAnalysis());
    }
    void narrow(double ratio) {
        WidthRequest width = document.width();
        width.ratio = ratio;
        document.setWidth(QStringLiteral("ratio"), width);
    }
    void answer() {
        auto histogram = std::make_shared<ActivationHistogram>();
        histogram->cell = engine.activationRequests.back().cell;
        histogram->text = testing::sampleAnalysis()->calibration;
        histogram->dtype = "float32";
        histogram->values = 256;
        histogram->low = histogram->least = -1.0;
        histogram->high = 1.0;
        histogram->most = 4.0;
        histogram->above = 6;
        histogram->mean = 0.03;
        histogram->variance = histogram->channelVariance = 0.16;
        histogram->biasNorm = 0.125;
        histogram->counts = {10, 40, 150, 50};
        Q_EMIT engine.activationsReady(histogram, engine.activationRequests.back().id);
    }
    // What the table says in the row that begins so.
    QString told(const QString& step, int column = 1) {
        const QAbstractItemModel& model =
            *testing::findNamed<QTableView>(panel, "From activation to verdict")->model();
        for (int row = 0; row < model.rowCount(); ++row) {
            if (model.index(row, 0).data().toString().startsWith(step))
                return model.index(row, column).data().toString();
        }
        ADD_FAILURE() << "no row " << step.toStdString();
        return {};
    }
    double number(const QString& step) {
        const QAbstractItemModel& model =
            *testing::findNamed<QTableView>(panel, "From activation to verdict")->model();
        for (int row = 0; row < model.rowCount(); ++row) {
            if (model.index(row, 0).data().toString().startsWith(step))
                return model.index(row, 1).data(SortRole).toDouble();
        }
        ADD_FAILURE() << "no row " << step.toStdString();
        return NAN;
    }
    int rows() {
        return testing::findNamed<QTableView>(panel, "From activation to verdict")->model()->rowCount();
    }

    testing::FakeEngine engine;
    PlanDocument document;
    LayerSelection selection;
    ChannelFeed feed{document, engine, [] {
                         ChannelFeed::Text text;
                         text.source.textFile = "leaves.txt";
                         return text;
                     }};
    ChannelPanel panel{document, feed};
};

TEST_F(ChannelPanelTest, SaysWhatToDoWhileThereIsNothingToShow) {
    EXPECT_EQ(panel.view()->title(), "What does this channel do?");
    EXPECT_EQ(panel.view()->emptyText(), "No model is open.");
    document.setModel(testing::sampleModel());
    EXPECT_TRUE(panel.view()->emptyText().contains("press P")) << panel.view()->emptyText().toStdString();
    feed.pin({1, UnitKind::Channels, 3});
    EXPECT_TRUE(panel.view()->emptyText().contains("Run > Measure"));
    document.setAnalysis(testing::sampleAnalysis());
    EXPECT_EQ(panel.view()->title(), "What does channel 3 of layer 1 do?");
    EXPECT_TRUE(panel.view()->emptyText().startsWith("Counting"));
    EXPECT_TRUE(panel.view()->isEmpty());
    EXPECT_GT(rows(), 6);  // the scores are known already
    engine.fail(EngineTask::Activations, QStringLiteral("The disk is gone."));
    EXPECT_EQ(panel.view()->emptyText(), "The disk is gone.");
    auto* again = panel.findChildren<QPushButton*>().last();
    EXPECT_EQ(again->text(), "Try again");
    EXPECT_TRUE(again->isVisible());
    again->click();
    EXPECT_EQ(engine.activationRequests.size(), 2U);
    answer();
    EXPECT_FALSE(panel.view()->isEmpty());
    EXPECT_FALSE(again->isVisible());
    EXPECT_EQ(panel.view()->provenance(), "leaves.txt, 8 windows of 32 tokens, float32");
}

// One channel's numbers, from activation to verdict, are those of the analysis, the map and the plan.
TEST_F(ChannelPanelTest, TellsTheNumbersOfTheMap) {
    ChannelMapPanel map(document, selection);
    map.show();
    open();
    narrow(0.4);
    const ScoreTable& table = *document.result()->decision->scores;
    const Analysis& analysis = *document.analysis();
    int removed = 0;
    for (int unit = 0; unit < testing::kChannels; ++unit) {
        feed.pin({2, UnitKind::Channels, unit});
        const auto at = static_cast<std::size_t>(unit);
        const ChannelStatistics& channels = analysis.layers[2].downProj;
        EXPECT_FLOAT_EQ(static_cast<float>(number("Mean activation")), channels.mean[at]);
        EXPECT_FLOAT_EQ(static_cast<float>(number("Fluctuation")), channels.fluctuation[at]);
        EXPECT_FLOAT_EQ(static_cast<float>(number("Norm of its weights")),
                        std::sqrt(channels.weightNorm2[at]));
        EXPECT_EQ(static_cast<float>(number("Score WIFV")), table.layers[2].channelRaw[at]);
        EXPECT_EQ(static_cast<float>(number("Standardised z")), table.layers[2].channelScore[at]);
        EXPECT_EQ(static_cast<float>(number("Threshold")), document.result()->decision->channelThreshold[2]);
        const bool kept = document.kept().channels[2][at] != 0;
        EXPECT_EQ(told("Verdict"), kept ? "kept" : "removed");
        removed += !kept;
        EXPECT_NEAR(number("Left to the bias"),
                    std::abs(channels.mean[at]) * std::sqrt(channels.weightNorm2[at]), 1e-6);
        // The readout of the map says the same.
        const QString cell = map.view()->describeUnit(2, unit);
        EXPECT_TRUE(cell.contains("WIFV " + told("Score WIFV") + ", z " + told("Standardised z")))
            << cell.toStdString();
        EXPECT_TRUE(cell.contains(told("Verdict", 2))) << cell.toStdString();
        EXPECT_TRUE(told("Standardised z", 2).contains(cell.section(", ", 3, 3))) << cell.toStdString();
    }
    EXPECT_GT(removed, 0);
    EXPECT_LT(removed, testing::kChannels);
}

TEST_F(ChannelPanelTest, HeadsAreJudgedWithTheirGroupAndTheirBiasIsCounted) {
    open();
    narrow(0.4);
    feed.pin({1, UnitKind::Heads, 3});
    EXPECT_EQ(panel.view()->title(), "What does head 3 of layer 1 do?");
    EXPECT_EQ(static_cast<float>(number("Standardised z")),
              document.result()->decision->scores->layers[1].headScore[3]);
    EXPECT_TRUE(told("Threshold", 2).contains("its KV group")) << told("Threshold", 2).toStdString();
    EXPECT_TRUE(told("Score, squared", 2).contains("attention"));
    EXPECT_EQ(told("Left to the bias"), "-");
    answer();
    EXPECT_EQ(told("Left to the bias"), "0.125");
}

TEST_F(ChannelPanelTest, FollowsThePlanAndSaysWhereThereIsNoThreshold) {
    open();
    feed.pin({0, UnitKind::Channels, 0});
    EXPECT_EQ(told("Threshold"), "-");
    EXPECT_EQ(told("Verdict"), "kept");
    narrow(0.9);
    EXPECT_EQ(told("Verdict"), "removed");
    document.undoStack()->undo();
    EXPECT_EQ(told("Verdict"), "kept");
    document.setPartRemoved(0, LayerPart::Layer, true);
    EXPECT_EQ(told("Verdict", 2), "removed: layer 0 is chopped");
}

TEST_F(ChannelPanelTest, TheHistogramIsReadUnderThePointerAndCopied) {
    open();
    feed.pin({0, UnitKind::Channels, 0});
    answer();
    EXPECT_TRUE(panel.view()->hoverText().startsWith("256 values between -1 and 4"));
    EXPECT_TRUE(panel.view()->hoverText().contains("6 lie outside"));
    EXPECT_EQ(panel.view()->csv(), "from,to,values\n-1,-0.5,10\n-0.5,0,40\n0,0.5,150\n0.5,1,50\n1,4,6\n");
    EXPECT_EQ(panel.view()->textSummary(), "256 values from -1 to 4, mean 0.03, standard deviation 0.4.");
}

TEST_F(ChannelPanelTest, AUnitIsChosenWithTheKeyboard) {
    open();
    auto* unit = testing::findNamed<QSpinBox>(panel, "Number");
    unit->setFocus();
    QTest::keyClick(unit, Qt::Key_Up);
    ASSERT_TRUE(feed.pinned().has_value());
    EXPECT_EQ(*feed.pinned(), (UnitCell{0, UnitKind::Channels, 1}));
    testing::findNamed<QSpinBox>(panel, "Layer")->setValue(4);
    EXPECT_EQ(*feed.pinned(), (UnitCell{4, UnitKind::Channels, 1}));
    unit->setValue(100000);
    EXPECT_EQ(feed.pinned()->unit, testing::kChannels - 1);
    testing::findNamed<QComboBox>(panel, "Kind of unit")->setCurrentText("KV group");
    EXPECT_EQ(*feed.pinned(), (UnitCell{4, UnitKind::Groups, testing::kGroups - 1}));
    answer();
    EXPECT_FALSE(panel.view()->isEmpty());
    for (QPushButton* button : panel.findChildren<QPushButton*>()) {
        if (button->text() == "Unpin") button->click();
    }
    EXPECT_FALSE(feed.pinned().has_value());
    EXPECT_TRUE(panel.view()->isEmpty());
    EXPECT_EQ(rows(), 0);
}

TEST_F(ChannelPanelTest, AHistogramOfAnotherTextSaysSo) {
    open();
    feed.pin({0, UnitKind::Channels, 0});
    auto other = std::make_shared<Analysis>(*testing::sampleAnalysis());
    other->calibration.sha256 = "def";
    document.setAnalysis(other);
    answer();
    EXPECT_TRUE(panel.view()->provenance().contains("measured on another text"))
        << panel.view()->provenance().toStdString();
}

TEST_F(ChannelPanelTest, TheMapPinsAndMarks) {
    ChannelMapPanel map(document, selection);
    map.pinIn(feed);
    open();
    Q_EMIT map.view()->pinWished({3, UnitKind::Channels, 5});
    EXPECT_EQ(panel.view()->title(), "What does channel 5 of layer 3 do?");
    map.view()->togglePin();
    EXPECT_FALSE(feed.pinned().has_value());
}

TEST_F(ChannelPanelTest, TheMapsChoicesComeBackAtTheNextStart) {
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("settings.ini"));
    {
        Settings settings(file);
        ChannelMapPanel map(document, selection);
        map.keepChoicesIn(settings);
        EXPECT_EQ(map.view()->order(), UnitOrder::Ranked);
        map.view()->setOrder(UnitOrder::Natural);
        map.view()->setLogScale(true);
    }
    Settings settings(file);
    ChannelMapPanel map(document, selection);
    map.keepChoicesIn(settings);
    EXPECT_EQ(map.view()->order(), UnitOrder::Natural);
    EXPECT_TRUE(map.view()->logScale());
    EXPECT_EQ(map.view()->reduction(), Reduction::Mean);
}

}  // namespace
}  // namespace secateur
