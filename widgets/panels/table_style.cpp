// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/table_style.h"

#include <QEvent>
#include <QHeaderView>
#include <QTableView>
#include <QTimer>
#include <algorithm>
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

// Rooms are those that were set last: other ones are the reader's.
class SharedRoom final : public QObject {
public:
    SharedRoom(QTableView& table, std::vector<int> columns)
        : QObject(&table), table_(table), columns_(std::move(columns)) {
        const QHeaderView* header = table_.horizontalHeader();
        for (const int column : columns_) least_.push_back(header->sectionSize(column));
        given_ = least_;
        for (int section = 0; section < header->count(); ++section) needed_ += header->sectionSize(section);
    }
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::Resize) share();
        return QObject::eventFilter(watched, event);
    }

private:
    void share() {
        QHeaderView* header = table_.horizontalHeader();
        const int more =
            std::max(0, table_.viewport()->width() - needed_) / static_cast<int>(columns_.size());
        for (std::size_t i = 0; i < columns_.size(); ++i)
            if (header->sectionSize(columns_[i]) != given_[i]) return;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            given_[i] = least_[i] + more;
            header->resizeSection(columns_[i], given_[i]);
        }
    }

    QTableView& table_;
    std::vector<int> columns_, least_, given_;
    int needed_ = 0;
};

}  // namespace

void shareRoom(QTableView& table, std::vector<int> columns) {
    table.viewport()->installEventFilter(new SharedRoom(table, std::move(columns)));
}

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
