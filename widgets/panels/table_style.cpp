// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/table_style.h"

#include <QHeaderView>
#include <QTableView>

#include "widgets/panels/table_copy.h"

namespace secateur {

void styleTable(QTableView& table) {
    table.setSelectionBehavior(QAbstractItemView::SelectRows);
    table.setEditTriggers(QAbstractItemView::NoEditTriggers);
    table.setShowGrid(false);
    table.setAlternatingRowColors(true);
    table.setWordWrap(false);
    table.setTabKeyNavigation(false);
    table.verticalHeader()->hide();
    table.verticalHeader()->setDefaultSectionSize(table.fontMetrics().height() + 6);
    table.horizontalHeader()->setHighlightSections(false);
    offerCopies(table);
}

}  // namespace secateur
