// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which healing runs are there, and what did they bring? The table of all runs of the workspace. Runs
// selected in it are compared in the curves, and a line says in which settings they differ.
#pragma once

#include <QWidget>

class QAction;
class QLabel;
class QSortFilterProxyModel;
class QTableView;

namespace secateur {

class RunBoard;
class RunsModel;
class WhenSeen;
struct RunEntry;

class RunsPanel final : public QWidget {
    Q_OBJECT
public:
    explicit RunsPanel(RunBoard& board, QWidget* parent = nullptr);

Q_SIGNALS:
    void openWished(const QString& folder);
    void messageRaised(const QString& text);

protected:
    void changeEvent(QEvent* event) override;

private:
    void buildTable();
    [[nodiscard]] QWidget* buildButtons();
    void refresh();
    void markSelected();
    void takeSelection();
    void refreshActions();
    void showDifference();
    void askDelete();
    void copyFolder();
    [[nodiscard]] const RunEntry* chosen() const;  // the one row that is selected; null for none or several

    RunBoard& board_;
    RunsModel* model_;
    QSortFilterProxyModel* sorted_;
    QTableView* table_;
    QLabel* empty_;
    QLabel* difference_;
    QAction* resume_;
    QAction* open_;
    QAction* copy_;
    QAction* delete_;
    WhenSeen* seen_;
    bool marking_ = false;
};

}  // namespace secateur
