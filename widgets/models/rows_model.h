// SPDX-License-Identifier: GPL-3.0-or-later
//
// What all flat tables share: a vector of plain rows, a column enum, headers. A subclass says what a cell
// shows.
#pragma once

#include <QAbstractTableModel>
#include <QStringList>
#include <algorithm>
#include <vector>

namespace secateur {

// Roles that the tables of this program share.
enum TableRole {
    SortRole = Qt::UserRole,  // a number or text to sort by
    BarRole,                  // 0..1: length of the bar behind the text; invalid = no bar
    NumberRole,  // the number of a cell whose text has a rank too, to stand in a column of its own
    RankRole,    // int, 1 = first: beside that number
    HalvesRole,  // list of two, 0..1: widths of the upper and the lower half of a silhouette
};

template <class Row>
class RowsModel : public QAbstractTableModel {
public:
    RowsModel(const QStringList& headers, const QStringList& explanations, QObject* parent)
        : QAbstractTableModel(parent), headers_(headers), explanations_(explanations) {}

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : static_cast<int>(rows_.size());
    }
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : static_cast<int>(headers_.size());
    }
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override {
        if (orientation != Qt::Horizontal || section < 0 || section >= headers_.size()) return {};
        if (role == Qt::DisplayRole) return headers_.at(section);
        if (role == Qt::ToolTipRole && section < explanations_.size()) return explanations_.at(section);
        return {};
    }
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override {
        if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
        return cell(row(index.row()), index.column(), role);
    }

    [[nodiscard]] const Row& row(int number) const { return rows_.at(static_cast<std::size_t>(number)); }
    [[nodiscard]] const std::vector<Row>& rows() const noexcept { return rows_; }

protected:
    [[nodiscard]] virtual QVariant cell(const Row& row, int column, int role) const = 0;

    void setHeader(int section, const QString& header, const QString& explanation) {
        headers_[section] = header;
        explanations_[section] = explanation;
        Q_EMIT headerDataChanged(Qt::Horizontal, section, section);
    }
    // Keeps selection and scroll position when only values changed.
    void replaceRows(std::vector<Row> rows) {
        if (rows.size() != rows_.size()) {
            beginResetModel();
            rows_ = std::move(rows);
            endResetModel();
            return;
        }
        rows_ = std::move(rows);
        if (!rows_.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    }
    void replaceRow(int number, const Row& row) {
        rows_.at(static_cast<std::size_t>(number)) = row;
        Q_EMIT dataChanged(index(number, 0), index(number, columnCount() - 1));
    }
    void appendRow(const Row& row) {
        beginInsertRows({}, rowCount(), rowCount());
        rows_.push_back(row);
        endInsertRows();
    }
    void removeRowAt(int number) {
        beginRemoveRows({}, number, number);
        rows_.erase(rows_.begin() + number);
        endRemoveRows();
    }

private:
    std::vector<Row> rows_;
    QStringList headers_;
    QStringList explanations_;
};

}  // namespace secateur
