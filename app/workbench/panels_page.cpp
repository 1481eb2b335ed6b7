// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/panels_page.h"

#include <QDir>
#include <QDockWidget>
#include <QStatusBar>
#include <QStringList>
#include <QToolBar>
#include <algorithm>

#include "app/workbench/action_list.h"
#include "app/workbench/control_list.h"
#include "app/workbench/workbench_window.h"
#include "widgets/guide/guide_cards.h"
#include "widgets/panels/when_seen.h"

namespace secateur {
namespace {

// The page is text for whoever reads the sources: it is not translated.
QString cell(QString text) {
    text.replace(QDir::homePath(), QStringLiteral("~"));
    text.replace(QLatin1Char('\\'), QStringLiteral("\\\\"));
    for (const char mark : {'|', '*', '_', '`'})
        text.replace(QLatin1Char(mark), QLatin1Char('\\') + QString(QLatin1Char(mark)));
    text.replace(QLatin1Char('<'), QStringLiteral("&lt;"));
    return text.simplified();
}

QString keyText(const QKeySequence& key) {
    return key.isEmpty() ? QString()
                         : QLatin1Char('`') + key.toString(QKeySequence::PortableText) + QLatin1Char('`');
}

// Columns in which no row has anything are left out.
class Table {
public:
    explicit Table(const QStringList& headings) : headings_(headings) {}
    void add(const QStringList& row) { rows_ << row; }
    [[nodiscard]] QString text() const {
        if (rows_.isEmpty()) return {};
        QList<qsizetype> columns;
        for (qsizetype i = 0; i < headings_.size(); ++i)
            if (i == 0 ||
                std::ranges::any_of(rows_, [i](const QStringList& row) { return !row.at(i).isEmpty(); }))
                columns << i;
        const auto line = [&](const QStringList& row) {
            QStringList cells;
            for (const qsizetype i : columns) cells << row.at(i);
            return QStringLiteral("| ") + cells.join(QStringLiteral(" | ")) + QStringLiteral(" |\n");
        };
        QString text = line(headings_);
        text += QStringLiteral("|") + QStringLiteral("---|").repeated(columns.size()) + QLatin1Char('\n');
        for (const QStringList& row : rows_) text += line(row);
        return text + QLatin1Char('\n');
    }

private:
    QStringList headings_;
    QList<QStringList> rows_;
};

QString entryText(const ListedMenu::Entry& entry) {
    const QString key = keyText(entry.key);
    return cell(entry.text) + (key.isEmpty() ? QString() : QStringLiteral(" (") + key + QLatin1Char(')'));
}

QString controlsText(const QWidget& panel) {
    const ListedPanel listed = listControls(panel);
    Table controls({QStringLiteral("Control"), QStringLiteral("What it does"), QStringLiteral("Usual value"),
                    QStringLiteral("Unit"), QStringLiteral("Key")});
    for (const ListedControl& control : listed.controls)
        controls.add({cell(control.name), cell(control.what), cell(control.value), cell(control.unit),
                      keyText(control.key)});
    QString text = controls.text();
    for (const ListedTable& table : listed.tables) {
        Table columns(
            {QStringLiteral("Column of *%1*").arg(cell(table.name)), QStringLiteral("What it says")});
        for (const ListedColumn& column : table.columns) columns.add({cell(column.name), cell(column.what)});
        text += columns.text();
    }
    QStringList menus;
    for (const ListedMenu& menu : listed.menus) {
        QStringList entries;
        for (const ListedMenu::Entry& entry : menu.entries) entries << entryText(entry);
        const QString line =
            (menu.ofButton ? QStringLiteral("*%1* offers: ") : QStringLiteral("Context menu of *%1*: "))
                .arg(cell(menu.of)) +
            entries.join(QStringLiteral("; ")) + QLatin1Char('\n');
        if (!menus.contains(line)) menus << line;
    }
    return text + menus.join(QLatin1Char('\n')) + (menus.isEmpty() ? QString() : QStringLiteral("\n"));
}

QString menusText(WorkbenchWindow& window) {
    QString text =
        QStringLiteral("## Menus\n\nWhat stands in the menus, as *Help > Find action* lists it.\n\n");
    Table actions({QStringLiteral("Menu"), QStringLiteral("Action"), QStringLiteral("Key"),
                   QStringLiteral("What it does")});
    for (const ListedAction& action : listActions(window))
        if (action.lasting)
            actions.add({cell(action.menu), cell(action.text), keyText(action.keys), cell(action.tip)});
    return text + actions.text();
}

const QWidget* contentOf(const WorkbenchWindow& window, const QString& title) {
    for (const QDockWidget* dock : window.layouts().docks())
        if (dock->windowTitle() == title) return dock->widget();
    return nullptr;
}

}  // namespace

QString panelsPage(WorkbenchWindow& window) {
    WhenSeen::catchUp(window);
    const QString heading = QStringLiteral("\n## ");
    QString prose = panelsProse();
    prose.replace(QStringLiteral("](../../docs/"), QStringLiteral("]("));
    QStringList sections = prose.split(heading);
    QString page = sections.takeFirst().trimmed() + QStringLiteral("\n\n");
    page += QStringLiteral("In the headline:\n\n");
    for (const QToolBar* bar : window.findChildren<QToolBar*>()) page += controlsText(*bar);
    page += QStringLiteral("In the status bar:\n\n") + controlsText(*window.statusBar());
    for (const QString& section : sections) {
        page += QStringLiteral("## ") + section.trimmed() + QStringLiteral("\n\n");
        const QWidget* content = contentOf(window, section.section(QLatin1Char('\n'), 0, 0));
        if (content != nullptr) page += controlsText(*content);
    }
    page += menusText(window);
    return page.trimmed() + QLatin1Char('\n');
}

}  // namespace secateur
