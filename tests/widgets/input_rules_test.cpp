// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/input_rules.h"

#include <QComboBox>
#include <QMenu>
#include <QPointer>
#include <QScrollArea>
#include <QScrollBar>
#include <QSlider>
#include <QSpinBox>
#include <QTest>
#include <QVBoxLayout>
#include <QWheelEvent>

#include <gtest/gtest.h>

#include "tests/widgets/fake_engine.h"
#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/layer_selection.h"
#include "widgets/document/plan_document.h"
#include "widgets/panels/layers_panel.h"
#include "widgets/panels/number_box.h"
#include "widgets/panels/plan_panel.h"

namespace secateur {
namespace {

// As from a mouse: Qt gives the focus away at such events only.
void turnWheel(QWidget& widget, int clicks) {
    const QPointF place = widget.rect().center();
    QWheelEvent event(place, widget.mapToGlobal(place), {}, {0, 120 * clicks}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QSpontaneKeyEvent::setSpontaneous(&event);
    qApp->notify(&widget, &event);
}

void activate(QWidget& window) {
    window.show();
    window.activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&window));
}

TEST(InputRules, TheWheelScrollsPastFieldsWithoutFocus) {
    installInputRules();
    QScrollArea area;
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    auto* other = new QLineEdit(page);
    auto* spin = new QSpinBox(page);
    auto* number = new NumberBox(0.0, 10.0, 5.0, NumberBox::Kind::Real, page);
    auto* choice = new QComboBox(page);
    auto* slider = new QSlider(Qt::Horizontal, page);
    choice->addItems({"a", "b", "c"});
    choice->setCurrentIndex(1);
    spin->setValue(50);
    slider->setValue(50);
    for (QWidget* field : std::initializer_list<QWidget*>{other, spin, number, choice, slider})
        column->addWidget(field);
    column->addSpacing(2000);
    area.setWidget(page);
    area.resize(200, 200);
    activate(area);
    other->setFocus();
    const std::initializer_list<QWidget*> fields{spin, number, choice, slider};
    for (QWidget* field : fields) {
        const int before = area.verticalScrollBar()->value();
        turnWheel(*field, -1);
        EXPECT_GT(area.verticalScrollBar()->value(), before) << field->metaObject()->className();
        EXPECT_TRUE(other->hasFocus()) << field->metaObject()->className();
    }
    turnWheel(*spin->findChild<QLineEdit*>(), -1);
    EXPECT_EQ(spin->value(), 50);
    EXPECT_EQ(number->value(), 5.0);
    EXPECT_EQ(choice->currentIndex(), 1);
    EXPECT_EQ(slider->value(), 50);
    spin->setFocus();
    turnWheel(*spin, -1);
    EXPECT_EQ(spin->value(), 49);
}

TEST(InputRules, TheWheelOverThePlanLeavesItAlone) {
    installInputRules();
    PlanDocument document;
    PlanPanel panel(document);
    document.setModel(testing::sampleModel());
    document.setAnalysis(testing::sampleAnalysis());
    panel.resize(360, 260);
    activate(panel);
    QList<QPointer<QWidget>> fields;  // an edit may build others in their place
    for (QWidget* field : panel.findChildren<QWidget*>()) fields << field;
    for (const QPointer<QWidget>& field : fields) {
        if (field != nullptr && !field->hasFocus()) turnWheel(*field, -1);
    }
    EXPECT_FALSE(document.undoStack()->canUndo());
}

TEST(InputRules, ShiftF10AsksForTheMenu) {
    installInputRules();
    PlanDocument document;
    LayerSelection selection;
    LayersPanel panel(document, selection);
    document.setModel(testing::sampleModel());
    panel.resize(500, 400);
    activate(panel);
    auto* table = testing::findNamed<QTableView>(panel, "Layers");
    table->setFocus();
    QTest::keyClick(table, Qt::Key_F10, Qt::ShiftModifier);
    auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    ASSERT_NE(menu, nullptr);
    QStringList entries;
    for (const QAction* entry : menu->actions()) entries << entry->text();
    EXPECT_TRUE(entries.contains(QStringLiteral("Copy")));
    menu->close();
}

}  // namespace
}  // namespace secateur
