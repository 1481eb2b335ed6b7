// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/table_copy.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QMenu>

#include <gmock/gmock.h>

#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/layer_selection.h"
#include "widgets/document/plan_document.h"
#include "widgets/models/layers_model.h"
#include "widgets/panels/layers_panel.h"

namespace secateur {
namespace {

class TableCopyTest : public ::testing::Test {
protected:
    TableCopyTest()
        : panel_(document_, selection_), table_(*testing::findNamed<QTableView>(panel_, "Layers")) {
        document_.setModel(testing::sampleModel());
        document_.setAnalysis(testing::sampleAnalysis());
        document_.setPartRemoved(2, LayerPart::Layer, true);
        panel_.resize(700, 400);
        panel_.show();
        panel_.activateWindow();
        static_cast<void>(QTest::qWaitForWindowActive(&panel_));
        table_.setFocus();
    }
    QMenu* menu() {
        const QPoint place = table_.visualRect(table_.model()->index(2, 0)).center();
        QContextMenuEvent event(QContextMenuEvent::Mouse, place, table_.viewport()->mapToGlobal(place));
        QApplication::sendEvent(table_.viewport(), &event);
        return qobject_cast<QMenu*>(QApplication::activePopupWidget());
    }

    PlanDocument document_;
    LayerSelection selection_;
    LayersPanel panel_;
    QTableView& table_;
};

TEST_F(TableCopyTest, CtrlCCopiesTheSelectedRow) {
    table_.selectRow(2);
    QApplication::clipboard()->clear();
    QTest::keyClick(&table_, Qt::Key_C, Qt::ControlModifier);
    const QString influence = table_.model()->index(2, LayersModel::Influence).data().toString();
    EXPECT_EQ(QApplication::clipboard()->text().section(QLatin1Char('\t'), 0, 4),
              QStringLiteral("2\tyes\tno\tno\t") + influence);
    EXPECT_EQ(QApplication::clipboard()->text().count(QLatin1Char('\n')), 1);
}

TEST_F(TableCopyTest, TheMenuCopiesAsTextAndAsCsv) {
    table_.selectRow(2);
    QMenu* opened = menu();
    ASSERT_NE(opened, nullptr);
    QAction* csv = nullptr;
    for (QAction* action : opened->actions()) {
        if (action->text() == QStringLiteral("Copy as CSV")) csv = action;
    }
    ASSERT_NE(csv, nullptr);
    csv->trigger();
    opened->close();
    const QStringList lines = QApplication::clipboard()->text().split(QLatin1Char('\n'));
    ASSERT_EQ(lines.size(), 3);
    EXPECT_EQ(lines[0], QStringLiteral("#,Chop,Attention,MLP,Influence,Fluct.,Without it,Kept"));
    // Exact values: a share, not its percentage; nothing where there is none.
    const QStringList cells = lines[1].split(QLatin1Char(','));
    EXPECT_EQ(cells[0], QStringLiteral("2"));
    EXPECT_EQ(cells[1], QStringLiteral("1"));
    EXPECT_EQ(cells[6], QString());
    EXPECT_EQ(cells[7], QStringLiteral("0"));
}

TEST_F(TableCopyTest, AllRowsAreCopiedWhereNoneIsSelected) {
    table_.clearSelection();
    EXPECT_EQ(rowsAsText(table_).count(QLatin1Char('\n')), testing::kLayers);
    EXPECT_EQ(rowsAsCsv(table_).count(QLatin1Char('\n')), testing::kLayers + 1);
}

}  // namespace
}  // namespace secateur
