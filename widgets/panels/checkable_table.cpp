// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/checkable_table.h"

#include <QAccessible>

#include "widgets/panels/checkable_table_accessible.h"

namespace secateur {

CheckableTable::CheckableTable(QWidget* parent) : QTableView(parent) {
    installCheckableTableAccessibility();
}

void CheckableTable::dataChanged(const QModelIndex& topLeft, const QModelIndex& bottomRight,
                                 const QList<int>& roles) {
    QTableView::dataChanged(topLeft, bottomRight, roles);
    if (QAccessible::isActive()) announceChecks();
}

void CheckableTable::announceChecks() {
    const int columns = model()->columnCount();
    const auto cells = static_cast<std::size_t>(model()->rowCount()) * static_cast<std::size_t>(columns);
    const bool known = checks_.size() == cells;
    checks_.resize(cells, 0);
    for (std::size_t cell = 0; cell < cells; ++cell) {
        const int row = static_cast<int>(cell) / columns;
        const int column = static_cast<int>(cell) % columns;
        const int check = model()->index(row, column).data(Qt::CheckStateRole).toInt();
        if (check == checks_[cell]) continue;
        checks_[cell] = check;
        if (!known) continue;
        QAccessible::State changed;
        changed.checked = true;
        QAccessibleStateChangeEvent event(this, changed);
        event.setChild(accessibleChildOf(columns, row, column));
        QAccessible::updateAccessibility(&event);
    }
}

}  // namespace secateur
