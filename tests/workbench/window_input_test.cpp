// SPDX-License-Identifier: GPL-3.0-or-later
//
// Keys and colours of the whole window.
#include <QDockWidget>
#include <QDoubleSpinBox>
#include <QMenu>
#include <QPlainTextEdit>
#include <QTableView>
#include <cmath>

#include <gmock/gmock.h>

#include "app/workbench/theme.h"
#include "tests/workbench/window_fixture.h"
#include "widgets/guide/dock_place.h"
#include "widgets/plots/plot_theme.h"

namespace secateur {
namespace {

using testing::findNamed;
using testing::WindowTest;

class WindowInput : public WindowTest {
protected:
    WindowInput() {
        window_->resize(1280, 900);
        openMeasured();
        window_->activateWindow();
        static_cast<void>(QTest::qWaitForWindowActive(window_.get()));
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) {
        ASSERT_NE(QApplication::focusWidget(), nullptr);
        QTest::keyClick(QApplication::focusWidget(), key, modifiers);
    }
    void type(QWidget& field, const char* text) {
        field.setFocus();
        press(Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(QApplication::focusWidget(), QLatin1String(text));
    }
    double ratio() { return window_->workflow().document().width().ratio; }
    static const QDockWidget* dockOf(const QWidget* widget) {
        for (; widget != nullptr; widget = widget->parentWidget()) {
            if (const auto* dock = qobject_cast<const QDockWidget*>(widget)) return dock;
        }
        return nullptr;
    }
};

TEST_F(WindowInput, UndoIsThePlansRightAfterTyping) {
    auto* percent = findNamed<QDoubleSpinBox>(*window_, "Ratio percent");
    type(*percent, "30");
    press(Qt::Key_Return);
    EXPECT_DOUBLE_EQ(ratio(), 0.3);
    press(Qt::Key_Z, Qt::ControlModifier);
    EXPECT_DOUBLE_EQ(ratio(), 0.0);
    EXPECT_DOUBLE_EQ(percent->value(), 0.0);
    press(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_DOUBLE_EQ(ratio(), 0.3);
    EXPECT_DOUBLE_EQ(percent->value(), 30.0);
    QTest::qWait(800);     // what is typed at once is one edit
    type(*percent, "40");  // and not entered
    press(Qt::Key_Z, Qt::ControlModifier);
    EXPECT_DOUBLE_EQ(percent->value(), 30.0);
    EXPECT_DOUBLE_EQ(ratio(), 0.3);
    press(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_DOUBLE_EQ(ratio(), 0.4);
}

TEST_F(WindowInput, UndoIsThePlansInALineOfThePlan) {
    auto* layers = findNamed<QLineEdit>(*window_, "Protected layers");
    type(*layers, "1, 2");
    press(Qt::Key_Return);
    EXPECT_EQ(window_->workflow().document().width().protect, (std::vector<int>{1, 2}));
    press(Qt::Key_Z, Qt::ControlModifier);
    EXPECT_TRUE(window_->workflow().document().width().protect.empty());
    EXPECT_EQ(layers->text(), QString());
}

TEST_F(WindowInput, UndoIsThePlansWhereAFieldHasNothingToUndo) {
    window_->workflow().document().setPartRemoved(2, LayerPart::Layer, true);
    auto* log = findNamed<QPlainTextEdit>(*window_, "Log");
    log->setFocus();
    press(Qt::Key_Z, Qt::ControlModifier);
    EXPECT_TRUE(window_->workflow().document().kept().layer[2]);
    action("View", "Layout Heal")->trigger();
    window_->workflow().document().setPartRemoved(2, LayerPart::Layer, true);
    auto* budget = findNamed<QAbstractSpinBox>(*window_, "Budget");
    type(*budget, "77");
    press(Qt::Key_Z, Qt::ControlModifier);  // takes the typing back
    EXPECT_FALSE(window_->workflow().document().kept().layer[2]);
}

TEST_F(WindowInput, TabLeavesEveryTableAndVisitsNoHiddenDock) {
    for (const QString& layout : DockLayouts::names()) {
        window_->layouts().choose(layout);
        QTest::qWait(20);
        for (QTableView* table : window_->findChildren<QTableView*>()) {
            const auto* dock = dockOf(table);
            if (!table->isVisible() || dock == nullptr || !isInFront(*dock)) continue;
            for (const Qt::Key key : {Qt::Key_Tab, Qt::Key_Backtab}) {
                table->setFocus();
                press(key);
                EXPECT_NE(QApplication::focusWidget(), table) << table->accessibleName().toStdString();
            }
        }
        QSet<const QWidget*> visited;
        for (int i = 0; i < 300; ++i) {
            press(Qt::Key_Tab);
            const QWidget* at = QApplication::focusWidget();
            const auto* dock = dockOf(at);
            EXPECT_TRUE(dock == nullptr || isInFront(*dock))
                << at->accessibleName().toStdString() << " in hidden " << dock->windowTitle().toStdString();
            if (visited.contains(at)) break;
            visited << at;
        }
        EXPECT_GE(visited.size(), 8) << layout.toStdString();
    }
}

TEST_F(WindowInput, EveryTableCopies) {
    for (const QTableView* table : window_->findChildren<QTableView*>()) {
        QStringList texts;
        for (const QAction* action : table->actions()) texts << action->text();
        EXPECT_TRUE(texts.contains(QStringLiteral("Copy")) && texts.contains(QStringLiteral("Copy as CSV")))
            << table->accessibleName().toStdString();
        EXPECT_FALSE(table->tabKeyNavigation()) << table->accessibleName().toStdString();
    }
}

TEST_F(WindowInput, TheLogPutsAStopBetweenMessageAndHint) {
    engine_.fail(EngineTask::Apply, QStringLiteral("only 2.10 MB are free there"),
                 QStringLiteral("free some space"));
    EXPECT_TRUE(findNamed<QPlainTextEdit>(*window_, "Log")
                    ->toPlainText()
                    .contains(QStringLiteral("only 2.10 MB are free there. Free some space.")));
}

double luminanceOf(const QColor& colour) {
    const auto linear = [](float share) {
        return share <= 0.04045F ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

double contrastOf(const QColor& above, const QColor& below) {
    const auto mixed = [&](int a, int b) { return b + (a - b) * above.alpha() / 255; };
    const QColor seen(mixed(above.red(), below.red()), mixed(above.green(), below.green()),
                      mixed(above.blue(), below.blue()));
    const auto [dark, bright] = std::minmax({luminanceOf(seen), luminanceOf(below)});
    return (bright + 0.05) / (dark + 0.05);
}

TEST(Themes, TextIsReadableOnWhatItStandsOn) {
    const QPalette before = QApplication::palette();
    for (const Theme theme : {Theme::System, Theme::Light, Theme::Dark}) {
        applyTheme(theme);
        const QPalette palette = QApplication::palette();
        for (const auto group : {QPalette::Active, QPalette::Inactive}) {
            const auto contrast = [&](QPalette::ColorRole above, QPalette::ColorRole below) {
                return contrastOf(palette.color(group, above), palette.color(group, below));
            };
            const int number = static_cast<int>(theme);
            EXPECT_GE(contrast(QPalette::PlaceholderText, QPalette::Window), 4.5) << number;
            EXPECT_GE(contrast(QPalette::PlaceholderText, QPalette::Base), 4.5) << number;
            if (theme != Theme::System) {  // whose selection is the desktop's
                EXPECT_GE(contrast(QPalette::HighlightedText, QPalette::Highlight), 4.5) << number;
            }
            EXPECT_GE(contrast(QPalette::Text, QPalette::AlternateBase), 4.5) << number;
            const QColor notes = PlotTheme::of(palette).muted;
            EXPECT_GE(contrastOf(notes, palette.color(group, QPalette::Window)), 4.5) << number;
            EXPECT_GE(contrastOf(notes, palette.color(group, QPalette::Base)), 4.5) << number;
        }
        // White says selected in both, as on the desktop.
        if (theme == Theme::Dark) {
            EXPECT_EQ(palette.color(QPalette::HighlightedText), QColor(Qt::white));
        }
    }
    QApplication::setPalette(before);
    QApplication::setStyle(QStringLiteral("Fusion"));
}

}  // namespace
}  // namespace secateur
