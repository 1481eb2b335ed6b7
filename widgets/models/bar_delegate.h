// SPDX-License-Identifier: GPL-3.0-or-later
//
// Draws a cell's number over a bar whose length is the model's BarRole. Colours follow the palette.
#pragma once

#include <QStyledItemDelegate>

namespace secateur {

class BarDelegate final : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
};

}  // namespace secateur
