// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the window says of its controls, of which docs/panels.md is made.
#include <QCheckBox>
#include <QDockWidget>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QStatusBar>
#include <QToolBar>

#include <gmock/gmock.h>

#include "app/workbench/control_list.h"
#include "app/workbench/panels_page.h"
#include "tests/workbench/window_fixture.h"
#include "widgets/panels/when_seen.h"

namespace secateur {
namespace {

using ::testing::HasSubstr;

class WindowControls : public testing::WindowTest {
protected:
    void expectExplained(const QWidget& panel, const QString& title) {
        const ListedPanel listed = listControls(panel);
        for (const ListedControl& control : listed.controls) {
            EXPECT_FALSE(control.name.isEmpty())
                << title.toStdString() << " has a control without a name: " << control.value.toStdString()
                << control.what.toStdString();
            EXPECT_FALSE(control.what.isEmpty())
                << title.toStdString() << ": nothing says what " << control.name.toStdString() << " does";
        }
        for (const ListedTable& table : listed.tables) {
            EXPECT_FALSE(table.name.isEmpty()) << title.toStdString() << " has a table without a name";
            for (const ListedColumn& column : table.columns)
                EXPECT_FALSE(column.what.isEmpty())
                    << title.toStdString() << ": nothing says what the column " << column.name.toStdString()
                    << " of " << table.name.toStdString() << " means";
        }
        for (const ListedMenu& menu : listed.menus)
            EXPECT_FALSE(menu.of.isEmpty()) << title.toStdString() << ": a menu of something without a name, "
                                            << menu.entries.first().text.toStdString();
    }
};

TEST_F(WindowControls, HaveNamesAndSayWhatTheyDo) {
    openMeasured();
    QTest::qWait(50);
    WhenSeen::catchUp(*window_);
    for (const QDockWidget* dock : window_->layouts().docks())
        expectExplained(*dock->widget(), dock->windowTitle());
    for (const QToolBar* bar : window_->findChildren<QToolBar*>()) expectExplained(*bar, bar->windowTitle());
    expectExplained(*window_->statusBar(), QStringLiteral("Status bar"));
}

TEST_F(WindowControls, StandOnThePageOfThePanels) {
    openMeasured();
    const std::string page = panelsPage(*window_).toStdString();
    for (const QDockWidget* dock : window_->layouts().docks())
        EXPECT_THAT(page, HasSubstr("\n## " + dock->windowTitle().toStdString() + "\n"));
    EXPECT_THAT(page, HasSubstr("| Ratio |"));
    EXPECT_THAT(page, HasSubstr("](images/layers.png)"));
    EXPECT_THAT(page, HasSubstr("| Run | Apply plan... | `Ctrl+Shift+E` |"));
    EXPECT_THAT(page, ::testing::Not(HasSubstr("../../docs")));
}

TEST(ControlList, TellsNameToolTipUnitAndValueInTheOrderOfTheLayout) {
    QWidget panel;
    auto* form = new QFormLayout(&panel);
    auto* late = new QCheckBox(QStringLiteral("&Follow"));
    late->setToolTip(QStringLiteral("<b>Keeps</b> up"));
    auto* count = new QSpinBox;
    count->setSuffix(QStringLiteral(" windows"));
    count->setMaximum(100);
    count->setValue(64);
    count->setToolTip(QStringLiteral("How many"));
    form->addRow(QStringLiteral("&Windows:"), count);
    form->addRow(late);
    const ListedPanel listed = listControls(panel);
    ASSERT_EQ(listed.controls.size(), 2);
    EXPECT_EQ(listed.controls[0].name, QStringLiteral("Windows"));
    EXPECT_EQ(listed.controls[0].what, QStringLiteral("How many"));
    EXPECT_EQ(listed.controls[0].unit, QStringLiteral("windows"));
    EXPECT_EQ(listed.controls[0].value, QStringLiteral("64"));
    EXPECT_EQ(listed.controls[1].name, QStringLiteral("Follow"));
    EXPECT_EQ(listed.controls[1].what, QStringLiteral("Keeps up"));
    EXPECT_EQ(listed.controls[1].value, QStringLiteral("off"));
}

}  // namespace
}  // namespace secateur
