// SPDX-License-Identifier: GPL-3.0-or-later
//
// Two scores against each other, of one measurement or of two.
#include "widgets/panels/scatter_panel.h"

#include <QComboBox>
#include <QTableView>
#include <algorithm>

#include <gmock/gmock.h>

#include "tests/widgets/fake_engine.h"
#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/layer_selection.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/reference_shelf.h"
#include "widgets/panels/layers_panel.h"
#include "widgets/plots/scatter_view.h"

namespace secateur {
namespace {

using testing::findNamed;

class ScatterPanelTest : public ::testing::Test {
protected:
    ScatterPanelTest() : panel_(document_, selection_, shelf_), layers_(document_, selection_) {
        panel_.resize(700, 500);
        panel_.show();
        layers_.show();
    }
    void settle() {
        ASSERT_TRUE(QTest::qWaitFor([&] { return panel_.settled(); }, 3000));
    }
    void read(const std::shared_ptr<const Analysis>& analysis, const QString& file) {
        panel_.readOther(file);
        ASSERT_EQ(engine_.analysesRead.back(), file);
        Q_EMIT engine_.analysisRead(analysis, file, {});
        settle();
    }
    PlanDocument document_;
    testing::FakeEngine engine_;
    ReferenceShelf shelf_{engine_};
    LayerSelection selection_;
    ScatterPanel panel_;
    LayersPanel layers_;
};

TEST_F(ScatterPanelTest, LayersAreHeldAgainstLeavingThemOut) {
    EXPECT_TRUE(panel_.view()->isEmpty());
    document_.setModel(testing::sampleModel());
    document_.setAnalysis(testing::sampleAnalysis(true));
    settle();
    EXPECT_FALSE(panel_.view()->isEmpty());
    EXPECT_EQ(findNamed<QComboBox>(panel_, "Score across")->currentText(), QStringLiteral("block influence"));
    EXPECT_EQ(findNamed<QComboBox>(panel_, "Score up")->currentText(),
              QStringLiteral("leave-one-out perplexity"));
    EXPECT_TRUE(panel_.view()->agreementText().endsWith(QStringLiteral("over 6 layers")));
    EXPECT_TRUE(panel_.view()->provenance().contains(QStringLiteral("leaves.txt")));
    document_.setPartRemoved(2, LayerPart::Layer, true);
    EXPECT_TRUE(panel_.view()->csv().section(QLatin1Char('\n'), 3, 3).endsWith(QStringLiteral(",1")))
        << panel_.view()->csv().toStdString();
}

TEST_F(ScatterPanelTest, ChannelsAreHeldAgainstEachOtherByAnyMetric) {
    document_.setModel(testing::sampleModel());
    document_.setAnalysis(testing::sampleAnalysis());
    findNamed<QComboBox>(panel_, "Units of the scatter")->setCurrentText(QStringLiteral("MLP channels"));
    settle();
    EXPECT_TRUE(panel_.view()->agreementText().contains(QStringLiteral("over 192 channels")))
        << panel_.view()->agreementText().toStdString();
    findNamed<QComboBox>(panel_, "Score up")->setCurrentText(QStringLiteral("WIFV"));
    settle();
    EXPECT_EQ(panel_.view()->agreementText(), QStringLiteral("Spearman 1.00 over 192 channels"));
    WidthRequest width = document_.width();
    width.ratio = 0.5;
    document_.setWidth(QStringLiteral("ratio"), width);
    int removed = 0;
    for (const QString& line : panel_.view()->csv().split(QLatin1Char('\n')))
        removed += line.endsWith(QStringLiteral(",1")) ? 1 : 0;
    int gone = 0;
    for (const UnitMask& mask : document_.kept().channels) gone += testing::kChannels - countKept(mask);
    EXPECT_EQ(removed, gone);
    EXPECT_GT(removed, 0);
}

TEST_F(ScatterPanelTest, AnotherAnalysisIsHeldAgainstThisOne) {
    document_.setModel(testing::sampleModel());
    document_.setAnalysis(testing::sampleAnalysis());
    settle();
    auto* up = findNamed<QComboBox>(panel_, "Score up");
    const int offered = up->count();
    // The same network on other text, where the order of the layers turns round.
    auto other = std::make_shared<Analysis>(*testing::sampleAnalysis());
    std::ranges::reverse(other->residual.cosine);
    read(other, QStringLiteral("/texts/roots.h5"));
    EXPECT_EQ(up->count(), 2 * offered);
    EXPECT_EQ(up->currentText(), QStringLiteral("block influence, roots.h5"));
    EXPECT_EQ(panel_.view()->agreementText(), QStringLiteral("Spearman -1.00 over 6 layers"));
    // One of another shape is said to be that, and draws nothing.
    other = std::make_shared<Analysis>(*other);
    other->layers.pop_back();
    other->residual.cosine.pop_back();
    read(other, QStringLiteral("/texts/short.h5"));
    EXPECT_TRUE(panel_.view()->isEmpty());
    EXPECT_TRUE(panel_.view()->provenance().contains(QStringLiteral("another shape")))
        << panel_.view()->provenance().toStdString();
    document_.setModel(testing::sampleModel());
    document_.setAnalysis(testing::sampleAnalysis());
    settle();
    EXPECT_EQ(up->count(), offered);
}

TEST_F(ScatterPanelTest, BrushedLayersAreSelectedEverywhereAndGivenBack) {
    document_.setModel(testing::sampleModel());
    document_.setAnalysis(testing::sampleAnalysis());
    settle();
    selection_.setLayer(0);
    Q_EMIT panel_.view()->layersSelected({1, 4, 5});
    EXPECT_THAT(selection_.layers(), ::testing::ElementsAre(1, 4, 5));
    EXPECT_THAT(panel_.view()->selectedLayers(), ::testing::ElementsAre(1, 4, 5));
    auto* table = findNamed<QTableView>(layers_, "Layers");
    EXPECT_EQ(table->selectionModel()->selectedRows().size(), 3);
    selection_.stepBack();
    EXPECT_THAT(selection_.layers(), ::testing::ElementsAre(0));
    EXPECT_EQ(table->selectionModel()->selectedRows().size(), 1);
    selection_.setLayers({0, 3});
    selection_.stepBack();
    EXPECT_EQ(table->selectionModel()->selectedRows().size(), 1) << "the layer in front stayed";
}

}  // namespace
}  // namespace secateur
