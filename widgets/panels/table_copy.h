// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QTableView;

namespace secateur {

// Adds "Copy" (Ctrl+C) and "Copy as CSV" to the table's actions, and the context menu that shows all of them.
void offerCopies(QTableView& table);

// The selected rows (all, when none is) as they stand in the table, cells between tabs.
[[nodiscard]] QString rowsAsText(const QTableView& table);
// The same below their headers, with numbers as exact as the model has them.
[[nodiscard]] QString rowsAsCsv(const QTableView& table);

}  // namespace secateur
