// SPDX-License-Identifier: GPL-3.0-or-later
//
// What can be done in a panel, as its widgets say it themselves: what docs/panels.md lists. GUI thread only.
#pragma once

#include <QKeySequence>
#include <QList>
#include <QString>

class QWidget;

namespace secateur {

// What is typed, chosen or pressed.
struct ListedControl {
    QString name;      // its label, else what a screen reader calls it
    QString what;      // its tool tip, as plain text
    QString unit;      // "%", "tokens"; empty: none
    QString value;     // what it has now, without the unit; empty: nothing is kept in it
    QKeySequence key;  // empty: none
};

// The heading of a column, and its tool tip.
struct ListedColumn {
    QString name;
    QString what;
};

struct ListedTable {
    QString name;
    QList<ListedColumn> columns;
};

// What a right click, or a button with a menu, offers.
struct ListedMenu {
    struct Entry {
        QString text;
        QKeySequence key;
    };
    QString of;
    bool ofButton = false;
    QList<Entry> entries;
};

struct ListedPanel {
    QList<ListedControl> controls;
    QList<ListedTable> tables;
    QList<ListedMenu> menus;
};

// In the order in which they are laid out, those of other choices and of folded parts too.
[[nodiscard]] ListedPanel listControls(const QWidget& panel);

}  // namespace secateur
