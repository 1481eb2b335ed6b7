// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

class QTableView;

namespace secateur {

// What all tables of the window share: whole rows are chosen, cells are not edited in place, Tab leaves the
// table, rows are of one line and told apart by their shade, and can be copied.
void styleTable(QTableView& table);

// Rows as high as their text, which wraps: at once and whenever columns or texts change. The table has its
// model.
void wrapRows(QTableView& table);

// Room beyond the widths that columns have now goes to `columns`, in equal parts, until someone resizes one.
void shareRoom(QTableView& table, std::vector<int> columns);

}  // namespace secateur
