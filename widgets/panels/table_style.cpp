// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/table_style.h"

#include <QEvent>
#include <QHeaderView>
#include <QTableView>
#include <QTimer>
#include <utility>

#include "widgets/panels/table_copy.h"

namespace secateur {
namespace {

// Rows keep the room that they had around their text.
class RowsFollowFont final : public QObject {
public:
    explicit RowsFollowFont(QTableView& table)
        : QObject(&table), table_(table), height_(table.fontMetrics().height()) {}
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::FontChange) {
            QHeaderView* rows = table_.verticalHeader();
            const int before = std::exchange(height_, table_.fontMetrics().height());
            rows->setDefaultSectionSize(rows->defaultSectionSize() + height_ - before);
        }
        return QObject::eventFilter(watched, event);
    }

private:
    QTableView& table_;
    int height_;
};

}  // namespace

void styleTable(QTableView& table) {
    table.setSelectionBehavior(QAbstractItemView::SelectRows);
    table.setEditTriggers(QAbstractItemView::NoEditTriggers);
    table.setShowGrid(false);
    table.setAlternatingRowColors(true);
    table.setWordWrap(false);
    table.setTabKeyNavigation(false);
    table.verticalHeader()->hide();
    table.verticalHeader()->setDefaultSectionSize(table.fontMetrics().height() + 6);
    table.installEventFilter(new RowsFollowFont(table));
    table.horizontalHeader()->setHighlightSections(false);
    offerCopies(table);
}

void wrapRows(QTableView& table) {
    table.setWordWrap(true);
    // Once all columns have their width: those that stretch get it one by one.
    auto* settled = new QTimer(&table);
    settled->setSingleShot(true);
    settled->setInterval(0);
    QObject::connect(settled, &QTimer::timeout, &table, &QTableView::resizeRowsToContents);
    const auto later = [settled] { settled->start(); };
    QObject::connect(table.horizontalHeader(), &QHeaderView::sectionResized, settled, later);
    QObject::connect(table.model(), &QAbstractItemModel::modelReset, settled, later);
    QObject::connect(table.model(), &QAbstractItemModel::dataChanged, settled, later);
    QObject::connect(table.model(), &QAbstractItemModel::layoutChanged, settled, later);
    later();
}

}  // namespace secateur
