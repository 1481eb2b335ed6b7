// SPDX-License-Identifier: GPL-3.0-or-later
//
// What assistive tools are told, asked in the process; tests/workbench/atspi asks from outside.
#include <QAccessible>
#include <QComboBox>

#include <gtest/gtest.h>

#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/layer_selection.h"
#include "widgets/document/plan_document.h"
#include "widgets/models/layers_model.h"
#include "widgets/panels/combo_box_accessible.h"
#include "widgets/panels/layers_panel.h"
#include "widgets/panels/value_label.h"

namespace secateur {
namespace {

class LayersTableAccess : public ::testing::Test {
protected:
    LayersTableAccess() : panel_(document_, selection_) {
        document_.setModel(testing::sampleModel());
        panel_.resize(500, 400);
        panel_.show();
        table_ = QAccessible::queryAccessibleInterface(testing::findNamed<QTableView>(panel_, "Layers"));
    }
    QAccessibleInterface* cell(int row, int column) { return table_->tableInterface()->cellAt(row, column); }

    PlanDocument document_;
    LayerSelection selection_;
    LayersPanel panel_;
    QAccessibleInterface* table_ = nullptr;
};

TEST_F(LayersTableAccess, SaysItsShapeAndHeaders) {
    EXPECT_EQ(table_->role(), QAccessible::Table);
    EXPECT_EQ(table_->text(QAccessible::Name), QStringLiteral("Layers"));
    EXPECT_EQ(table_->tableInterface()->rowCount(), testing::kLayers);
    EXPECT_EQ(table_->tableInterface()->columnCount(), LayersModel::ColumnCount);
    const auto headers = cell(0, LayersModel::Chop)->tableCellInterface()->columnHeaderCells();
    ASSERT_EQ(headers.size(), 1);
    EXPECT_EQ(headers.first()->text(QAccessible::Name), QStringLiteral("Chop"));
    EXPECT_EQ(table_->tableInterface()->cellAt(99, 0), nullptr);
    for (int i = 0; i < table_->childCount(); ++i) EXPECT_EQ(table_->indexOfChild(table_->child(i)), i);
}

TEST_F(LayersTableAccess, BoxesAreSeenAndToggled) {
    QAccessibleInterface* box = cell(2, LayersModel::Chop);
    EXPECT_TRUE(box->state().checkable);
    EXPECT_FALSE(box->state().checked);
    EXPECT_EQ(box->text(QAccessible::Name), QStringLiteral("Chop layer 2"));
    box->actionInterface()->doAction(QAccessibleActionInterface::toggleAction());
    EXPECT_TRUE(box->state().checked);
    EXPECT_FALSE(document_.kept().layer[2]);
    EXPECT_EQ(selection_.layer(), 2);
    EXPECT_TRUE(cell(2, LayersModel::Mlp)->state().disabled);
    EXPECT_FALSE(cell(2, LayersModel::Kept)->state().checkable);
    EXPECT_TRUE(cell(2, LayersModel::Kept)->text(QAccessible::Name).startsWith(QStringLiteral("0.0 %")));
}

TEST_F(LayersTableAccess, CellsOfAModelThatIsGoneAreInvalid) {
    QAccessibleInterface* last = cell(testing::kLayers - 1, 0);
    ASSERT_TRUE(last->isValid());
    auto small = std::make_shared<ModelSummary>(*testing::sampleModel());
    small->config.layers.resize(2);
    document_.setModel(small);
    EXPECT_EQ(table_->tableInterface()->rowCount(), 2);
    EXPECT_EQ(cell(testing::kLayers - 1, 0), nullptr);
}

TEST(ComboBoxAccess, NameIsTheLabelAndTheEntryIsTheValue) {
    installComboBoxAccessibility();
    QComboBox box;
    box.setAccessibleName(QStringLiteral("Method"));
    box.addItems({QStringLiteral("FLAP"), QStringLiteral("Wanda-sp")});
    QAccessibleInterface* access = QAccessible::queryAccessibleInterface(&box);
    EXPECT_EQ(access->role(), QAccessible::ComboBox);
    EXPECT_EQ(access->text(QAccessible::Name), QStringLiteral("Method"));
    EXPECT_EQ(access->text(QAccessible::Value), QStringLiteral("FLAP"));
    access->valueInterface()->setCurrentValue(1);
    EXPECT_EQ(box.currentText(), QStringLiteral("Wanda-sp"));
    access->valueInterface()->setCurrentValue(7);
    EXPECT_EQ(box.currentIndex(), 1);
}

TEST(ValueLabelAccess, NameStaysAndTheValueIsRead) {
    ValueLabel value(QStringLiteral("Removed fraction"));
    value.setValue(QStringLiteral("20.0 %"));
    QAccessibleInterface* access = QAccessible::queryAccessibleInterface(&value);
    EXPECT_EQ(access->text(QAccessible::Name), QStringLiteral("Removed fraction"));
    ASSERT_NE(access->textInterface(), nullptr);
    EXPECT_EQ(access->textInterface()->text(0, 99), QStringLiteral("20.0 %"));
    EXPECT_EQ(access->text(QAccessible::Description), QStringLiteral("20.0 %"));
    EXPECT_TRUE(access->state().readOnly);
}

}  // namespace
}  // namespace secateur
