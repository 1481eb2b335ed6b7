// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/table_copy.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QMenu>
#include <QTableView>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "widgets/models/rows_model.h"
#include "widgets/plots/csv_text.h"

namespace secateur {
namespace {

QString tableTr(const char* text) {
    return QCoreApplication::translate("TableCopy", text);
}

// Of the model, in the order in which they are shown.
std::vector<int> shownColumns(const QTableView& table) {
    std::vector<int> columns;
    for (int place = 0; place < table.model()->columnCount(); ++place) {
        const int column = table.horizontalHeader()->logicalIndex(place);
        if (!table.isColumnHidden(column)) columns.push_back(column);
    }
    return columns;
}

std::vector<int> chosenRows(const QTableView& table) {
    std::vector<int> rows;
    for (const QModelIndex& index : table.selectionModel()->selectedRows()) rows.push_back(index.row());
    if (rows.empty()) {
        rows.resize(static_cast<std::size_t>(table.model()->rowCount()));
        std::iota(rows.begin(), rows.end(), 0);
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

QString cellText(const QModelIndex& cell) {
    const QVariant check = cell.data(Qt::CheckStateRole);
    const QString text = cell.data().toString();
    if (!text.isEmpty() || !check.isValid()) return text;
    return check.toInt() == Qt::Checked ? tableTr("yes") : tableTr("no");
}

QString csvCell(const QModelIndex& cell) {
    const QVariant check = cell.data(Qt::CheckStateRole);
    if (check.isValid()) return check.toInt() == Qt::Checked ? QStringLiteral("1") : QStringLiteral("0");
    const QVariant value = cell.data(SortRole);
    switch (value.typeId()) {
        case QMetaType::Double:
        case QMetaType::Float:
            return std::isfinite(value.toDouble()) ? csvNumber(value.toDouble()) : QString();
        case QMetaType::Int:
        case QMetaType::LongLong:
            return QString::number(value.toLongLong());
        default:
            return csvField(cell.data().toString());
    }
}

template <class Cell>
QString lines(const QTableView& table, QLatin1Char between, const Cell& text) {
    QString all;
    for (const int row : chosenRows(table)) {
        QStringList cells;
        for (const int column : shownColumns(table)) cells << text(table.model()->index(row, column));
        all += cells.join(between) + QLatin1Char('\n');
    }
    return all;
}

}  // namespace

QString rowsAsText(const QTableView& table) {
    return lines(table, QLatin1Char('\t'), cellText);
}

QString rowsAsCsv(const QTableView& table) {
    QStringList headers;
    for (const int column : shownColumns(table))
        headers << csvField(table.model()->headerData(column, Qt::Horizontal).toString());
    return headers.join(QLatin1Char(',')) + QLatin1Char('\n') + lines(table, QLatin1Char(','), csvCell);
}

void offerCopies(QTableView& table) {
    const auto add = [&table](const QString& text, QString (*rows)(const QTableView&)) {
        auto* action = new QAction(text, &table);
        QObject::connect(action, &QAction::triggered, &table,
                         [&table, rows] { QApplication::clipboard()->setText(rows(table)); });
        table.addAction(action);
        return action;
    };
    QAction* copy = add(tableTr("Copy"), rowsAsText);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    add(tableTr("Copy as CSV"), rowsAsCsv);
    // The menu is shown, not executed: the window stays alive behind it.
    table.setContextMenuPolicy(Qt::CustomContextMenu);
    QObject::connect(&table, &QWidget::customContextMenuRequested, &table, [&table](const QPoint& position) {
        auto* menu = new QMenu(&table);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        menu->addActions(table.actions());
        menu->popup(table.viewport()->mapToGlobal(position));
    });
}

}  // namespace secateur
