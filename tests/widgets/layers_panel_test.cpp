// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/layers_panel.h"

#include <QAction>
#include <QHeaderView>
#include <QLabel>
#include <algorithm>

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
    QAction* action(const char* text) {
        for (QAction* action : table_.actions())
            if (action->text() == QLatin1String(text)) return action;
        ADD_FAILURE() << text;
        return nullptr;
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

TEST_F(LayersPanelTest, APlanOfBeforeIsMarked) {
    const auto says = [&](const char* words) {
        const auto labels = panel_.findChildren<QLabel*>();
        return std::ranges::any_of(
            labels, [&](const QLabel* label) { return label->text().contains(QLatin1String(words)); });
    };
    WidthRequest width = document_.width();
    width.targetParameters = 10;
    document_.setWidth(QStringLiteral("Set target"), width);
    ASSERT_FALSE(document_.problem().isEmpty());
    EXPECT_TRUE(says("the last that was possible"));
    document_.undoStack()->undo();
    EXPECT_FALSE(says("the last that was possible"));
}

TEST_F(LayersPanelTest, NumbersStayWholeInANarrowPanel) {
    for (const int width : {1000, 500, 260, 1000}) {
        panel_.resize(width, 400);
        QTest::qWait(20);
        const int least = table_.fontMetrics().horizontalAdvance(QStringLiteral("0.00000"));
        for (const int column : {LayersModel::Influence, LayersModel::Fluctuation})
            EXPECT_GE(table_.columnWidth(column), least) << width;
    }
    const int seen = table_.horizontalHeader()->length();
    EXPECT_LE(seen, table_.viewport()->width());  // all of them where there is room
}

// A network that cannot do without its first layer: "× 2965.1 #6" is not cut to "× 296... #6".
TEST_F(LayersPanelTest, LongNumbersStayWholeToo) {
    auto analysis = std::make_shared<Analysis>(*testing::sampleAnalysis(true));
    analysis->leaveOneOut->layer[0] = static_cast<float>(2965.1 * analysis->leaveOneOut->densePerplexity);
    document_.setAnalysis(analysis);
    panel_.resize(500, 400);
    QTest::qWait(20);
    const QString text = cell(0, LayersModel::LeaveOneOut).data().toString();
    EXPECT_GE(text.size(), 8) << text.toStdString();
    EXPECT_GE(table_.columnWidth(LayersModel::LeaveOneOut), table_.fontMetrics().horizontalAdvance(text) + 4);
}

TEST_F(LayersPanelTest, RowsDraggedOverAreChoppedInOneEdit) {
    const auto middle = [&](int row) { return table_.visualRect(cell(row, LayersModel::Layer)).center(); };
    QTest::mousePress(table_.viewport(), Qt::LeftButton, {}, middle(1));
    for (int row = 2; row <= 4; ++row) QTest::mouseMove(table_.viewport(), middle(row));
    QTest::mouseRelease(table_.viewport(), Qt::LeftButton, {}, middle(4));
    EXPECT_EQ(table_.selectionModel()->selectedRows().size(), 4);
    action("Chop 4 selected layers")->trigger();
    EXPECT_EQ(explicitChop(document_.result()->plan).layers, (std::vector<int>{1, 2, 3, 4}));
    EXPECT_EQ(table_.selectionModel()->selectedRows().size(), 4);  // still there for the next edit
    EXPECT_EQ(document_.undoStack()->count(), 1);
    EXPECT_EQ(document_.undoStack()->undoText(), QStringLiteral("Chop 4 layers"));
    action("Keep 4 selected layers")->trigger();
    EXPECT_TRUE(isIdentity(document_.result()->plan));
    document_.undoStack()->undo();
    document_.undoStack()->undo();
    EXPECT_TRUE(isIdentity(document_.result()->plan));
}

TEST_F(LayersPanelTest, ShiftAndArrowsSelectAndSpaceTogglesAllOfThem) {
    table_.setFocus();
    table_.setCurrentIndex(cell(2, LayersModel::Influence));
    QTest::keyClick(&table_, Qt::Key_Down, Qt::ShiftModifier);
    QTest::keyClick(&table_, Qt::Key_Down, Qt::ShiftModifier);
    ASSERT_EQ(table_.selectionModel()->selectedRows().size(), 3);
    EXPECT_EQ(selection_.layer(), 4);
    QTest::keyClick(&table_, Qt::Key_Space);
    EXPECT_EQ(explicitChop(document_.result()->plan).layers, (std::vector<int>{2, 3, 4}));
    EXPECT_EQ(document_.undoStack()->count(), 1);
    QTest::keyClick(&table_, Qt::Key_Space);
    EXPECT_TRUE(isIdentity(document_.result()->plan));
}

TEST_F(LayersPanelTest, SpaceInABoxColumnIsOfThatPart) {
    table_.setCurrentIndex(cell(2, LayersModel::Attention));
    QTest::keyClick(&table_, Qt::Key_Down, Qt::ShiftModifier);
    QTest::keyClick(&table_, Qt::Key_Space);
    EXPECT_EQ(explicitChop(document_.result()->plan).attention, (std::vector<int>{2, 3}));
    EXPECT_TRUE(explicitChop(document_.result()->plan).layers.empty());
    QTest::keyClick(&table_, Qt::Key_Space);
    EXPECT_TRUE(isIdentity(document_.result()->plan));
}

TEST_F(LayersPanelTest, KeepingLayersGivesBackTheirPartsToo) {
    document_.setPartRemoved(1, LayerPart::Attention, true);
    document_.setPartRemoved(2, LayerPart::Layer, true);
    document_.setPartRemoved(3, LayerPart::Mlp, true);
    table_.selectAll();
    action("Keep 6 selected layers")->trigger();
    EXPECT_TRUE(isIdentity(document_.result()->plan));
    action("Remove MLP of 6 selected layers")->trigger();
    EXPECT_EQ(explicitChop(document_.result()->plan).mlp.size(), 6U);
}

TEST_F(LayersPanelTest, UndoUnchecksTheBox) {
    testing::clickCheckBox(table_, 1, LayersModel::Attention);
    EXPECT_EQ(cell(1, LayersModel::Attention).data(Qt::CheckStateRole).toInt(), Qt::Checked);
    document_.undoStack()->undo();
    EXPECT_EQ(cell(1, LayersModel::Attention).data(Qt::CheckStateRole).toInt(), Qt::Unchecked);
}

}  // namespace
}  // namespace secateur
