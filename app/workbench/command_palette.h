// SPDX-License-Identifier: GPL-3.0-or-later
//
// Finds an action of the menus by a few letters of its name, says its shortcut, or why it cannot be done now,
// and does it; all of it by keyboard. The focus goes back to where it was. GUI thread only.
#pragma once

#include <QDialog>
#include <QPointer>

#include "app/workbench/action_list.h"

class QLabel;
class QLineEdit;
class QListView;
class QMainWindow;
class QStandardItemModel;

namespace secateur {

class CommandPalette final : public QDialog {
    Q_OBJECT
public:
    explicit CommandPalette(QMainWindow& window);

    enum Role { TextRole = Qt::UserRole, MenuRole, KeysRole, WhyRole, CheckedRole, NumberRole };

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void find(const QString& query);
    void describe();
    void act();

    QList<ListedAction> actions_;
    QLineEdit* query_;
    QListView* list_;
    QStandardItemModel* rows_;
    QLabel* note_;
    QPointer<QWidget> before_;  // what had the focus
};

// The dialog, open.
void findAction(QMainWindow& window);
// A page with all shortcuts of the menus.
void showShortcuts(QMainWindow& window);

}  // namespace secateur
