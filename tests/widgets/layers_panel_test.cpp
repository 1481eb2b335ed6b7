// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/layers_panel.h"

#include <QHeaderView>

#include <gtest/gtest.h>

#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/layer_selection.h"
#include "widgets/document/plan_document.h"
#include "widgets/models/layers_model.h"

namespace secateur {
namespace {

class LayersPanelTest : public ::testing::Test {
protected:
    LayersPanelTest()
        : panel_(document_, selection_), table_(*testing::findNamed<QTableView>(panel_, "Layers")) {
        document_.setModel(testing::sampleModel());
        document_.setAnalysis(testing::sampleAnalysis());
        panel_.resize(500, 400);
        panel_.show();
    }
    QModelIndex cell(int row, int column) { return table_.model()->index(row, column); }

    PlanDocument document_;
    LayerSelection selection_;
    LayersPanel panel_;
    QTableView& table_;
};

TEST_F(LayersPanelTest, ClickOnTheBoxChopsTheLayer) {
    testing::clickCheckBox(table_, 3, LayersModel::Chop);
    EXPECT_FALSE(document_.kept().layer[3]);
    EXPECT_EQ(cell(3, LayersModel::Chop).data(Qt::CheckStateRole).toInt(), Qt::Checked);
    testing::clickCheckBox(table_, 3, LayersModel::Chop);
    EXPECT_TRUE(document_.kept().layer[3]);
}

TEST_F(LayersPanelTest, SpaceTogglesTheBoxUnderTheCursor) {
    table_.setCurrentIndex(cell(2, LayersModel::Mlp));
    QTest::keyClick(&table_, Qt::Key_Space);
    EXPECT_TRUE(document_.kept().channels[2].empty());
    QTest::keyClick(&table_, Qt::Key_Space);
    EXPECT_FALSE(document_.kept().channels[2].empty());
}

TEST_F(LayersPanelTest, SelectionIsSharedBothWays) {
    table_.setCurrentIndex(cell(4, LayersModel::Influence));
    EXPECT_EQ(selection_.layer(), 4);
    selection_.setLayer(1);
    EXPECT_EQ(table_.currentIndex().row(), 1);
    EXPECT_TRUE(table_.selectionModel()->isRowSelected(1, {}));
}

TEST_F(LayersPanelTest, SelectionFollowsTheLayerWhenSorted) {
    table_.sortByColumn(LayersModel::Influence, Qt::DescendingOrder);
    selection_.setLayer(0);
    EXPECT_EQ(table_.currentIndex().row(), testing::kLayers - 1);
    testing::clickCheckBox(table_, 0, LayersModel::Chop);
    EXPECT_FALSE(document_.kept().layer[testing::kLayers - 1]);
}

TEST_F(LayersPanelTest, UndoUnchecksTheBox) {
    testing::clickCheckBox(table_, 1, LayersModel::Attention);
    EXPECT_EQ(cell(1, LayersModel::Attention).data(Qt::CheckStateRole).toInt(), Qt::Checked);
    document_.undoStack()->undo();
    EXPECT_EQ(cell(1, LayersModel::Attention).data(Qt::CheckStateRole).toInt(), Qt::Unchecked);
}

}  // namespace
}  // namespace secateur
