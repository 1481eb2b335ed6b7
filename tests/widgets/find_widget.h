// SPDX-License-Identifier: GPL-3.0-or-later
//
// Widgets as a screen reader finds them: by accessible name.
#pragma once

#include <QLineEdit>
#include <QTableView>
#include <QTest>
#include <QWidget>

#include <gtest/gtest.h>

namespace secateur::testing {

template <class Widget>
Widget* findNamed(QWidget& root, const char* name) {
    for (Widget* widget : root.findChildren<Widget*>()) {
        if (widget->accessibleName() == QLatin1String(name)) return widget;
    }
    ADD_FAILURE() << "no widget named " << name;
    return nullptr;
}

inline QString valueOf(QWidget& root, const char* name) {
    const auto* line = findNamed<QLineEdit>(root, name);
    return line == nullptr ? QString() : line->text();
}

// Clicks the check box of a cell, where the style draws it.
inline void clickCheckBox(QTableView& table, int row, int column) {
    const QModelIndex index = table.model()->index(row, column);
    table.scrollTo(index);
    QStyleOptionViewItem option;
    option.initFrom(&table);
    option.rect = table.visualRect(index);
    option.features = QStyleOptionViewItem::HasCheckIndicator;
    const QRect box = table.style()->subElementRect(QStyle::SE_ItemViewItemCheckIndicator, &option, &table);
    QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, box.center());
}

}  // namespace secateur::testing
