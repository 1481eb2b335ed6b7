// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/checkable_table_accessible.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QPointer>
#include <map>

#include "widgets/panels/checkable_table.h"

namespace secateur {
namespace {

using Cells = QList<QAccessibleInterface*>;

// One cell, or a header: row or column -1. Told by its place; a place beyond the model is invalid.
class CellAccessible final : public QAccessibleInterface,
                             public QAccessibleTableCellInterface,
                             public QAccessibleActionInterface {
public:
    CellAccessible(CheckableTable* table, int row, int column) : table_(table), row_(row), column_(column) {}

    [[nodiscard]] bool isValid() const override {
        return table_ && table_->model() && row_ < table_->model()->rowCount() &&
               column_ < table_->model()->columnCount();
    }
    [[nodiscard]] QObject* object() const override { return nullptr; }
    [[nodiscard]] QAccessibleInterface* parent() const override {
        return QAccessible::queryAccessibleInterface(table_);
    }
    [[nodiscard]] QAccessibleInterface* child(int) const override { return nullptr; }
    [[nodiscard]] QAccessibleInterface* childAt(int, int) const override { return nullptr; }
    [[nodiscard]] int childCount() const override { return 0; }
    [[nodiscard]] int indexOfChild(const QAccessibleInterface*) const override { return -1; }
    [[nodiscard]] QAccessible::Role role() const override {
        return row_ < 0      ? QAccessible::ColumnHeader
               : column_ < 0 ? QAccessible::RowHeader
                             : QAccessible::Cell;
    }
    [[nodiscard]] QString text(QAccessible::Text kind) const override;
    void setText(QAccessible::Text, const QString&) override {}
    [[nodiscard]] QRect rect() const override;
    [[nodiscard]] QAccessible::State state() const override;
    void* interface_cast(QAccessible::InterfaceType type) override {
        if (type == QAccessible::TableCellInterface) return static_cast<QAccessibleTableCellInterface*>(this);
        if (type == QAccessible::ActionInterface) return static_cast<QAccessibleActionInterface*>(this);
        return nullptr;
    }

    [[nodiscard]] int columnExtent() const override { return 1; }
    [[nodiscard]] int rowExtent() const override { return 1; }
    [[nodiscard]] int columnIndex() const override { return column_; }
    [[nodiscard]] int rowIndex() const override { return row_; }
    [[nodiscard]] Cells columnHeaderCells() const override { return {parent()->child(column_ + 1)}; }
    [[nodiscard]] Cells rowHeaderCells() const override { return {}; }
    [[nodiscard]] bool isSelected() const override {
        return isValid() && table_->selectionModel()->isSelected(index());
    }
    [[nodiscard]] QAccessibleInterface* table() const override { return parent(); }

    [[nodiscard]] QStringList actionNames() const override {
        return checkable() ? QStringList{toggleAction(), setFocusAction()} : QStringList{setFocusAction()};
    }
    void doAction(const QString& action) override;
    [[nodiscard]] QStringList keyBindingsForAction(const QString&) const override { return {}; }

private:
    [[nodiscard]] bool isHeader() const { return row_ < 0 || column_ < 0; }
    [[nodiscard]] QModelIndex index() const {
        return isHeader() ? QModelIndex() : table_->model()->index(row_, column_);
    }
    [[nodiscard]] bool checkable() const {
        constexpr Qt::ItemFlags needed = Qt::ItemIsUserCheckable | Qt::ItemIsEnabled;
        return isValid() && !isHeader() && (index().flags() & needed) == needed;
    }

    QPointer<CheckableTable> table_;
    int row_;
    int column_;
};

QString CellAccessible::text(QAccessible::Text kind) const {
    if (!isValid()) return {};
    const QAbstractItemModel& model = *table_->model();
    if (row_ < 0)
        return kind == QAccessible::Name ? model.headerData(column_, Qt::Horizontal).toString() : QString();
    if (column_ < 0)
        return kind == QAccessible::Name ? model.headerData(row_, Qt::Vertical).toString() : QString();
    if (kind == QAccessible::Name) {
        const QString spoken = index().data(Qt::AccessibleTextRole).toString();
        return spoken.isEmpty() ? index().data().toString() : spoken;
    }
    return kind == QAccessible::Value ? index().data().toString() : QString();
}

QRect CellAccessible::rect() const {
    if (!isValid() || isHeader()) return {};
    const QRect inside = table_->visualRect(index());
    return {table_->viewport()->mapToGlobal(inside.topLeft()), inside.size()};
}

QAccessible::State CellAccessible::state() const {
    QAccessible::State state;
    if (!isValid()) {
        state.invalid = true;
        return state;
    }
    state.invisible = !table_->isVisible();
    if (isHeader()) return state;
    const Qt::ItemFlags flags = index().flags();
    const QVariant check = index().data(Qt::CheckStateRole);
    state.disabled = !(flags & Qt::ItemIsEnabled);
    state.selectable = true;
    state.focusable = true;
    state.selected = isSelected();
    state.focused = table_->hasFocus() && table_->currentIndex() == index();
    state.checkable = check.isValid();
    state.checked = check.toInt() == Qt::Checked;
    return state;
}

void CellAccessible::doAction(const QString& action) {
    if (!isValid() || isHeader()) return;
    table_->setCurrentIndex(index());
    if (action == setFocusAction()) table_->setFocus();
    if (action != toggleAction() || !checkable()) return;
    const bool checked = index().data(Qt::CheckStateRole).toInt() == Qt::Checked;
    table_->model()->setData(index(), checked ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
}

class TableAccessible final : public QAccessibleWidget, public QAccessibleTableInterface {
public:
    explicit TableAccessible(CheckableTable* table) : QAccessibleWidget(table, QAccessible::Table) {}
    ~TableAccessible() override { forget(); }

    void* interface_cast(QAccessible::InterfaceType type) override {
        if (type == QAccessible::TableInterface) return static_cast<QAccessibleTableInterface*>(this);
        return QAccessibleWidget::interface_cast(type);
    }
    [[nodiscard]] int childCount() const override { return (rowCount() + 1) * (columnCount() + 1); }
    [[nodiscard]] QAccessibleInterface* child(int index) const override {
        if (index < 0 || index >= childCount()) return nullptr;
        return cell(index / (columnCount() + 1) - 1, index % (columnCount() + 1) - 1);
    }
    [[nodiscard]] QAccessibleInterface* childAt(int x, int y) const override {
        const QModelIndex at = table()->indexAt(table()->viewport()->mapFromGlobal(QPoint(x, y)));
        return at.isValid() ? cell(at.row(), at.column()) : nullptr;
    }
    [[nodiscard]] int indexOfChild(const QAccessibleInterface* child) const override {
        const auto* found = dynamic_cast<const CellAccessible*>(child);
        return found == nullptr ? -1
                                : accessibleChildOf(columnCount(), found->rowIndex(), found->columnIndex());
    }

    [[nodiscard]] QAccessibleInterface* caption() const override { return nullptr; }
    [[nodiscard]] QAccessibleInterface* summary() const override { return nullptr; }
    [[nodiscard]] QAccessibleInterface* cellAt(int row, int column) const override {
        const bool inside = row >= 0 && column >= 0 && row < rowCount() && column < columnCount();
        return inside ? cell(row, column) : nullptr;
    }
    [[nodiscard]] int rowCount() const override { return model() ? model()->rowCount() : 0; }
    [[nodiscard]] int columnCount() const override { return model() ? model()->columnCount() : 0; }
    [[nodiscard]] QString columnDescription(int column) const override {
        return model()->headerData(column, Qt::Horizontal).toString();
    }
    [[nodiscard]] QString rowDescription(int row) const override {
        return model()->headerData(row, Qt::Vertical).toString();
    }
    [[nodiscard]] int selectedCellCount() const override {
        return static_cast<int>(selection()->selectedIndexes().size());
    }
    [[nodiscard]] Cells selectedCells() const override {
        Cells cells;
        for (const QModelIndex& index : selection()->selectedIndexes())
            cells << cell(index.row(), index.column());
        return cells;
    }
    [[nodiscard]] int selectedColumnCount() const override {
        return static_cast<int>(selection()->selectedColumns().size());
    }
    [[nodiscard]] int selectedRowCount() const override {
        return static_cast<int>(selection()->selectedRows().size());
    }
    [[nodiscard]] QList<int> selectedColumns() const override {
        QList<int> columns;
        for (const QModelIndex& index : selection()->selectedColumns()) columns << index.column();
        return columns;
    }
    [[nodiscard]] QList<int> selectedRows() const override {
        QList<int> rows;
        for (const QModelIndex& index : selection()->selectedRows()) rows << index.row();
        return rows;
    }
    [[nodiscard]] bool isColumnSelected(int column) const override {
        return selection()->isColumnSelected(column, {});
    }
    [[nodiscard]] bool isRowSelected(int row) const override { return selection()->isRowSelected(row, {}); }
    bool selectRow(int row) override {
        if (row < 0 || row >= rowCount()) return false;
        table()->selectRow(row);
        return true;
    }
    bool selectColumn(int) override { return false; }  // rows are selected as a whole
    bool unselectRow(int row) override {
        if (row < 0 || row >= rowCount()) return false;
        selection()->select(model()->index(row, 0),
                            QItemSelectionModel::Deselect | QItemSelectionModel::Rows);
        return true;
    }
    bool unselectColumn(int) override { return false; }
    // Cells are told by their place; when places change, new ones are made.
    void modelChange(QAccessibleTableModelChangeEvent* event) override {
        if (event->modelChangeType() != QAccessibleTableModelChangeEvent::DataChanged) forget();
    }

private:
    [[nodiscard]] CheckableTable* table() const { return static_cast<CheckableTable*>(object()); }
    [[nodiscard]] QAbstractItemModel* model() const { return table()->model(); }
    [[nodiscard]] QItemSelectionModel* selection() const { return table()->selectionModel(); }
    [[nodiscard]] QAccessibleInterface* cell(int row, int column) const {
        const auto found = cells_.find({row, column});
        if (found != cells_.end()) return QAccessible::accessibleInterface(found->second);
        auto* made = new CellAccessible(table(), row, column);
        cells_[{row, column}] = QAccessible::registerAccessibleInterface(made);
        return made;
    }
    void forget() {
        for (const auto& [place, id] : cells_) QAccessible::deleteAccessibleInterface(id);
        cells_.clear();
    }

    mutable std::map<std::pair<int, int>, QAccessible::Id> cells_;  // owned by Qt's registry
};

QAccessibleInterface* makeTable(const QString& className, QObject* object) {
    if (className != QLatin1String("secateur::CheckableTable")) return nullptr;
    auto* table = qobject_cast<CheckableTable*>(object);
    return table == nullptr ? nullptr : new TableAccessible(table);
}

}  // namespace

void installCheckableTableAccessibility() {
    static const bool installed = [] {
        QAccessible::installFactory(makeTable);
        return true;
    }();
    static_cast<void>(installed);
}

}  // namespace secateur
