// SPDX-License-Identifier: GPL-3.0-or-later
//
// A table view whose check boxes assistive tools can see and toggle; Qt's own tells them neither. GUI thread
// only.
#pragma once

#include <QTableView>
#include <vector>

namespace secateur {

class CheckableTable final : public QTableView {
    Q_OBJECT
public:
    explicit CheckableTable(QWidget* parent = nullptr);

protected:
    void dataChanged(const QModelIndex& topLeft, const QModelIndex& bottomRight,
                     const QList<int>& roles) override;

private:
    void announceChecks();

    std::vector<int> checks_;  // last announced state of every cell, row by row
};

}  // namespace secateur
