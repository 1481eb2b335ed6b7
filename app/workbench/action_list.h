// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every action of a window's menus, by words: what the command palette finds and the page of shortcuts lists.
#pragma once

#include <QKeySequence>
#include <QList>
#include <QString>
#include <functional>
#include <optional>

class QAction;
class QMainWindow;

namespace secateur {

struct ListedAction {
    QString text;       // "Open demo", "Show Layers"
    QString menu;       // "File", "File > Open recent"
    QKeySequence keys;  // empty: none
    bool enabled = true;
    bool checked = false;
    QString why{};        // not enabled; empty when it is
    QString tip{};        // what it does, beyond its name; may be empty
    bool lasting = true;  // not of what was used last
    std::function<void()> act{};
};

// In the order of the menus. Docks are shown and brought to the front, never hidden.
[[nodiscard]] QList<ListedAction> listActions(QMainWindow& window);

// What to say of the action while it is disabled.
void explainDisabled(QAction& action, const QString& why);

// What the action is called where its menu does not stand beside it; empty: it is not listed.
void callAlone(QAction& action, const QString& text);

// The action is of something that was used last: it is listed, and documents do not tell of it.
void comesAndGoes(QAction& action);

// How well typed letters match: every word of the query must be there with its letters in order, in whatever
// order the words are. Nothing where one is not; more is better, 0 for an empty query. Case does not count.
[[nodiscard]] std::optional<int> fuzzyScore(const QString& query, const QString& text);

}  // namespace secateur
